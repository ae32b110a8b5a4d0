import { availableParallelism } from 'node:os';
import { isImpossible, type Impossible } from '@amphi/lib/media/groups/byte-source.ts';
import type { Profile } from '@amphi/lib/opencast/profiles/profile.ts';
import { isOfNothing } from '../../store/connect.ts';
import type { Jobs } from '../../store/jobs.ts';
import { belowMedia, type ChunkNeeds } from './chunk-needs.ts';
import { coveredByTasks, lockTasks, sendTasks } from './chunk-tasks.ts';
import { outputsByPieces } from './encode-by-chunks.ts';
import { ENVELOPE_SOUND } from './film/film-envelope.ts';
import { filmDigests } from './film/film-digests.ts';
import { wantSounds } from './follow-sound.ts';
import { openFilm, type Film } from './film/film.ts';
import { findRendition } from './rendition-store.ts';
import { leveledAsItComes, type ChunkOutput } from './plan/chunk-output.ts';
import { wholeTimeline } from './plan/timeline.ts';
import {
  missingPieces,
  missingRuns,
  wantedOutput,
  type Missing,
  type MissingRun,
  type WantedOutput,
} from './plan/wanted.ts';

/** A film that may still grow, and what will be wanted of it. */
export interface AheadOrder {
  event: string;
  /** Absolute path of the film, in the media folder. */
  source: string;
  /** Every profile that will be wanted: what is encoded together is decoded once. */
  profiles: readonly Profile[];
  /** Whether the envelope of its sound will be wanted. */
  envelope?: boolean | undefined;
  /** Whether nothing will be added to the film. */
  isWhole: boolean;
  /** Whether it will be whole soon: then shorter parts of it are encoded too, so that few are left for the end. */
  endsSoon?: boolean;
  priority?: number | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Jobs that were sent, for how many ms of film, and in words which profiles are left out since they do not go by
 * pieces; or why nothing of it does.
 */
export type Ahead = (Sent & { leftOut: readonly Impossible[] }) | Impossible;

interface Sent {
  jobs: number;
  filmMs: number;
}

type AheadNeeds = ChunkNeeds & { jobs: Pick<Jobs, 'send'> };

/** Time of film for which it is worth to begin an encoder, while more is to come, in ticks; and if the film ends soon. */
const LEAST_TICKS = { usual: 30 * 90_000, soon: 3 * 90_000 };

/**
 * Sends jobs for what is there of a film and not yet encoded, so that `encodeByChunks` finds it when the film is whole.
 * Called again as the film grows, it sends what came since; the end of a growing film waits until there is more of it.
 * Nothing is wanted of an event that was deleted: then no job is sent.
 */
export async function aheadOfTime(needs: AheadNeeds, order: AheadOrder): Promise<Ahead> {
  const path = belowMedia(needs, order.source);
  if (path === undefined) return { why: 'the film is not in the media folder, where other workers find it' };
  const film = await openFilm(order.source, order.isWhole);
  if (isImpossible(film)) return film;
  try {
    const { outputs, leftOut } = outputsByPieces(film, order.profiles);
    if (film.groups.length === 0) return { ...NOTHING, leftOut };
    const digests = outputs.length > 0 ? await filmDigests(needs, order.event, film, order.signal) : undefined;
    const isByPieces = digests !== undefined && !isImpossible(digests);
    await wantSoundsOf(needs, order, film, path, isByPieces ? outputs : []);
    if (!isByPieces) return digests ?? { ...NOTHING, leftOut };
    const wanted = outputs.map((one) => wantedOutput(film, digests, one, wholeTimeline(film.groups, one.rate)));
    return { ...(await send(needs, order, film, path, wanted)), leftOut };
  } catch (error) {
    if (isOfNothing(error)) return { ...NOTHING, leftOut: [] };
    throw error;
  } finally {
    await film.close();
  }
}

const NOTHING: Sent = { jobs: 0, filmMs: 0 };

/** Has the sounds encoded, and the envelope made, as they come. */
async function wantSoundsOf(
  needs: AheadNeeds,
  { event, isWhole, envelope = false }: AheadOrder,
  film: Film,
  path: string,
  outputs: readonly ChunkOutput[],
): Promise<void> {
  const encoded = outputs.flatMap(({ sound }) => (sound && sound !== 'copy' ? [leveledAsItComes(sound)] : []));
  const sounds = envelope ? [...encoded, ENVELOPE_SOUND] : encoded;
  if (film.sound && sounds.length > 0) await wantSounds(needs, { event, film: path, sounds, isWhole });
}

async function send(
  needs: AheadNeeds,
  order: AheadOrder,
  film: Film,
  path: string,
  wanted: readonly WantedOutput[],
): Promise<Sent> {
  const { event, isWhole, endsSoon, priority = 0 } = order;
  const leastTicks = endsSoon ? LEAST_TICKS.soon : LEAST_TICKS.usual;
  return needs.database.transaction().execute(async (within) => {
    await lockTasks(within, event);
    const missing: Missing[] = [];
    for (const one of wanted) {
      const names = one.pieces.map(({ name }) => name);
      const found = await findRendition(within, event, one.key, names);
      const pieces = missingPieces(one.pieces, found);
      if (pieces.length > 0) missing.push({ wanted: one, pieces });
    }
    const { left } = await coveredByTasks(within, event, missing);
    // What is left of a film that is whole is waited for.
    const runs = missingRuns(film, left, isWhole ? availableParallelism() : 1).filter(
      (run) => isWhole || isWorthIt(run, film, leastTicks),
    );
    await sendTasks(within, needs.jobs, { event, film: path, isWhole, priority }, runs);
    return { jobs: runs.length, filmMs: Math.round(runs.reduce((sum, { ticks }) => sum + ticks, 0) / 90) };
  });
}

/** Whether a run is long enough; one in the midst of the film will not become longer. */
const isWorthIt = ({ ticks, first, count }: MissingRun, { groups }: Film, leastTicks: number): boolean =>
  ticks >= leastTicks || first + count < groups.length;
