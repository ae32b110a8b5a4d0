import { sql } from 'kysely';
import { isImpossible } from '@amphi/lib/media/groups/byte-source.ts';
import { isOfNothing, type Database } from '../../store/connect.ts';
import type { Jobs } from '../../store/jobs.ts';
import { json } from '../../store/tables.ts';
import type { ChunkNeeds } from './chunk-needs.ts';
import type { ChunkOutput } from './plan/chunk-output.ts';
import { encodeRun } from './encode-run.ts';
import { openFilm } from './film/film.ts';
import { keepPieces, outputKey } from './rendition-store.ts';
import type { Missing, MissingRun } from './plan/wanted.ts';

/** Queue of the jobs that encode runs of groups. */
export const CHUNKS_QUEUE = 'chunks';

/** Problem of a task whose film has another name by now, or is another: what is missing then is sent anew. */
export const FILM_CHANGED = 'the film is not there any more, or has changed';

/** Job of a run: the number of its task. */
export type ChunkJob = { task: number };

/** Where the runs of a film belong. */
export interface TasksOf {
  event: string;
  /** Path of the film below the media folder. */
  film: string;
  isWhole: boolean;
  priority: number;
}

/** Only one process at a time decides what is missing of an event; the others see what it has sent. */
export async function lockTasks(within: Database, event: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`amphi chunks ${event}`}, 0))`.execute(within);
}

/** Writes runs as tasks and sends a job for each when the transaction ends. Gives the numbers of the tasks. */
export async function sendTasks(
  within: Database,
  jobs: Pick<Jobs, 'send'>,
  { event, film, isWhole, priority }: TasksOf,
  runs: readonly MissingRun[],
): Promise<number[]> {
  const ids: number[] = [];
  for (const { first, count, outputs, parts, names } of runs) {
    const { id } = await within
      .insertInto('chunk_tasks')
      .values({
        event,
        film,
        is_whole: isWhole,
        outputs: json(outputs.map(({ output }) => output)),
        output_keys: outputs.map(({ key }) => key),
        first_group: first,
        groups: count,
        parts: parts ? json(parts) : null,
        names: [...names],
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    ids.push(id);
  }
  await jobs.send(
    within,
    CHUNKS_QUEUE,
    ids.map((task): ChunkJob => ({ task })),
    priority,
  );
  return ids;
}

/** What of the missing pieces open tasks will make, and what is left. */
export interface Covered {
  tasks: readonly number[];
  left: readonly Missing[];
}

/** Looks which open tasks of an event make what is missing. */
export async function coveredByTasks(database: Database, event: string, missing: readonly Missing[]): Promise<Covered> {
  const rows = await database
    .selectFrom('chunk_tasks')
    .select(['id', 'output_keys', 'names'])
    .where('event', '=', event)
    .where('state', '=', 'open')
    .execute();
  const tasks = new Set<number>();
  const byName = Map.groupBy(
    rows.flatMap(({ id, output_keys, names }) =>
      names.map((name) => ({ id, output_keys, name: name.toString('hex') })),
    ),
    ({ name }) => name,
  );
  const left = missing.map(({ wanted, pieces }) => ({
    wanted,
    pieces: pieces.filter(({ name }) => {
      const task = byName.get(name.toString('hex'))?.find(({ output_keys }) => output_keys.includes(wanted.key));
      if (task) tasks.add(task.id);
      return !task;
    }),
  }));
  return { tasks: [...tasks], left: left.filter(({ pieces }) => pieces.length > 0) };
}

/** Workers that may begin with a task before it counts as failed: each of them ended, or could not keep what it made. */
const MOST_ATTEMPTS = 5;

/** Does the runs of all films as they are sent, at most `atOnce` side by side. The result ends that. */
export async function startChunkWorker(
  needs: ChunkNeeds & { jobs: Jobs },
  atOnce: number,
): Promise<() => Promise<void>> {
  await needs.jobs.makeQueues([CHUNKS_QUEUE]);
  return needs.jobs.work(CHUNKS_QUEUE, atOnce, (job) => doTask(needs, (job as ChunkJob).task));
}

/** Does a task. Rejects when it is worth another attempt. */
async function doTask(needs: ChunkNeeds, id: number): Promise<void> {
  const task = await needs.database
    .updateTable('chunk_tasks')
    .set((of) => ({ attempts: of('attempts', '+', 1) }))
    .where('id', '=', id)
    .where('state', '=', 'open')
    .returningAll()
    .executeTakeFirst();
  // The event was deleted, or another worker has done it.
  if (!task) return;
  try {
    if (task.attempts > MOST_ATTEMPTS) return await settle(needs, id, `its worker ended ${MOST_ATTEMPTS} times`);
    const { first_group: first, groups: count, parts } = task;
    const outputs = task.outputs as ChunkOutput[];
    await settle(needs, id, await makeRun(needs, task, { first, count, outputs, parts: parts ?? undefined }));
  } catch (error) {
    // It was deleted with its event.
    if (isOfNothing(error)) return;
    needs.log.warn({ err: error, task: id, film: task.film }, 'a run of groups is encoded again');
    if (task.attempts < MOST_ATTEMPTS) throw error;
    await settle(needs, id, error instanceof Error ? error.message : String(error));
  }
}

/** Encodes a run and keeps its pieces. The reason in words if it cannot be encoded. */
async function makeRun(
  needs: ChunkNeeds,
  { event, film: path, is_whole }: { event: string; film: string; is_whole: boolean },
  run: Parameters<typeof encodeRun>[2],
): Promise<string | undefined> {
  const film = await openFilm(needs.store.at(path), is_whole).catch((error: unknown) => {
    // A film that grew has another name when it is whole; who wants it sends new tasks.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { why: FILM_CHANGED };
    throw error;
  });
  if (isImpossible(film)) return film.why;
  try {
    if (film.groups.length < run.first + run.count) return FILM_CHANGED;
    const made = await encodeRun(needs.ffmpeg, film, run);
    if (isImpossible(made)) return made.why;
    for (const [n, output] of run.outputs.entries()) await keepPieces(needs, event, outputKey(film, output), made[n]!);
    return undefined;
  } finally {
    await film.close();
  }
}

async function settle({ database }: ChunkNeeds, id: number, problem: string | undefined): Promise<void> {
  await database
    .updateTable('chunk_tasks')
    .set({ state: problem === undefined ? 'done' : 'failed', problem: problem ?? null })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .execute();
}
