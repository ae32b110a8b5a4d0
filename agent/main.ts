import { readFile } from 'node:fs/promises';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import type { Log } from '#lib/runtime/log.ts';
import { openScope, type Scope } from '#lib/runtime/scope.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { openBoxAccounts } from './box/control/accounts.ts';
import { openBoxCertificate } from './box/control/certificate.ts';
import { startControl, type ControlServices } from './box/control/control-services.ts';
import { openListening } from './box/control/listening.ts';
import { openBoxPushes, openBoxStreams } from './box/media/outputs.ts';
import { openOverlaysFolder } from './box/media/overlays-folder.ts';
import { startPicture } from './box/media/picture.ts';
import { openBoxRecorder } from './box/media/recorder.ts';
import { openBoxRtsp } from './box/media/rtsp.ts';
import { watchBox } from './box/media/watch.ts';
import { startRoad } from './box/road/road.ts';
import { startBoxSchedule } from './box/schedule/schedule.ts';
import { firstSettings } from './box/settings/configured.ts';
import { takeDataFolder } from './box/settings/data-folder.ts';
import { shippedPersonality } from './box/settings/personality.ts';
import { openRememberedDevice } from './box/settings/remembered.ts';
import { webSources } from './box/web/box-sources.ts';
import { overlayShelf } from './box/web/overlay-shelf.ts';
import { recordingShelf } from './box/web/recording-shelf.ts';
import { technicianDesk } from './box/web/technician-desk.ts';
import { accessToken } from './box/web/token.ts';
import { startBoxWeb } from './box/web/web.ts';
import { openMachine } from './control/sis/machine.ts';
import type { Device } from './device/device.ts';
import { chooseEncoder } from './media/encoders/encoder-choice.ts';

/** A running box. */
export interface Agent {
  ports: { rtsp: number } & ReturnType<ControlServices['ports']>;
  /** What a client shows; undefined when the box is open. */
  token: string | undefined;
  device: Device;
  /** The password of `admin` that was made at the first start, until somebody sets another. */
  firstPassword: string | undefined;
  /** Nobody is asked for a password. */
  needsNoPassword: boolean;
  /** Resolves when somebody wants the box to begin anew. */
  restartAsked: Promise<void>;
  close(): Promise<void>;
}

/** Starts a box: everything it is made of, in order. Throws, with everything closed again, when it cannot run. */
export async function startAgent(config: Config, version: string, log: Log): Promise<Agent> {
  const scope = openScope();
  try {
    return await boot(config, version, log, scope);
  } catch (error) {
    await scope.close();
    throw error;
  }
}

/** The list: each thing is made of those above it. What records comes first, then what is reached from outside. */
async function boot(config: Config, version: string, log: Log, scope: Scope): Promise<Agent> {
  const controlLog = log.child({ room: 'control' });
  const restart = Promise.withResolvers<void>();
  const onRestart = (): void => restart.resolve();
  const personality = await shippedPersonality();

  const ffmpeg = await findFfmpeg(config.ffmpeg);
  await takeDataFolder(config, ffmpeg, log, scope);
  const { device, memory } = await openRememberedDevice(config, log, scope);
  const overlaysFolder = await openOverlaysFolder(config);
  const choice = await chooseEncoder(ffmpeg.ffmpeg, device.state().wanted.encoders.archive.hardware);
  log.info({ ...choice, ffmpeg: ffmpeg.version }, 'encoder chosen');
  const picture = startPicture({ config, device, ffmpeg, choice, overlaysFolder, log }, scope);
  const { engine } = picture;
  const recorder = openBoxRecorder({ config, version, ffmpeg, engine, device, log }, scope);
  const rtsp = await openBoxRtsp(config, device, log, scope);
  const streams = openBoxStreams(rtsp, engine, log, scope);
  const pushes = openBoxPushes(device, engine, ffmpeg, log, scope);
  const road = startRoad({ device, recorder, picture, streams, pushes, memory, personality, log }, scope);
  road.recovered(await recorder.recover());
  watchBox({ device, engine, streams, choice }, scope);

  const listening = openListening();
  const scheduleParts = { config, device, recorder, listening, rtspPort: rtsp.port, log };
  const schedule = await startBoxSchedule(scheduleParts, scope);

  const token = await accessToken(config, log);
  const accounts = await openBoxAccounts(config, device, controlLog);
  const certificate = await openBoxCertificate(config, controlLog);
  const machine = await openMachine();
  scope.defer(() => machine.close());
  const recordings = recordingShelf(recorder);
  const onOverlay = (): void => picture.filesChanged();
  const overlays = overlayShelf(overlaysFolder, onOverlay);
  const deskParts = { config, device, certificate, machine, road, ffmpeg: ffmpeg.ffmpeg, version, onRestart };
  const technician = technicianDesk(deskParts);
  const shown = { recordings, overlayFiles: overlays, technician, machine };
  const sources = webSources({ device, engine, choice, schedule, ...shown });
  const webParts = { config, version, personality, device, accounts, certificate, token, sources };
  const web = await startBoxWeb({ ...webParts, log: log.child({ room: 'web' }) }, scope);
  const settings = { firstSettings: () => firstSettings(config, factoryLayouts), onRestart, personality, version };
  const files = { recorder, recordings, overlays, overlaysFolder, onOverlay, certificate };
  const reached = { accounts, machine, schedule, web, listening, log: controlLog };
  const control = await startControl({ config, device, ...settings, ...files, ...reached }, scope);

  return {
    ports: { rtsp: rtsp.port, ...control.ports() },
    token,
    device,
    firstPassword: accounts.firstPassword(),
    needsNoPassword: !accounts.has('admin'),
    restartAsked: restart.promise,
    close: () => scope.close(),
  };
}

/** Version of the package. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
