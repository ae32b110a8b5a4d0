import type { Clock } from '@amphi/lib/runtime/clock.ts';
import { openBelievedWall } from '@amphi/lib/runtime/believed-wall.ts';
import type { ConnectionOptions } from '../../store/connect.ts';
import type { Jobs } from '../../store/jobs.ts';
import type { CutByChunks, CutLength } from '../run/cut.ts';
import { cutByChunks, cutLengthByChunks } from './cut-by-chunks.ts';
import type { EncodeByChunks, EnvelopeOf, LeveledSound } from '../profiles/encoders.ts';
import { openProfiles, type Profiles } from '../profiles/open-profiles.ts';
import { profilesBeside } from './profiles-beside.ts';
import { aheadOfTime, type Ahead, type AheadOrder } from './ahead-of-time.ts';
import type { ChunkNeeds } from './chunk-needs.ts';
import { leveledSound } from './leveled-sound.ts';
import { startSoundWorker } from './follow-sound.ts';
import { startChunkWorker } from './chunk-tasks.ts';
import { dropOldChunks, watchGoneEvents } from './drop-chunks.ts';
import { encodeByChunks } from './encode-by-chunks.ts';
import { envelopeOf } from './envelope-of.ts';

/** Encoding by chunks, as operations and the hand-over of growing films use it. */
export interface Chunks {
  /** Encodes a source of an operation. */
  encodeByChunks: EncodeByChunks;
  /** Cuts a recording. */
  cutByChunks: CutByChunks;
  cutLength: CutLength;
  leveledSound: LeveledSound;
  envelopeOf: EnvelopeOf;
  /** Encodes what is there of a film that may grow. */
  aheadOfTime(order: AheadOrder): Promise<Ahead>;
  close(): Promise<void>;
}

/** What chunks are opened with. */
export interface OpenChunksNeeds extends ChunkNeeds {
  jobs: Jobs;
  connection: ConnectionOptions;
  clock: Clock;
  /** Encoding profiles; those that come with the server without it. */
  profiles?: Profiles | undefined;
  /** Runs of groups that this process encodes side by side; 0: none, others do. */
  atOnce: number;
}

/** Days for which pieces are kept that nobody has wanted: a cut within this time encodes only its borders. */
const KEPT_DAYS = 60;
const DAY_MS = 24 * 3600_000;
/** Milliseconds between two looks for what nobody needs. */
const EVERY_MS = 6 * 3600_000;

/** Opens the chunks: does the runs of all films, and removes what nobody needs any more. */
export async function openChunks({
  atOnce,
  connection,
  clock,
  profiles = openProfiles(),
  ...needs
}: OpenChunksNeeds): Promise<Chunks> {
  const ends = atOnce > 0 ? [await startChunkWorker(needs, atOnce), await startSoundWorker(needs)] : [];
  const watch = watchGoneEvents(needs, connection);
  const wallMs = openBelievedWall(clock);
  const drop = (): void => {
    const nowMs = wallMs();
    dropOldChunks(needs, new Date(nowMs - KEPT_DAYS * DAY_MS), nowMs).catch((error: unknown) =>
      needs.log.warn({ err: error }, 'pieces that nobody needs could not be removed'),
    );
  };
  // Workers remove them, not those that only serve.
  const timer = atOnce > 0 ? setInterval(drop, EVERY_MS) : undefined;
  return {
    encodeByChunks: async (order) => {
      const beside = await profilesBeside(needs.database, profiles, order.event, order.profiles);
      return encodeByChunks(needs, { ...order, beside });
    },
    cutByChunks: cutByChunks(needs.ffmpeg),
    cutLength: cutLengthByChunks,
    leveledSound: leveledSound(needs),
    envelopeOf: envelopeOf(needs),
    aheadOfTime: (order) => aheadOfTime(needs, order),
    async close() {
      clearInterval(timer);
      await watch.close();
      for (const end of ends) await end();
    },
  };
}
