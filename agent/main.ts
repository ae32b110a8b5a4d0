import { readFile } from 'node:fs/promises';
import { chooseEncoder } from '#lib/ffmpeg/encoder-choice.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { catchTheRest } from '#lib/runtime/last-handler.ts';
import type { Log, LogLines } from '#lib/runtime/log.ts';
import { openScope, type Scope } from '#lib/runtime/scope.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { openListening } from './box/control/listening.ts';
import { tellFault } from './box/media/alarms.ts';
import { openOverlaysFolder } from './box/media/overlays-folder.ts';
import { openGrowthRelay } from './box/media/growth.ts';
import { startPicture } from './box/media/picture.ts';
import { openBoxRecorder } from './box/media/recorder.ts';
import { openSlideFinder } from './box/media/slides/slide-watch.ts';
import { openRecordingNews } from './box/media/recording-news.ts';
import { watchBox } from './box/media/watch.ts';
import { startRoad } from './box/road/road.ts';
import { startBoxSchedule } from './box/schedule/schedule.ts';
import { takeDataFolder } from './box/settings/data-folder.ts';
import { watchDataFolder } from './box/settings/data-watch.ts';
import { shippedPersonality } from './box/settings/personality.ts';
import { openRememberedDevice } from './box/settings/remembered.ts';
import { offerTimeServers } from './box/settings/time-servers-file.ts';
import type { Device } from './device/device.ts';
import type { ControlIntroduction } from './doors/calls.ts';
import { startControlDoor } from './doors/core/start-control-door.ts';
import { startStreamsDoor } from './doors/core/start-streams-door.ts';

/** A running box. */
export interface Agent {
  device: Device;
  /**
   * Resolves when all doors (the processes that can be reached from outside) are open for the first time. The box
   * records earlier.
   */
  introduced: Promise<ControlIntroduction & { rtspPort: number }>;
  /** Resolves when a client of the box has asked for a restart. */
  restartAsked: Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a box: all its parts, in order. If the box cannot run, closes what was opened and throws. `lines` takes the
 * log lines of the doors.
 */
export async function startAgent(config: Config, version: string, log: Log, lines: LogLines): Promise<Agent> {
  const scope = openScope();
  try {
    return await boot(config, version, { log, lines }, scope);
  } catch (error) {
    await scope.close();
    throw error;
  }
}

interface Logs {
  log: Log;
  lines: LogLines;
}

/**
 * Makes the parts of the box, each from those above it. The parts that record come first; what can be reached from
 * outside runs in processes of its own.
 */
async function boot(config: Config, version: string, { log, lines }: Logs, scope: Scope): Promise<Agent> {
  const restart = Promise.withResolvers<void>();
  const onRestart = (): void => restart.resolve();
  const personality = await shippedPersonality();

  const ffmpeg = await findFfmpeg(config.ffmpeg);
  await takeDataFolder(config, ffmpeg, log, scope);
  await offerTimeServers(config, log);
  const { device, memory } = await openRememberedDevice(config, log, scope);
  scope.defer(catchTheRest((error) => tellFault(device, log, error)));
  watchDataFolder(config.data, device, scope);
  const overlaysFolder = await openOverlaysFolder(config, log);
  const choice = await chooseEncoder(ffmpeg.ffmpeg, device.state().wanted.encoders.archive.hardware);
  log.info({ ...choice, ffmpeg: ffmpeg.version }, 'encoder chosen');
  const finder = config.recordings.findSlides ? openSlideFinder(log) : undefined;
  scope.defer(() => finder?.close());
  const { looker } = finder ?? {};
  const picture = startPicture({ config, device, ffmpeg, choice, overlaysFolder, looker, log }, scope);
  const { engine } = picture;
  const recordingNews = openRecordingNews();
  const growth = openGrowthRelay(log);
  const recorder = openBoxRecorder(
    { config, version, ffmpeg, engine, device, news: recordingNews, growth: growth.watch, slides: finder?.watch, log },
    scope,
  );
  const listening = openListening();
  const beginning = { config, version, startedAtMs: Date.now(), ffmpeg: ffmpeg.ffmpeg };
  const door = { device, engine, beginning, listening, log, lines };
  const { streams, pushes, rtspPort } = startStreamsDoor(door, scope);
  const road = startRoad({ device, recorder, picture, streams, pushes, memory, personality, log }, scope);
  road.recovered(await recorder.recover());
  watchBox({ device, engine, streams, choice }, scope);
  const schedule = await startBoxSchedule({ config, device, recorder, growth, listening, log }, scope);
  const control = startControlDoor(
    { ...door, rtspPort, choice, recorder, recordingNews, schedule, road, picture, onRestart },
    scope,
  );

  return {
    device,
    introduced: Promise.all([control, rtspPort]).then(([reached, port]) => ({ ...reached, rtspPort: port })),
    restartAsked: restart.promise,
    close: () => scope.close(),
  };
}

/** Version of the package, from `package.json`. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
