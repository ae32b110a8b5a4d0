/**
 * The process of control (Telnet, SSH, files, SNMP, serial line) and web: starts all its parts, in order. It is run by
 * its path, never imported.
 */
import { openBoxAccounts } from '#agent/box/control/accounts.ts';
import { openBoxCertificate } from '#agent/box/control/certificate.ts';
import type { Listening } from '#agent/box/control/listening.ts';
import { startControl } from '#agent/box/control/control-services.ts';
import { overlaysFolderOf } from '#agent/box/media/overlays-folder.ts';
import { firstSettings } from '#agent/box/settings/configured.ts';
import { shippedPersonality } from '#agent/box/settings/personality.ts';
import { webSources } from '#agent/box/web/box-sources.ts';
import { overlaySource } from '#agent/box/web/overlay-source.ts';
import { recordingSource } from '#agent/box/web/recording-source.ts';
import { technicianTools } from '#agent/box/web/technician-tools.ts';
import { accessToken } from '#agent/box/web/token.ts';
import { startBoxWeb } from '#agent/box/web/web.ts';
import { openMachine } from '#agent/control/sis/machine.ts';
import type { WebSources } from '#agent/web/views/sources.ts';
import { markChildren } from '#lib/runtime/processes/leftovers.ts';
import { addressFromHere } from '#lib/runtime/own-addresses.ts';
import type { Handlers, Peer } from '#lib/runtime/processes/peer.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import type { ControlCalls, ControlTold } from './calls.ts';
import { openDeviceMirror } from './mirror/device-mirror.ts';
import { openRecordingMirror } from './mirror/recording-mirror.ts';
import { openRingMirrors } from './mirror/ring-mirrors.ts';
import { openScheduleMirror } from './mirror/schedule-mirror.ts';
import { openDoor } from './open-door.ts';

const { core, mirrors, log, scope } = openDoor('control', (peer: Peer<ControlCalls>, doorLog) => {
  const device = openDeviceMirror(peer, doorLog);
  const rings = openRingMirrors(peer);
  const recorder = openRecordingMirror(peer);
  const encoders: { facts: ReturnType<WebSources['encoders']> } = { facts: {} };
  const told: Handlers<ControlTold> = {
    ...device.told,
    ...rings.told,
    ...recorder.told,
    encoders: (facts) => void (encoders.facts = facts),
  };
  return { mirrors: { device: device.device, rings: rings.rings, recorder, encoders }, told };
});
const { config, version, startedAtMs, ffmpeg } = await core.call('begin');
markChildren(config.data);
await core.call('listen');
await mirrors.recorder.ready;

const { device, rings, encoders } = mirrors;
const recorder = mirrors.recorder.recordings;
const [webLog, controlLog] = [log.child({ room: 'web' }), log.child({ room: 'control' })];
const onRestart = (): void => core.tell('restart');
const onOverlay = (): void => core.tell('overlaysChanged');
const personality = await shippedPersonality();
const accounts = await openBoxAccounts(config, device, controlLog);
const token = await accessToken(config, accounts, webLog);
const certificate = await openBoxCertificate(config, controlLog);
const machine = await openMachine();
scope.defer(() => machine.close());
const schedule = await openScheduleMirror(core, config, () => recorder.list());
const recordings = recordingSource(recorder);
const overlaysFolder = overlaysFolderOf(config);
const overlays = overlaySource(overlaysFolder, onOverlay);
const steps = () => core.call('steps');
const technician = technicianTools({ config, device, certificate, machine, steps, ffmpeg, version, log, onRestart });
const sources = webSources({
  device,
  rings,
  machine,
  schedule,
  recordings,
  technician,
  overlayFiles: overlays,
  snapshot: (of, widthPx) => core.call('snapshot', of, widthPx),
  now: () => core.call('now'),
  encoders: () => encoders.facts,
});
const known = { config, version, startedAtMs, personality, device, accounts, certificate };
const rtspPlace = async () => ({ host: addressFromHere(config.listen), port: await core.call('rtspPort') });
const web = await startBoxWeb({ ...known, token, sources, rtspPlace, log: webLog }, scope);
const files = { recorder, recordings, overlays, overlaysFolder, onOverlay };
const listening: Pick<Listening, 'tell'> = { tell: (ports) => core.tell('ports', ports) };
const control = await startControl(
  {
    ...known,
    ...files,
    machine,
    schedule,
    web,
    listening,
    onRestart,
    firstSettings: () => firstSettings(config, factoryLayouts),
    log: controlLog,
  },
  scope,
);
const firstPassword = accounts.firstPassword();
core.tell('introduce', {
  ports: control.ports(),
  isOpen: token === undefined,
  needsNoPassword: !accounts.has('admin'),
  ...(firstPassword === undefined ? {} : { firstPassword }),
});
