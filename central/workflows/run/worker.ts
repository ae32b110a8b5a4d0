import { hostname } from 'node:os';
import { sleep } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { When } from '@amphi/lib/opencast/workflows/definition.ts';
import type { Catalogue } from '@amphi/lib/opencast/workflows/catalogue/catalogue.ts';
import { whetherDone } from '@amphi/lib/opencast/workflows/condition-value.ts';
import { openVariables } from '@amphi/lib/opencast/workflows/variables.ts';
import { isAway, type Database } from '../../store/connect.ts';
import { isFull, NoRoom, type MediaStore } from '../../store/media-store.ts';
import { openAttemptFiles, type AttemptFiles } from './attempt-files.ts';
import { advanceRun, type Advanced, type OperationJob, type RunNeeds } from './advance.ts';
import { elementsSeen, keepElements } from './elements.ts';
import { filledIn, openKeys } from './keys.ts';
import type { WorkflowRow } from '../../store/workflow-tables.ts';
import type { CutMedia } from './cut.ts';
import { openElementFiles, type ElementFiles } from './element-files.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationResult } from './operation.ts';
import { openOperationLog } from './operation-log.ts';
import type { Run, RunOperation, Variables } from './run.ts';
import type { RunEvent } from './step.ts';

/** What a worker needs. */
export interface WorkerNeeds extends RunNeeds {
  database: Database;
  store: MediaStore;
  /** Cuts recordings; without it, cuts are not written. */
  cut?: CutMedia | undefined;
  /** Path of the program ffprobe. */
  ffprobe: string;
  /** The code of an operation; undefined: this worker has none. */
  operationOf: (id: string) => Operation | undefined;
  /** Operations by their names, with their keys. */
  catalogue: Catalogue;
  log: Log;
  /** Operations of each queue that this process does at the same time. */
  atOnce: Readonly<Record<string, number>>;
}

type Needs = WorkerNeeds & { elementFiles: ElementFiles };

/** Milliseconds between looks whether an operation at work still counts. */
const LOOK_MS = 2000;
/** Milliseconds between two notes of its progress. */
const PROGRESS_MS = 1000;
/** How often a result is told to a database that is away, with these waits between; then another worker does it again. */
const TELL_AGAIN_MS = [200, 500, 1000, 2000, 5000, 10_000, 10_000, 10_000, 10_000, 10_000] as const;

/**
 * Does operations of runs as they become ready. The result ends that: operations at work are aborted and given back, so
 * that another worker, or this one when it comes back, does them.
 */
export async function startWorker(of: WorkerNeeds): Promise<() => Promise<void>> {
  const needs: Needs = { ...of, elementFiles: openElementFiles(of.store, of.cut) };
  const queues = Object.entries(needs.atOnce);
  const closing = new AbortController();
  await needs.jobs.makeQueues(queues.map(([queue]) => queue));
  const ends = await Promise.all(
    queues.map(([queue, atOnce]) =>
      needs.jobs.work(queue, atOnce, (job) => doJob(needs, job as OperationJob, closing.signal)),
    ),
  );
  return async () => {
    closing.abort(new OperationFailed('the server is ended'));
    await Promise.all(ends.map((end) => end()));
  };
}

/** Takes an operation, does it, and tells what came of it. Rejects only if the database stays away. */
async function doJob(needs: Needs, job: OperationJob, closing: AbortSignal): Promise<void> {
  const { position } = job;
  const taken = await told(needs, job, { kind: 'taken', position });
  const operation = taken?.after.operations[position];
  // A run that waits or ended, or an operation that another worker has done: the job is left over.
  if (!taken || operation?.state !== 'running' || operation.life === taken.before.operations[position]?.life) return;
  const { life } = operation;
  const files = openAttemptFiles(needs.store, needs.ffprobe, { ...job, life });
  const { event, result } = await resultOf(needs, job, {
    workflow: taken.workflow,
    run: taken.after,
    operation,
    files,
    closing,
  });
  const settled = await told(needs, job, { ...event, position, life }, result);
  // The end of an operation may be told twice, when a connection breaks after it was written.
  const written = settled?.after.operations[position];
  const counts = written?.life === life && (written.state === 'succeeded' || written.state === 'paused');
  if (!counts) await removed(needs, files);
}

/** Removes what an attempt made that came to nothing. */
const removed = ({ log }: WorkerNeeds, files: AttemptFiles): Promise<void> =>
  files.remove().catch((error: unknown) => log.warn({ err: error }, 'files of an attempt stay'));

type ResultEvent =
  | { kind: 'done' | 'skipped'; variables?: Variables | undefined }
  | { kind: 'pause'; variables?: Variables | undefined; again?: boolean | undefined }
  | { kind: 'failed'; reason: string }
  | { kind: 'released' };

/** What came of an operation: what is told of it, and what is written with that. */
interface Came {
  event: ResultEvent;
  result?: OperationResult | undefined;
}

interface Taken {
  workflow: WorkflowRow;
  run: Run;
  operation: RunOperation;
  files: AttemptFiles;
  /** Aborted when this worker ends. */
  closing: AbortSignal;
}

async function resultOf(
  needs: Needs,
  job: OperationJob,
  { workflow, run: { variables }, operation, files, closing }: Taken,
): Promise<Came> {
  const lines = openOperationLog(needs.database, job, needs.log);
  const watch = watchCounts(needs, job, operation.life);
  try {
    const result = await carriedOut();
    if (result.kind !== 'done') lines.log(result.why);
    return { event: eventOf(result), result };
  } catch (failure) {
    const error = isFull(failure) ? new NoRoom('the disk of the server is full') : failure;
    // An operation whose database went away is done again, as soon as there is one to write its result into.
    if (closing.aborted || isAway(error)) return { event: { kind: 'released' } };
    const reason = reasonOf(error);
    if (!(error instanceof OperationFailed || error instanceof NoRoom))
      needs.log.error({ err: error, ...job, operation: operation.id }, 'operation');
    lines.log(reason, 'error');
    return { event: { kind: 'failed', reason } };
  } finally {
    watch.end();
    await lines.written();
  }

  async function carriedOut(): Promise<OperationResult> {
    const { database, elementFiles, catalogue, operationOf } = needs;
    const values = openVariables(variables);
    const truth = whetherDone(operation, values);
    if ('why' in truth) throw new OperationFailed(`its condition has no answer: ${truth.why}`);
    if (!truth.value) return { kind: 'skip', why: `its condition does not hold: ${whenText(operation.when)}` };
    const row = catalogue.find(operation.id);
    const code = row && operationOf(row.id);
    if (!code) throw new OperationFailed(`this server has no operation "${operation.id}"`);
    const signal = AbortSignal.any([watch.signal, closing]);
    const log: OperationContext['log'] = (text, level) => lines.log(text, level);
    return code.run({
      workflow,
      position: job.position,
      keys: openKeys(row, filledIn(row, operation.configuration, values)),
      variables,
      elements: await elementsSeen(database, workflow.id, job.position),
      pathOf: ({ path }) => elementFiles.pathOf(path, { signal, log }),
      folder: files.folder,
      take: files.take,
      signal,
      log,
      progress: watch.progress,
    });
  }
}

function eventOf(result: OperationResult): ResultEvent {
  if (result.kind === 'skip') return { kind: 'skipped' };
  const { kind, variables } = result;
  return kind === 'done' ? { kind, variables } : { kind, variables, again: result.again };
}

const whenText = (when: readonly When[]): string =>
  when.map(({ text, unless }) => (unless ? `unless ${text}` : text)).join(', ');

/** The reason of a failure in words; that of a bug has its message alone, its stack is in the server's log. */
const reasonOf = (error: unknown): string =>
  error instanceof OperationFailed || error instanceof NoRoom
    ? error.message
    : `unexpected: ${error instanceof Error ? error.message : String(error)}`;

/**
 * Tells an event of a run, and writes in the same transaction what the operation did, if its result still counts; again
 * while the database is away.
 */
async function told(
  needs: WorkerNeeds,
  { workflow, position }: OperationJob,
  event: RunEvent,
  result?: OperationResult,
): Promise<Advanced | undefined> {
  for (const waitMs of [...TELL_AGAIN_MS, undefined]) {
    try {
      return await needs.database.transaction().execute(async (within) => {
        const advanced = await advanceRun(within, needs, workflow, event, hostname());
        if (!advanced || advanced.before === advanced.after || !result || result.kind === 'skip') return advanced;
        await keepElements(within, { workflow, position }, result);
        await result.settle?.(within);
        return advanced;
      });
    } catch (error) {
      if (waitMs === undefined) throw error;
      needs.log.warn({ err: error, workflow, event: event.kind }, 'an event of a run is told again');
      await sleep(waitMs);
    }
  }
  return undefined;
}

interface CountsWatch {
  signal: AbortSignal;
  progress: (part: number) => void;
  end(): void;
}

/** Looks whether an operation at work still counts, and notes its progress on the way. */
function watchCounts({ database, log }: WorkerNeeds, { workflow, position }: OperationJob, life: number): CountsWatch {
  const controller = new AbortController();
  let part: number | undefined;
  let notedMs = Number.NEGATIVE_INFINITY;
  const own = () =>
    database
      .updateTable('workflow_operations')
      .where('workflow', '=', workflow)
      .where('position', '=', position)
      .where('life', '=', life)
      .where('state', '=', 'running');
  const look = async (): Promise<void> => {
    const { numUpdatedRows } = await own()
      .set({ progress: part ?? null })
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n)
      controller.abort(new OperationFailed('the run was stopped, or another worker has the operation'));
  };
  const lookSafely = (): void =>
    void look().catch((error: unknown) =>
      log.warn({ err: error, workflow, position }, 'whether it counts is not known'),
    );
  const timer = setInterval(lookSafely, LOOK_MS);
  return {
    signal: controller.signal,
    progress(now) {
      part = Math.max(0, Math.min(1, now));
      if (performance.now() - notedMs < PROGRESS_MS) return;
      notedMs = performance.now();
      lookSafely();
    },
    end: () => clearInterval(timer),
  };
}
