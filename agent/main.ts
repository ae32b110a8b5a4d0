import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realClock } from '#lib/runtime/clock.ts';
import { findFfmpeg, type Ffmpeg } from '#lib/runtime/ffmpeg.ts';
import { killLeftovers, markChildren } from '#lib/runtime/leftovers.ts';
import type { Log } from '#lib/runtime/log.ts';
import { holdName } from '#lib/runtime/only-one.ts';
import { openScope, type Scope } from '#lib/runtime/scope.ts';
import { startRtspServer, type RtspServer } from '#lib/rtsp/server.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { openRenderer } from '#overlays/render.ts';
import { openSoundWatch, tellEngineFact, tellLosses } from './alarms.ts';
import type { Config } from './config.ts';
import { configuredPart, wantedAtStart } from './configured.ts';
import { openDevice, type Device } from './device/device.ts';
import { initialState, layoutOf, LAYOUT_NUMBERS } from './device/factory.ts';
import { openMemory, recall } from './device/memory.ts';
import type { DeviceState, Wanted } from './device/state.ts';
import { chooseEncoder, type EncoderChoice } from './media/encoder-choice.ts';
import { startEngine, type Engine } from './media/engine.ts';
import type { SceneValues } from './media/scenery.ts';
import { startPreview } from './preview.ts';
import { tellRecorderFact } from './recorder-facts.ts';
import { openRecorder, type Recorder } from './recorder/recorder.ts';
import { recorderSettings } from './recorder-settings.ts';
import { openPushes } from './rtsp/pushes.ts';
import { openStreams, type Streams } from './rtsp/streams.ts';
import { overlayShelf } from './shelves/overlay-files.ts';
import { recordingShelf } from './shelves/recordings.ts';
import { keepTakes } from './take-keeper.ts';
import { accessToken } from './token.ts';
import { startWeb } from './web/server.ts';

/** A running box. */
export interface Agent {
  ports: { http: number; rtsp: number };
  /** What a client shows; undefined when the box is open. */
  token: string | undefined;
  device: Device;
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
  const clock = realClock;
  const ffmpeg = await findFfmpeg(config.ffmpeg);
  await takeDataFolder(config.data, ffmpeg, log, scope);
  const { remembered, trouble } = await recall(config.data);
  const wanted = wantedAtStart(config, remembered, factoryLayouts);
  const device = openDevice({
    initial: initialState(wanted),
    factoryLayouts,
    clock,
    newId: () => crypto.randomUUID(),
    log,
  });
  if (trouble)
    device.observe({ fact: 'alarm', raise: { name: 'settings', about: 'settings', level: 'warning', text: trouble } });
  const memory = openMemory(config.data, configuredPart(config), log);
  await memory.save(wanted);
  scope.defer(() => memory.close());

  const overlaysFolder = await openOverlaysFolder(config);
  const choice = await chooseEncoder(ffmpeg.ffmpeg, wanted.encoders.archive.hardware);
  log.info({ ...choice, ffmpeg: ffmpeg.version }, 'encoder chosen');
  let filesRevision = 0;
  const valuesOf = (state: Wanted): SceneValues => sceneValues(state, config.timeZone, filesRevision);
  const engine = startEngine(
    {
      ...{ ffmpeg: ffmpeg.ffmpeg, family: choice.family, clock, log },
      renderer: openRenderer({ folder: overlaysFolder }),
      onFact: (fact) => tellEngineFact(device, fact),
    },
    wanted,
    valuesOf(wanted),
  );
  scope.defer(() => engine.close());

  const recorder = openRecorder({
    ...{ ffmpeg: ffmpeg.ffmpeg, ffprobe: ffmpeg.ffprobe, clock, log: log.child({ room: 'recorder' }) },
    ring: engine.rings.archive,
    markKey: () => engine.markKey(),
    settings: recorderSettings(config, wanted.hall, version),
    onFact: (fact) => tellRecorderFact(device, fact),
  });
  scope.defer(() => recorder.close());
  const keeper = keepTakes(device, recorder, clock, log);
  scope.defer(() => keeper.close());

  const rtsp = await openRtsp(config, log, scope);
  const streams = openStreams(rtsp, engine.rings, log);
  scope.defer(() => streams.close());
  streams.update(wanted.streams);
  const pushes = openPushes(
    (target) => ({
      ...{ ffmpeg: ffmpeg.ffmpeg, clock, log: log.child({ push: target.id }) },
      ring: engine.rings[target.stream],
    }),
    (id, seen) => device.observe({ fact: 'push', id, seen }),
    () => clock.nowMs(),
  );
  scope.defer(() => pushes.close());
  pushes.update(wanted.pushes);

  scope.defer(
    device.subscribe(({ before, state }) => {
      if (state.wanted === before.wanted) return;
      engine.update(state.wanted, valuesOf(state.wanted));
      streams.update(state.wanted.streams);
      pushes.update(state.wanted.pushes);
      if (state.wanted.routing !== before.wanted.routing || state.wanted.inputs !== before.wanted.inputs)
        tellLosses(device);
      void memory.save(state.wanted);
    }),
  );
  keeper.afterStart(await recorder.recover());
  watch(device, engine, streams, choice, scope);

  const token = await accessToken(config, log);
  const web = await startWeb({
    ...{
      listen: { host: config.listen, port: config.http.port },
      token,
      device,
      log: log.child({ room: 'web' }),
      version,
    },
    sources: {
      snapshot: (of, widthPx) => engine.snapshot(of, widthPx),
      preview: (stream, sink) => startPreview(engine.rings[stream], sink),
      recordings: recordingShelf(recorder),
      layouts: () => layoutsOf(device.state()),
      overlayFiles: overlayShelf(overlaysFolder, () => {
        filesRevision++;
        const { wanted: now } = device.state();
        engine.update(now, valuesOf(now));
      }),
      encoders: () => encoderFacts(engine, choice),
    },
  });
  scope.defer(() => web.close());
  return { ports: { http: web.port, rtsp: rtsp.port }, token, device, close: () => scope.close() };
}

/** The data folder is this box's alone; programs that a killed box left running are ended before anything is touched. */
async function takeDataFolder(data: string, ffmpeg: Ffmpeg, log: Log, scope: Scope): Promise<void> {
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
}

async function openOverlaysFolder(config: Config): Promise<string> {
  if (config.overlaysFolder) return config.overlaysFolder;
  const folder = join(config.data, 'overlays');
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) return folder;
  const assets = fileURLToPath(new URL('../overlays/assets/', import.meta.url));
  for (const name of await readdir(assets)) await copyFile(join(assets, name), join(folder, name));
  return folder;
}

async function openRtsp(
  { listen, rtsp: { port, user, password } }: Config,
  log: Log,
  scope: Scope,
): Promise<RtspServer> {
  const server = await startRtspServer({
    ...{ host: listen, port, realm: 'Amphi', log: log.child({ room: 'rtsp' }) },
    ...(user && password ? { credentials: () => ({ user, password }) } : {}),
  });
  scope.defer(() => server.close());
  return server;
}

function sceneValues(wanted: Wanted, timeZone: string | undefined, filesRevision: number): SceneValues {
  const { metadata, hall, locale, recording } = wanted;
  return {
    ...metadata,
    ...{ hall, locale, filesRevision },
    ...(timeZone ? { timeZone } : {}),
    ...(recording.startedAtMs === undefined ? {} : { startedAtMs: recording.startedAtMs }),
  };
}

const METERS_MS = 100;
const COUNTS_MS = 1000;

/** What changes by itself is looked at now and then. */
function watch(device: Device, engine: Engine, streams: Streams, choice: EncoderChoice, scope: Scope): void {
  const watchSound = openSoundWatch(device);
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

/** The name of the machine, for manifests. */
export const machineName = (): string => hostname();

/** Version of the package. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
