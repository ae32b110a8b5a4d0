/**
 * Measures what a workflow costs besides the work of its operations: many queued runs of operations that do next to
 * nothing, done by two workers, against as many bare jobs of pg-boss. Then the same with crashes: workers and PostgreSQL
 * are killed, and nothing may be lost. `node bench/workflows.ts [--runs 1000] [--operations 5] [--rounds 1]`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { sleep } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { openScope } from '#lib/runtime/scope.ts';
import { openJobs, type JobData } from '#central/store/jobs.ts';
import { readOptions } from './measure/options.ts';
import { printFigure, printTable } from './measure/report.ts';
import { median, round } from './measure/statistics.ts';
import { openQueuedRuns, type QueuedRuns, type Standing } from './workflow-load/queued-runs.ts';
import type { WorkerProcess } from '#test/support/central-worker.ts';
import { startBareWorker, startProductWorker } from './workflow-load/workers.ts';

const options = readOptions({ runs: 1000, operations: 5, rounds: 1 });
const WORKERS = 2;
/** Light operations that a worker of the product does at the same time; the yardstick does as many. */
const AT_ONCE = 4;
/** Runs one after the other on a server that has nothing else to do. */
const LONE_RUNS = 20;

const scope = openScope();
const folder = await mkdtemp(join(tmpdir(), 'amphi-bench-'));
scope.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));

const inAll = <T>(one: (at: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: WORKERS }, (_, at) => one(at)));
const productWorkers = ({ url }: QueuedRuns): Promise<WorkerProcess[]> =>
  inAll((at) => startProductWorker(folder, `worker-${at}`, url));
const stopAll = async (workers: readonly WorkerProcess[]): Promise<void> =>
  void (await Promise.all(workers.map((worker) => worker.stop())));

/** Milliseconds of an operation, of all runs of a round. */
async function runsRound(queued: QueuedRuns, name: string): Promise<Standing> {
  await queued.begin(name, options.runs);
  const workers = await productWorkers(queued);
  try {
    return await queued.settled(name, 1);
  } finally {
    await stopAll(workers);
  }
}

/** Seconds that as many bare jobs take. */
async function bareRound({ database, connection }: QueuedRuns): Promise<number> {
  const jobs = await openJobs(connection, silentLog);
  await jobs.makeQueues(['bare']);
  const first = Array.from({ length: options.runs }, (_, chain): JobData => ({ chain, step: 0 }));
  await sql`delete from jobs.job where name = 'bare'`.execute(database);
  await jobs.send(database, 'bare', first, 0);
  await jobs.close();
  const workers = await inAll(() => startBareWorker(connection, options.operations, AT_ONCE));
  try {
    for (;;) {
      const { rows } = await sql<{ done: number; seconds: number }>`select count(*)::int as done,
        extract(epoch from max(completed_on) - min(started_on))::float as seconds from jobs.job
        where name = 'bare' and state = 'completed'`.execute(database);
      if ((rows[0]?.done ?? 0) >= options.runs * options.operations) return rows[0]!.seconds;
      await sleep(500);
    }
  } finally {
    await stopAll(workers);
  }
}

/** Milliseconds of an operation of runs that come one by one: those that their chain waits. */
async function loneRuns(queued: QueuedRuns): Promise<number> {
  const workers = await productWorkers(queued);
  const each: number[] = [];
  try {
    for (let at = 0; at < LONE_RUNS; at++) {
      await queued.begin(`lone${at}`, 1);
      await queued.settled(`lone${at}`, 1);
      const { rows } = await sql<{ ms: number }>`select extract(epoch from finished_at - created_at)::float * 1000 as ms
        from workflows where event = ${`lone${at}-0`}`.execute(queued.database);
      each.push(rows[0]!.ms / options.operations);
    }
  } finally {
    await stopAll(workers);
  }
  return median(each);
}

/** Runs during which a worker, PostgreSQL and the other worker are killed. */
async function crashedRound(queued: QueuedRuns): Promise<Standing> {
  await queued.begin('crashed', options.runs);
  const workers = await productWorkers(queued);
  const replace = async (at: number): Promise<void> => {
    await workers[at]?.kill9();
    workers[at] = await startProductWorker(folder, `worker-${at}`, queued.url);
  };
  try {
    await queued.settled('crashed', 0.25);
    await replace(0);
    await queued.settled('crashed', 0.5);
    await queued.killPostgres();
    await queued.settled('crashed', 0.75);
    await replace(1);
    return await queued.settled('crashed', 1);
  } finally {
    await stopAll(workers);
  }
}

try {
  const queued = await openQueuedRuns(folder, options.operations);
  scope.defer(() => queued.close());
  const ours: Standing[] = [];
  const bare: number[] = [];
  for (let at = 0; at < options.rounds; at++) {
    ours.push(await runsRound(queued, `round${at}`));
    bare.push(await bareRound(queued));
  }
  const loneMs = await loneRuns(queued);
  const crashed = await crashedRound(queued);
  const each = (seconds: number): number => (seconds * 1000) / (options.runs * options.operations);
  const oursMs = median(ours.map(({ seconds }) => each(seconds)));
  const bareMs = median(bare.map(each));
  const lost = [...ours, crashed].reduce((sum, { whole }) => sum + options.runs - whole, 0);
  printTable(
    `${options.runs} runs of ${options.operations} operations, ${WORKERS} workers, ${AT_ONCE} operations at once each`,
    ['way', 'ms an operation', 'operations a second', 'lost runs', 'taken over'],
    [
      [
        'runs',
        round(oursMs, 2),
        Math.round(1000 / oursMs),
        options.runs * options.rounds - ours.reduce((sum, { whole }) => sum + whole, 0),
        '',
      ],
      ['bare jobs', round(bareMs, 2), Math.round(1000 / bareMs), '', ''],
      ['runs, three crashes', round(each(crashed.seconds), 2), '', options.runs - crashed.whole, crashed.crashes],
      ['a run alone', round(loneMs, 2), '', '', ''],
    ],
  );
  printFigure({
    bench: 'workflows',
    figure: round(oursMs - bareMs, 2),
    unit: 'ms an operation more than a bare job',
    yardstick: `as many bare jobs of pg-boss: ${round(bareMs, 2)} ms each`,
    goal: '<= 20 and no run lost',
    aloneMs: round(loneMs, 2),
    lost,
    ...options,
  });
  if (lost > 0) process.exitCode = 1;
} finally {
  await scope.close();
}
