import type { HandOverConfig } from '#firmware-config/schema/machine/hand-over.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { HandOverStore } from '../hand-over/hand-over-store.ts';
import { isOpenAt } from '../hand-over/hand-over.ts';
import type { Since } from '../hand-over/since.ts';
import type { Recordings } from '../recordings.ts';
import type { Opencast } from '../server/opencast.ts';
import { openPace } from '../server/pace.ts';
import { minuteOfDayIn } from '../timetable/hall-time.ts';
import { fileOf } from './file-of.ts';
import { openGrowing, type Growing } from './growing.ts';
import { openGrowingStore } from './growing-store.ts';

/** Options of `openGrowingOfBox`. */
export interface GrowingOfBoxOptions {
  opencast: Pick<Opencast, 'settings' | 'send'>;
  settings: HandOverConfig;
  /** File of the uploads that the server has some of. */
  file: string;
  /** IANA zone of the hall. */
  zone: string;
  recordings: Recordings;
  handOvers: HandOverStore;
  /** Limit of the rate of everything that is sent. */
  pace: (bytes: number) => Promise<void>;
  since: Since;
  clock: Clock;
  log: Log;
}

/** Opens the sending of recordings while they are recorded; undefined: the configuration does not want it. */
export async function openGrowingOfBox(options: GrowingOfBoxOptions): Promise<Growing | undefined> {
  const { settings, handOvers, recordings, since, clock, log, opencast } = options;
  const {
    tracks: withTracks,
    way,
    whileRecording,
    whileRecordingKbps,
    maxKbps,
    byHand,
    hours,
    flavor,
    flavorB,
  } = settings;
  if (way !== 'upload' || !whileRecording) return undefined;
  const own = openPace(whileRecordingKbps, clock);
  const minuteOfDay = minuteOfDayIn(options.zone);
  return openGrowing({
    opencast,
    clock,
    log,
    store: await openGrowingStore(options.file, log),
    fileOf(take, part) {
      const recording = recordings.find(take);
      const isNew = recording !== undefined && since.isNew(recording);
      return fileOf(recording, handOvers.find(take), part, { flavor, flavorB, byHand: byHand && isNew });
    },
    tracksOf: withTracks ? (take, part) => recordings.growingTracksOf?.(take, part) : undefined,
    isOver: (take) => handOvers.find(take)?.step === 'done' || recordings.find(take) === undefined,
    isOpen: () => isOpenAt(hours, minuteOfDay(clock.nowMs())),
    maxKbps: Math.min(whileRecordingKbps ?? Number.POSITIVE_INFINITY, maxKbps ?? Number.POSITIVE_INFINITY),
    async pace(bytes) {
      await own(bytes);
      await options.pace(bytes);
    },
    random: Math.random,
  });
}
