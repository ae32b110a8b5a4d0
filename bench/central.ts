/**
 * Measures a thousand agents that send their states and ask for their calendars every 10 s, against a server of
 * constants.
 */
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { databaseOf, openPool, type Database } from '#central/store/connect.ts';
import { json, type NewEvent } from '#central/store/tables.ts';
import { startChild } from '#lib/runtime/processes/child.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { DCTERMS_NAMESPACE } from '#lib/opencast/dublin-core.ts';
import { openScope, type Scope } from '#lib/runtime/scope.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { startCentralProcess, type CentralProcess } from '#test/support/central.ts';
import type { Job, Seen } from './central-load/agents.ts';
import { readOptions } from './measure/options.ts';
import { cpuSecondsOf, pssMegabytesOf } from './measure/process-tree.ts';
import { printFigure, printTable } from './measure/report.ts';
import { median, round } from './measure/statistics.ts';

const { agents, events, every, seconds, rounds } = readOptions({
  agents: 1000,
  events: 10_000,
  every: 10,
  seconds: 20,
  rounds: 2,
});
const HOUR_MS = 3600_000;

const script = (name: string): string => fileURLToPath(new URL(`central-load/${name}.ts`, import.meta.url));

/** Puts lectures for all agents into the database, from now on. */
async function fill(database: Database): Promise<void> {
  const term = (name: string, value: string) => ({ namespace: DCTERMS_NAMESPACE, name, value });
  const lectures = Array.from({ length: events }, (_, n): NewEvent => {
    const startsAtMs = Date.now() + Math.floor(n / agents) * 2 * HOUR_MS + HOUR_MS;
    return {
      id: `event-${n}`,
      title: `Informations générales ${n}`,
      agent: `agent-${n % agents}`,
      series: 'PAES_2016_S2',
      terms: json([term('creator', 'M. Dupont'), term('description', 'Première année, groupe 12')]),
      starts_at: new Date(startsAtMs),
      ends_at: new Date(startsAtMs + HOUR_MS),
      workflow: 'hd-720p',
    };
  });
  await database
    .insertInto('series')
    .values({ id: 'PAES_2016_S2', title: 'PAES', terms: json([]) })
    .execute();
  for (let n = 0; n < lectures.length; n += 2000)
    await database
      .insertInto('events')
      .values(lectures.slice(n, n + 2000))
      .execute();
}

async function fillServer({ data }: CentralProcess): Promise<void> {
  const folder = await open(join(data, 'postgres'), 'r');
  const pool = openPool({ host: `/proc/self/fd/${folder.fd}`, user: 'amphi', database: 'amphi' }, silentLog, 1);
  await fill(databaseOf(pool));
  await pool.end();
  await folder.close();
}

async function startConstant(calendar: string, scope: Scope): Promise<{ url: string; pid: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-bench-'));
  scope.defer(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'calendar.ics'), calendar);
  const child = startChild({
    command: process.execPath,
    argv: [script('constant'), join(folder, 'calendar.ics')],
    takes: [1],
  });
  scope.defer(() => child.stop());
  const [port] = (await child.take(1).iterator({ destroyOnReturn: false }).next()).value
    .toString()
    .split('\n') as string[];
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0 };
}

interface Sample extends Seen {
  cpuShare: number;
  cpuUsPerRequest: number;
}

async function load(url: string, pids: readonly number[], job: Omit<Job, 'url'>): Promise<Sample> {
  const cpu = (): number => pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
  const before = cpu();
  const startedMs = performance.now();
  const { code, stdout, reason } = await runProgram(
    process.execPath,
    [script('agents'), JSON.stringify({ url, ...job } satisfies Job)],
    { timeoutMs: 300_000 },
  );
  if (code !== 0) throw new Error(reason);
  const used = cpu() - before;
  const seen = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Seen;
  return {
    ...seen,
    cpuShare: used / ((performance.now() - startedMs) / 1000),
    cpuUsPerRequest: (used / seen.requests) * 1e6,
  };
}

async function measure(scope: Scope): Promise<void> {
  const central = await startCentralProcess({ argv: ['--offline-after', '600'] });
  scope.defer(() => central.remove());
  await fillServer(central);
  const { authorization } = central.as('agent');
  const calendar = await fetch(`${central.url}/recordings/calendars?agentid=agent-0`, { headers: { authorization } });
  const constant = await startConstant(await calendar.text(), scope);
  const job = { authorization, agents, everyMs: every * 1000, seconds, withMark: false };
  // The first round is not measured: every agent becomes known and every calendar is made, as in the first ten seconds
  // of a day.
  const first = await load(central.url, [central.pid], { ...job, seconds: every });
  await load(constant.url, [constant.pid], { ...job, seconds: every });
  const rows: (string | number)[][] = [['central, first round', ...cells(first)]];
  const ratios = { whole: [] as number[], unchanged: [] as number[] };
  const p99s: number[] = [];
  for (let n = 0; n < rounds; n++) {
    for (const [kind, withMark] of [
      ['whole', false],
      ['unchanged', true],
    ] as const) {
      const ours = await load(central.url, [central.pid], { ...job, withMark });
      const theirs = await load(constant.url, [constant.pid], { ...job, withMark });
      rows.push([`central, ${kind}`, ...cells(ours)], [`constants, ${kind}`, ...cells(theirs)]);
      ratios[kind].push(ours.cpuUsPerRequest / theirs.cpuUsPerRequest);
      p99s.push(ours.p99Ms);
      if (ours.wrong + theirs.wrong > 0) throw new Error(`${ours.wrong + theirs.wrong} answers were wrong`);
    }
  }
  const megabytes = round(pssMegabytesOf(central.pid), 0);
  printTable(
    `${agents} agents, each every ${every} s, ${events} events (CPU with PostgreSQL's)`,
    ['server', 'requests', 'CPU %', 'CPU us/request', 'p50 ms', 'p99 ms'],
    rows,
  );
  printFigure({
    bench: 'central',
    figure: round(median(ratios.whole), 2),
    unit: 'ratio of CPU',
    goal: '<= 3, p99 < 50 ms',
    yardstick: 'Fastify that answers the same bytes from constants, without asking who it is',
    p99Ms: round(Math.max(...p99s), 1),
    unchangedRatio: round(median(ratios.unchanged), 2),
    pssMb: megabytes,
    agents,
    events,
    calendarBytes: Number(calendar.headers.get('content-length')),
    wrong: 0,
  });
}

const cells = ({ requests, cpuShare, cpuUsPerRequest, p50Ms, p99Ms }: Sample): number[] => [
  requests,
  round(cpuShare * 100, 1),
  Math.round(cpuUsPerRequest),
  round(p50Ms, 2),
  round(p99Ms, 2),
];

const scope = openScope();
try {
  await measure(scope);
} finally {
  await scope.close();
}
