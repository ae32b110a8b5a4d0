import { hostname } from 'node:os';
import { sleep } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Database } from '../../store/connect.ts';
import { advanceRun, type OperationJob, type RunNeeds } from './advance.ts';
import { OperationFailed, type Operation, type OperationResult } from './operation.ts';
import { openOperationLog } from './operation-log.ts';
import type { Run, RunOperation, Variables } from './run.ts';
import type { RunEvent } from './step.ts';

/** Reads what definitions say with variables in it. */
export interface Language {
  /** Whether a condition holds. Throws `OperationFailed` in words if it has a mistake. */
  holds(condition: string, variables: Variables): boolean;
  /** A text with its variables filled in. */
  filled(text: string, variables: Variables): string;
}

/** What a worker needs. */
export interface WorkerNeeds extends RunNeeds {
  database: Database;
  /** The code of an operation; undefined: this worker has none. */
  operationOf: (id: string) => Operation | undefined;
  language: Language;
  log: Log;
  /** Operations of each queue that this process does at the same time. */
  atOnce: Readonly<Record<string, number>>;
}

/** Milliseconds between looks whether an operation at work still counts. */
const LOOK_MS = 2000;
/** Milliseconds between two notes of its progress. */
const PROGRESS_MS = 1000;
/** How often a result is told to a database that is away, with these waits between; then another worker does it again. */
const TELL_AGAIN_MS = [200, 500, 1000, 2000, 5000, 10_000, 10_000, 10_000, 10_000, 10_000] as const;

/** Does operations of runs as they become ready. The result ends that, and waits for the operations at work. */
export async function startWorker(needs: WorkerNeeds): Promise<() => Promise<void>> {
  const queues = Object.entries(needs.atOnce);
  await needs.jobs.makeQueues(queues.map(([queue]) => queue));
  const ends = await Promise.all(
    queues.map(([queue, atOnce]) => needs.jobs.work<OperationJob>(queue, atOnce, (job) => doJob(needs, job))),
  );
  return async () => void (await Promise.all(ends.map((end) => end())));
}

/** Takes an operation, does it, and tells what came of it. Rejects only if the database stays away. */
async function doJob(needs: WorkerNeeds, job: OperationJob): Promise<void> {
  const { position } = job;
  const taken = await told(needs, job, { kind: 'taken', position });
  const operation = taken?.after.operations[position];
  // A run that waits or ended, or an operation that another worker has done: the job is left over.
  if (!taken || operation?.state !== 'running' || operation.life === taken.before.operations[position]?.life) return;
  const { life } = operation;
  const event = await resultOf(needs, job, taken.workflow, taken.after, operation);
  await told(needs, job, { ...event, position, life } as RunEvent);
}

type ResultEvent =
  | { kind: 'done' | 'skipped' | 'pause'; variables?: Variables | undefined }
  | { kind: 'failed'; reason: string };

async function resultOf(
  needs: WorkerNeeds,
  job: OperationJob,
  workflow: Parameters<Operation['run']>[0]['workflow'],
  { variables }: Run,
  operation: RunOperation,
): Promise<ResultEvent> {
  const lines = openOperationLog(needs.database, job, needs.log);
  const watch = watchCounts(needs, job, operation.life);
  try {
    const result = await carriedOut();
    if (result.kind !== 'done') lines.log(result.why);
    const kind = result.kind === 'skip' ? 'skipped' : result.kind;
    return 'variables' in result ? { kind, variables: result.variables } : { kind };
  } catch (error) {
    const reason = reasonOf(error);
    if (!(error instanceof OperationFailed))
      needs.log.error({ err: error, ...job, operation: operation.id }, 'operation');
    lines.log(reason, 'error');
    return { kind: 'failed', reason };
  } finally {
    watch.end();
    await lines.written();
  }

  async function carriedOut(): Promise<OperationResult> {
    const { language, operationOf } = needs;
    if (operation.condition !== undefined && !language.holds(operation.condition, variables))
      return { kind: 'skip', why: `its condition does not hold: ${operation.condition}` };
    const code = operationOf(operation.id);
    if (!code) throw new OperationFailed(`this server has no operation "${operation.id}"`);
    const configuration = new Map(
      [...operation.configuration].map(([key, text]) => [key, language.filled(text, variables)]),
    );
    return code.run({
      workflow,
      configuration,
      variables,
      signal: watch.signal,
      log: (text, level) => lines.log(text, level),
      progress: watch.progress,
    });
  }
}

/** The reason of a failure in words; that of a bug has its message alone, its stack is in the server's log. */
const reasonOf = (error: unknown): string =>
  error instanceof OperationFailed
    ? error.message
    : `unexpected: ${error instanceof Error ? error.message : String(error)}`;

/** Tells an event of a run; again while the database is away. */
async function told(needs: WorkerNeeds, { workflow }: OperationJob, event: RunEvent) {
  for (const waitMs of [...TELL_AGAIN_MS, undefined]) {
    try {
      return await needs.database
        .transaction()
        .execute((within) => advanceRun(within, needs, workflow, event, hostname()));
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
  progress(part: number): void;
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
