/** The process of control (Telnet, SSH, files, SNMP, serial line) and web: a list of what it is made of. */
import { openBoxAccounts } from '#agent/box/control/accounts.ts';
import { openBoxCertificate } from '#agent/box/control/certificate.ts';
import { startControl } from '#agent/box/control/control-services.ts';
import { firstSettings } from '#agent/box/settings/configured.ts';
import { overlaysFolderOf } from '#agent/box/media/overlays-folder.ts';
import { shippedPersonality } from '#agent/box/settings/personality.ts';
import { overlayShelf } from '#agent/box/web/overlay-shelf.ts';
import { startPreview } from '#agent/box/web/preview.ts';
import { recordingShelf } from '#agent/box/web/recording-shelf.ts';
import { technicianDesk } from '#agent/box/web/technician-desk.ts';
import { accessToken } from '#agent/box/web/token.ts';
import { startBoxWeb } from '#agent/box/web/web.ts';
import { openMachine } from '#agent/control/sis/machine.ts';
import { layoutPresets } from '#agent/device/factory.ts';
import type { WebSources } from '#agent/web/views/sources.ts';
import { markChildren } from '#lib/runtime/leftovers.ts';
import type { Handlers, Peer } from '#lib/runtime/processes/peer.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import type { DeskCalls, DeskTold } from './calls.ts';
import { openDeviceMirror } from './mirror/device.ts';
import { openRecordingMirror } from './mirror/recordings.ts';
import { openRingMirrors } from './mirror/rings.ts';
import { openScheduleMirror } from './mirror/schedule.ts';
import { openDoor } from './open-door.ts';

const { core, mirrors, log, scope } = openDoor('desk', (peer: Peer<DeskCalls>, doorLog) => {
  const device = openDeviceMirror(peer, doorLog);
  const rings = openRingMirrors(peer);
  const recordings = openRecordingMirror(peer);
  const schedule = openScheduleMirror(peer, () => recordings.recordings.list());
  const encoders: { facts: ReturnType<WebSources['encoders']> } = { facts: {} };
  const told: Handlers<DeskTold> = {
    ...device.told,
    ...rings.told,
    ...recordings.told,
    ...schedule.told,
    encoders: (facts) => void (encoders.facts = facts),
  };
  return { mirrors: { device: device.device, rings: rings.rings, recordings, schedule, encoders }, told };
});
const { config, version, startedAtMs, ffmpeg } = await core.call('begin');
markChildren(config.data);
await mirrors.recordings.ready;

const { device, rings, encoders } = mirrors;
const { recordings: recorder } = mirrors.recordings;
const onRestart = (): void => core.tell('restart');
const onOverlay = (): void => core.tell('overlaysChanged');
const webLog = log.child({ room: 'web' });
const controlLog = log.child({ room: 'control' });
const token = await accessToken(config, webLog);
const overlaysFolder = overlaysFolderOf(config);
const overlays = overlayShelf(overlaysFolder, onOverlay);
const accounts = await openBoxAccounts(config, device, controlLog);
const certificate = await openBoxCertificate(config, controlLog);
const personality = await shippedPersonality();
const machine = await openMachine();
scope.defer(() => machine.close());
const schedule = mirrors.schedule.source(config);
const openedSchedule = (): typeof schedule | undefined => (mirrors.schedule.isOpen() ? schedule : undefined);
const sources: WebSources = {
  snapshot: (of, widthPx) => core.call('snapshot', of, widthPx),
  preview: (stream, sink) => startPreview(rings[stream], sink),
  recordings: recordingShelf(recorder),
  layouts: () => layoutPresets(device.state().wanted.layouts, factoryLayouts),
  overlayFiles: overlays,
  encoders: () => encoders.facts,
  technician: technicianDesk({ config, device, machine, certificate, ffmpeg, version, onRestart }),
  now: () => core.call('now'),
  machine: () => machine.facts(),
  get schedule() {
    return openedSchedule();
  },
  get timetable() {
    return openedSchedule();
  },
};
const web = await startBoxWeb(
  { config, certificate, token, accounts, device, sources, version, startedAtMs, personality, log: webLog },
  scope,
);
const control = await startControl(
  {
    config,
    device,
    version,
    startedAtMs,
    accounts,
    web,
    personality,
    machine,
    certificate,
    recorder,
    recordings: sources.recordings,
    overlays,
    overlaysFolder,
    onOverlay,
    onRestart,
    onPorts: (ports) => core.tell('ports', ports),
    schedule: openedSchedule,
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
