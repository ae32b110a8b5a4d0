import { availableParallelism } from 'node:os';
import { isImpossible } from '@amphi/lib/media/groups/byte-source.ts';
import { sleep } from '@amphi/lib/runtime/clock.ts';
import { onAllProcessors } from '@amphi/lib/runtime/processes/on-all-processors.ts';
import { belowMedia, type ChunkNeeds } from './chunk-needs.ts';
import { coveredByTasks, FILM_CHANGED, lockTasks, sendTasks } from './chunk-tasks.ts';
import { encodeRun } from './encode-run.ts';
import type { Film } from './film/film.ts';
import { keepPieces } from './rendition-store.ts';
import { missingRuns, type Missing, type MissingRun } from './plan/wanted.ts';

/** What is to be made, and how it is told. */
export interface Making {
  event: string;
  film: Film;
  priority: number;
  signal: AbortSignal | undefined;
  /** Tells how many of the runs are done. */
  done: (runs: number, of: number) => void;
}

/** Time of film up to which runs are encoded here at once: jobs would take longer to be handed out. A minute, in ticks. */
const FEW_TICKS = 60 * 90_000;
/** Milliseconds between two looks for tasks that were done by others. */
const LOOK_MS = 200;

/**
 * Makes what is missing: little of it here, more of it as jobs of all workers, and what open tasks will make anyway is
 * waited for. In words why something cannot be encoded; rejects when it is aborted.
 */
export async function makeMissing(
  needs: ChunkNeeds,
  making: Making,
  missing: readonly Missing[],
): Promise<string | undefined> {
  const { event, film } = making;
  const path = belowMedia(needs, film.path);
  const { jobs } = needs;
  const { tasks, here } = await needs.database.transaction().execute(async (within) => {
    await lockTasks(within, event);
    const { tasks: open, left } = await coveredByTasks(within, event, missing);
    const runs = missingRuns(film, left, availableParallelism());
    const ticks = runs.reduce((sum, run) => sum + run.ticks, 0);
    if (!jobs || path === undefined || ticks <= FEW_TICKS) return { tasks: open, here: runs };
    const sent = await sendTasks(within, jobs, { event, film: path, isWhole: true, priority: making.priority }, runs);
    return { tasks: [...open, ...sent], here: [] };
  });
  const progress = { done: 0, all: tasks.length + here.length };
  const tell = (more: number): void => {
    progress.done += more;
    making.done(progress.done, progress.all);
  };
  const problem = await encodeHere(needs, making, here, tell);
  return problem ?? (await waitForTasks(needs, tasks, making.signal, tell));
}

/** Encodes runs in this process, one on each processor. In words why one of them cannot be encoded. */
const encodeHere = (
  needs: ChunkNeeds,
  { event, film, signal }: Making,
  runs: readonly MissingRun[],
  tell: (more: number) => void,
): Promise<string | undefined> =>
  onAllProcessors(runs, async ({ first, count, outputs, parts }) => {
    const run = { first, count, outputs: outputs.map(({ output }) => output), parts };
    const made = await encodeRun(needs.ffmpeg, film, run, signal);
    if (isImpossible(made)) return made.why;
    for (const [n, { key }] of outputs.entries()) await keepPieces(needs, event, key, made[n]!);
    tell(1);
    return undefined;
  });

/** Waits until tasks are done, by whichever worker. In words why one of them has failed. */
async function waitForTasks(
  { database }: ChunkNeeds,
  tasks: readonly number[],
  signal: AbortSignal | undefined,
  tell: (more: number) => void,
): Promise<string | undefined> {
  let open = tasks.length;
  while (open > 0) {
    await sleep(LOOK_MS);
    signal?.throwIfAborted();
    const rows = await database
      .selectFrom('chunk_tasks')
      .select(['state', 'problem'])
      .where('id', 'in', [...tasks])
      .execute();
    // Tasks of an event that was deleted are gone.
    if (rows.length < tasks.length) return 'the event was deleted';
    const failed = rows.find(({ state, problem }) => state === 'failed' && problem !== FILM_CHANGED);
    if (failed) return failed.problem ?? 'a run of groups could not be encoded';
    const now = rows.filter(({ state }) => state === 'open').length;
    tell(open - now);
    open = now;
  }
  return undefined;
}
