import { DialError } from '#technician/dial/dial-error.ts';
import type { Answer, Server } from '#technician/dial/server.ts';
import { tableOf } from '#technician/output/columns.ts';
import { followRun } from './follow.ts';
import type { ToldOperation, ToldRun } from './told-run.ts';

type Print = (line: string) => void;

/** Flags of the commands about workflows. */
export interface RunFlags {
  event?: string;
  state?: string;
  set?: string[];
  priority?: string;
  watch?: boolean;
  json?: boolean;
}

interface ListedRun extends Omit<ToldRun, 'operations'> {
  operations: { done: number; all: number; atWork: string[] };
}

/** Prints workflows, the newest first. */
export async function listRuns(server: Server, { event, state, json }: RunFlags, print: Print): Promise<void> {
  const told = (await asked(server, 'GET', '/api/v1/workflows', { query: { event, state } })) as {
    workflows: ListedRun[];
  };
  if (json) return print(JSON.stringify(told.workflows, null, 2));
  if (told.workflows.length === 0) return print('There are no such workflows.');
  const rows = told.workflows.map(({ id, state: now, operations: { done, all, atWork }, ...one }) => [
    String(id),
    now,
    `${done}/${all}${atWork.length > 0 ? ` ${atWork.join(', ')}` : ''}`,
    one.definition,
    one.event.id,
    one.event.title,
  ]);
  for (const line of tableOf(rows)) print(line);
}

/** Prints the definitions that can be started, and the mistakes of the others. */
export async function listDefinitions(server: Server, { json }: RunFlags, print: Print): Promise<void> {
  const told = (await asked(server, 'GET', '/api/v1/workflow-definitions')) as {
    definitions: { id: string; title: string; tags: string[] }[];
    problems: { file: string; line: number | null; what: string }[];
  };
  if (json) return print(JSON.stringify(told, null, 2));
  for (const line of tableOf(told.definitions.map(({ id, title, tags }) => [id, title, tags.join(',')]))) print(line);
  for (const { file, line, what } of told.problems) print(`${file}${line === null ? '' : `:${line}`}: ${what}`);
}

/** Prints a workflow with its operations and its log. */
export async function showRun(server: Server, id: string, { json }: RunFlags, print: Print): Promise<void> {
  const run = await runNamed(server, id);
  if (json) return print(JSON.stringify(run, null, 2));
  print(`${run.id} ${run.definition}: ${run.state}, ${run.event.id} ${run.event.title}`);
  for (const line of tableOf(run.operations.map(operationRow))) print(line);
  for (const { at, position, level, text } of run.log) {
    const of = position === null ? '' : ` ${position} ${run.operations[position]?.operation ?? ''}:`;
    print(`${at}${of}${level === 'info' ? '' : ` ${level}:`} ${text}`);
  }
}

/** An operation as cells of a table. */
export const operationRow = ({ position, operation, state, progress, reason, ...one }: ToldOperation): string[] => [
  String(position),
  state,
  state === 'running' && progress !== null ? `${Math.floor(progress * 100)} %` : tookOf(one),
  operation,
  reason ?? one.description,
];

function tookOf({ startedAt, finishedAt }: Pick<ToldOperation, 'startedAt' | 'finishedAt'>): string {
  if (startedAt === null || finishedAt === null) return '';
  return `${((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`;
}

/** Begins a workflow and prints its number. Gives the exit code. */
export async function startRun(
  server: Server,
  of: { event: string; definition: string },
  { set, priority, watch }: RunFlags,
  print: Print,
): Promise<number> {
  if (priority !== undefined && !/^-?\d{1,4}$/.test(priority))
    throw new DialError(`--priority must be a whole number, not ${priority}`);
  const body = {
    ...of,
    configuration: valuesIn(set),
    ...(priority === undefined ? {} : { priority: Number(priority) }),
  };
  const run = (await asked(server, 'POST', '/api/v1/workflows', { body })) as ToldRun;
  print(String(run.id));
  return watch ? followRun(() => runNamed(server, String(run.id)), print) : 0;
}

/** Changes a workflow and prints its state. Gives the exit code. */
export async function changeRun(
  server: Server,
  id: string,
  action: 'stop' | 'suspend' | 'resume' | 'retry',
  { set, watch }: RunFlags,
  print: Print,
): Promise<number> {
  const body = set === undefined ? {} : { configuration: valuesIn(set) };
  const run = (await asked(server, 'POST', `/api/v1/workflows/${numberOf(id)}/${action}`, { body })) as ToldRun;
  if (watch) return followRun(() => runNamed(server, id), print);
  print(`${run.id} ${run.state}`);
  return 0;
}

/** Follows a workflow to its end. Gives the exit code: 1 if it failed or was stopped. */
export const watchRun = (server: Server, id: string, print: Print): Promise<number> =>
  followRun(() => runNamed(server, id), print);

const runNamed = async (server: Server, id: string): Promise<ToldRun> =>
  (await asked(server, 'GET', `/api/v1/workflows/${numberOf(id)}`)) as ToldRun;

function numberOf(id: string): string {
  if (/^\d{1,15}$/.test(id)) return id;
  throw new DialError(`${JSON.stringify(id.slice(0, 40))} is no number of a workflow; amphi workflow list tells them`);
}

function valuesIn(set: readonly string[] = []): Record<string, string> {
  const pairs = set.map((text): [string, string] => {
    const at = text.indexOf('=');
    if (at < 1) throw new DialError(`--set needs name=value, not ${JSON.stringify(text.slice(0, 60))}`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

async function asked(
  server: Server,
  method: 'GET' | 'POST',
  path: string,
  { query, body }: { query?: Record<string, string | undefined>; body?: object } = {},
): Promise<unknown> {
  const answer = await server.ask(method, path, {
    ...(query ? { query } : {}),
    ...(body ? { body: Buffer.from(JSON.stringify(body)), type: 'application/json' } : {}),
  });
  if (answer.status < 300) return answer.json;
  throw new DialError(reasonIn(answer));
}

const reasonIn = ({ json, status, text }: Answer): string =>
  (json as { error?: string } | undefined)?.error ?? (text.trim() || `the server answered ${status}`);
