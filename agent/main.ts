import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realClock } from '#lib/runtime/clock.ts';
import { findFfmpeg, type Ffmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { killLeftovers, markChildren } from '#lib/runtime/leftovers.ts';
import type { Log } from '#lib/runtime/log.ts';
import { holdName } from '#lib/runtime/only-one.ts';
import { openScope, type Scope } from '#lib/runtime/scope.ts';
import type { RtspServer } from '#lib/rtsp/server/server.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { openRenderer } from '#overlays/render.ts';
import { openSoundWatch, tellEngineFact, tellLosses, tellPush } from './box/media/alarms.ts';
import { openBoxAccounts } from './box/control/accounts.ts';
import { openBoxCertificate } from './box/control/certificate.ts';
import { openBoxRtsp } from './box/media/rtsp.ts';
import { startBoxSchedule } from './box/schedule/schedule.ts';
import { startBoxWeb } from './box/web/web.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { openCpuWatch } from './box/media/cpu-watch.ts';
import { startControl, type ControlServices, type ControlSettings } from './box/control/control-services.ts';
import { openMachine, type Machine } from './control/sis/machine.ts';
import { configuredPart, wantedAtStart, whyUnusable } from './box/settings/configured.ts';
import { openDevice, type Device } from './device/device.ts';
import { initialState } from './device/initial-state.ts';
import { layoutOf, LAYOUT_NUMBERS } from '#firmware-config/factory/layouts.ts';
import { openMemory, recall, type Memory } from './device/memory.ts';
import type { DeviceState, Wanted } from './device/state.ts';
import { chooseEncoder, type EncoderChoice } from '#lib/ffmpeg/encoder-choice.ts';
import { startEngine, type Engine, type EngineFact } from './media/engine.ts';
import type { SceneValues } from './media/pictures/scenery.ts';
import { startPreview } from './box/web/preview.ts';
import { withPattern, withPatterns } from './box/media/patterns.ts';
import { tellRecorderFact } from './box/media/recorder-facts.ts';
import { openRecorder, type Recorder } from './recorder/recorder.ts';
import { RECORDER_DEFAULTS } from './recorder/settings.ts';
import { recorderSettings } from './box/settings/recorder-settings.ts';
import { shippedPersonality } from './box/settings/personality.ts';
import { keepPushesWhileRecording } from './box/media/push-while-recording.ts';
import { openPushes, type Pushes } from './rtsp/pushes.ts';
import { openStreams, type Streams } from './rtsp/streams.ts';
import { removeLeftoverFiles } from './box/media/leftover-files.ts';
import { overlayShelf } from './box/web/overlay-shelf.ts';
import { recordingShelf } from './box/web/recording-shelf.ts';
import { keepTakes } from './box/media/take-keeper.ts';
import { technicianDesk, type DeskOptions } from './box/web/technician-desk.ts';
import { accessToken } from './box/web/token.ts';
import type { WebSources } from './web/views/sources.ts';

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

async function boot(config: Config, version: string, log: Log, scope: Scope): Promise<Agent> {
  const ffmpeg = await findFfmpeg(config.ffmpeg);
  await takeDataFolder(config, ffmpeg, log, scope);
  const { device, memory } = await openMemorisedDevice(config, log, scope);
  const { wanted } = device.state();
  const overlaysFolder = await openOverlaysFolder(config);
  const choice = await chooseEncoder(ffmpeg.ffmpeg, wanted.encoders.archive.hardware);
  log.info({ ...choice, ffmpeg: ffmpeg.version }, 'encoder chosen');
  let filesRevision = 0;
  const valuesOf = (state: Wanted): SceneValues => sceneValues(state, config.timeZone, filesRevision);
  const renderer = withPatterns(openRenderer({ folder: overlaysFolder }));
  const onFact = (fact: EngineFact): void => tellEngineFact(device, fact);
  const parts = { ffmpeg: ffmpeg.ffmpeg, family: choice.family, clock: realClock, log, renderer, onFact };
  const engine = startEngine(parts, withPattern(wanted), valuesOf(wanted));
  scope.defer(() => engine.close());
  const recorder = openBoxRecorder({ config, version, ffmpeg, engine, device, log }, scope);
  const keeper = keepTakes(device, recorder, realClock, log);
  scope.defer(() => keeper.close());
  const rtsp = await openBoxRtsp(config, device, log, scope);
  const { streams, pushes } = openOutputs(device, engine, rtsp, ffmpeg, log, scope);
  const show = (): void => engine.update(withPattern(device.state().wanted), valuesOf(device.state().wanted));
  scope.defer(
    device.subscribe(({ before, state }) => {
      if (state.wanted === before.wanted) return;
      show();
      streams.update(state.wanted.streams);
      pushes.update(state.wanted.pushes);
      tellLosses(device);
      void memory.save(state.wanted);
    }),
  );
  keeper.afterStart(await recorder.recover());
  watch(device, engine, streams, choice, scope);

  const token = await accessToken(config, log);
  const onOverlay = (): void => {
    filesRevision++;
    show();
  };
  const shelf = overlayShelf(overlaysFolder, onOverlay);
  const asked = Promise.withResolvers<void>();
  const onRestart = (): void => asked.resolve();
  const controlLog = log.child({ room: 'control' });
  const accounts = await openBoxAccounts(config, device, controlLog);
  const certificate = await openBoxCertificate(config, controlLog);
  const known = { personality: await shippedPersonality(), machine: await openBoxMachine(scope) };
  const deskParts = { config, device, certificate, version, onRestart, machine: known.machine, ffmpeg: ffmpeg.ffmpeg };
  const sources = webSources(device, engine, recorder, choice, {
    overlayFiles: shelf,
    ...technicianSources(deskParts),
  });
  scope.defer(keepPushesWhileRecording(device, known.personality));
  const webParts = { config, certificate, token, accounts, device, sources, version, personality: known.personality };
  const web = await startBoxWeb({ ...webParts, log: log.child({ room: 'web' }) }, scope);
  const files = { recorder, recordings: sources.recordings, overlays: shelf, overlaysFolder, onOverlay, certificate };
  const doors = { accounts, web, schedule: () => sources.timetable, log: controlLog };
  const control = await openControl({ config, device, version, onRestart, ...known, ...files, ...doors }, scope);
  const parties = { config, device, recorder, log, ports: { http: () => web.http.port, rtsp: rtsp.port } };
  sources.timetable = sources.schedule = await startBoxSchedule(parties, scope);
  return {
    ports: { rtsp: rtsp.port, ...control.ports() },
    token,
    device,
    firstPassword: accounts.firstPassword(),
    needsNoPassword: !accounts.has('admin'),
    restartAsked: asked.promise,
    close: () => scope.close(),
  };
}

const technicianSources = (parts: DeskOptions): Pick<WebSources, 'technician' | 'machine'> => ({
  technician: technicianDesk(parts),
  machine: () => parts.machine.facts(),
});

async function openBoxMachine(scope: Scope): Promise<Machine> {
  const machine = await openMachine();
  scope.defer(() => machine.close());
  return machine;
}

interface RecorderParts {
  config: Config;
  version: string;
  ffmpeg: Ffmpeg;
  engine: Engine;
  device: Device;
  log: Log;
}

function openBoxRecorder({ config, version, ffmpeg, engine, device, log }: RecorderParts, scope: Scope): Recorder {
  const recorder = openRecorder({
    ffmpeg: ffmpeg.ffmpeg,
    ffprobe: ffmpeg.ffprobe,
    clock: realClock,
    log: log.child({ room: 'recorder' }),
    ring: engine.rings.archive,
    markKey: () => engine.markKey(),
    settings: recorderSettings(config, device.state().wanted.hall, version, () => thumbnailPxOf(device)),
    onFact: (fact) => tellRecorderFact(device, fact),
  });
  scope.defer(() => recorder.close());
  // Before that: the last pictures, which the encoder still holds, are in the recording too.
  scope.defer(() => engine.close());
  return recorder;
}

function openControl(parts: Omit<ControlSettings, 'firstSettings'>, scope: Scope): Promise<ControlServices> {
  return startControl({ ...parts, firstSettings: () => firstSettings(parts.config) }, scope);
}

const thumbnailPxOf = (device: Device): number => {
  const { sis, encoders } = device.state().wanted;
  return sis.thumbnails === 'archive' ? encoders.archive.widthPx : RECORDER_DEFAULTS.thumbnails.widthPx;
};

/** Settings of a box that was never told anything but its configuration. */
function firstSettings(config: Config): Omit<Wanted, 'recording'> {
  const { recording: _, ...settings } = wantedAtStart(config, undefined, factoryLayouts);
  return settings;
}

/** The box with what it remembers, and what the configuration says anew. */
async function openMemorisedDevice(
  config: Config,
  log: Log,
  scope: Scope,
): Promise<{ device: Device; memory: Memory }> {
  const { remembered, trouble } = await recall(config.data, (one) => whyUnusable(one, config, factoryLayouts));
  const wanted = wantedAtStart(config, remembered, factoryLayouts);
  const newId = (): string => crypto.randomUUID();
  const device = openDevice({ initial: initialState(wanted), factoryLayouts, clock: realClock, newId, log });
  if (trouble)
    device.observe({ fact: 'alarm', raise: { name: 'settings', about: 'settings', level: 'warning', text: trouble } });
  const memory = openMemory(config.data, configuredPart(config), log);
  await memory.save(wanted);
  scope.defer(() => memory.close());
  return { device, memory };
}

function openOutputs(
  device: Device,
  engine: Engine,
  rtsp: RtspServer,
  { ffmpeg }: Ffmpeg,
  log: Log,
  scope: Scope,
): { streams: Streams; pushes: Pushes } {
  const { wanted } = device.state();
  const streams = openStreams(rtsp, engine.rings, log);
  scope.defer(() => streams.close());
  streams.update(wanted.streams);
  const pushes = openPushes(
    ({ id, stream }) => ({ ffmpeg, clock: realClock, log: log.child({ push: id }), ring: engine.rings[stream] }),
    (id, seen) => tellPush(device, id, seen),
    () => realClock.nowMs(),
  );
  scope.defer(() => pushes.close());
  pushes.update(wanted.pushes);
  return { streams, pushes };
}

const webSources = (
  device: Device,
  engine: Engine,
  recorder: Recorder,
  choice: EncoderChoice,
  others: Pick<WebSources, 'overlayFiles' | 'technician' | 'machine'>,
): WebSources => ({
  snapshot: (of, widthPx) => engine.snapshot(of, widthPx),
  preview: (stream, sink) => startPreview(engine.rings[stream], sink),
  recordings: recordingShelf(recorder),
  layouts: () => layoutsOf(device.state()),
  ...others,
  encoders: () => encoderFacts(engine, choice),
  now: () => engine.now(),
});

/** The data folder is this box's alone; programs that a killed box left running are ended before anything is touched. */
async function takeDataFolder(config: Config, ffmpeg: Ffmpeg, log: Log, scope: Scope): Promise<void> {
  const { data } = config;
  await mkdir(data, { recursive: true });
  const release = await holdName(data).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE')
      throw new Error(`another box runs with the data folder ${data}: give each box its own`);
    throw error;
  });
  scope.defer(release);
  const killed = await killLeftovers(data, [basename(ffmpeg.ffmpeg), basename(ffmpeg.ffprobe)]);
  if (killed.length > 0) log.warn({ killed }, 'programs of an earlier run were still there');
  markChildren(data);
  await removeLeftoverFiles(config, log);
}

async function openOverlaysFolder(config: Config): Promise<string> {
  if (config.overlaysFolder) return config.overlaysFolder;
  const folder = join(config.data, 'overlays');
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) return folder;
  const assets = fileURLToPath(new URL('../overlays/assets', import.meta.url));
  for (const name of await readdir(assets)) await copyFile(join(assets, name), join(folder, name));
  return folder;
}

function sceneValues(wanted: Wanted, timeZone: string | undefined, filesRevision: number): SceneValues {
  const { metadata, hall, locale, recording } = wanted;
  return {
    ...metadata,
    hall,
    locale,
    filesRevision,
    ...(timeZone ? { timeZone } : {}),
    ...(recording.startedAtMs === undefined ? {} : { startedAtMs: recording.startedAtMs }),
  };
}

const METERS_MS = 100;
const COUNTS_MS = 1000;

/** What changes by itself is looked at now and then. */
function watch(device: Device, engine: Engine, streams: Streams, choice: EncoderChoice, scope: Scope): void {
  const watchSound = openSoundWatch(device);
  const watchCpu = openCpuWatch(device);
  const meters = setInterval(() => {
    device.observe({ fact: 'meters', seen: engine.levels() });
    watchSound(performance.now());
  }, METERS_MS);
  const counts = setInterval(() => {
    const { frames, encoders } = engine.seen();
    const players = streams.players();
    const streamOf = (name: 'archive' | 'confidence') => ({
      players: players[name],
      kbps: encoders[name]?.kbps ?? 0,
      encoder: name === 'archive' ? `${choice.family}: ${choice.reason}` : (encoders[name]?.family ?? 'off'),
    });
    device.observe({ fact: 'frames', seen: frames });
    watchCpu(performance.now());
    device.observe({ fact: 'streams', seen: { archive: streamOf('archive'), confidence: streamOf('confidence') } });
  }, COUNTS_MS);
  scope.defer(() => clearInterval(meters));
  scope.defer(() => clearInterval(counts));
}

function encoderFacts(engine: Engine, choice: EncoderChoice) {
  const { archive, confidence } = engine.seen().encoders;
  return {
    ...(archive ? { archive: { ...archive, reason: choice.reason } } : {}),
    ...(confidence ? { confidence } : {}),
  };
}

const layoutsOf = ({ wanted }: DeviceState) =>
  Array.from({ length: LAYOUT_NUMBERS }, (_, index) => ({
    ...layoutOf(wanted.layouts, factoryLayouts, index + 1),
    number: index + 1,
    source: wanted.layouts[index + 1] ? ('user' as const) : ('factory' as const),
  }));

/** Version of the package. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
