import { sql } from 'kysely';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Database } from '../../store/connect.ts';
import type { Held, Jobs } from '../../store/jobs.ts';
import type { WorkflowRow } from '../../store/workflow-tables.ts';
import { newRun, type PlannedOperation, type Run, type Variables } from './run.ts';
import { awaitedOperations, isAwaiting } from './awaited.ts';
import { insertRun, keepRun, lockRun } from './run-store.ts';
import { step, type HandlerOf, type RunEvent } from './step.ts';

/** What runs are carried on with. */
export interface RunNeeds {
  jobs: Jobs;
  clock: Clock;
  /**
   * Queue of an operation, by its name: light ones never wait behind those that take long, and what a publication waits
   * for (`isAwaited`) never behind the rest.
   */
  queueOf: (operation: string, isAwaited: boolean) => Queue;
  handlerOf: HandlerOf;
}

/** Where an operation is handed out. */
export interface Queue {
  name: string;
  /** Whether it keeps a processor busy, and gives way to what a publication waits for. */
  givesWay: boolean;
}

/**
 * Seconds for which an operation that gives way is held back at most while a publication is awaited: as long as that of a cut
 * lecture takes. A publication that takes longer, such as that of a film that has to be encoded, is not waited for.
 */
const GIVES_WAY_S = 6;

/** Job of an operation that may begin. */
export type OperationJob = { workflow: number; position: number };

/** A run that begins. */
export interface NewRun {
  event: string;
  version: number;
  definition: string;
  operations: readonly PlannedOperation[];
  configuration: Variables;
  priority?: number | undefined;
  /** Whether it waits: nothing is done with it, until it is stopped. */
  waits?: boolean | undefined;
}

/** The run before an event and after it; the same where the event changed nothing. */
export interface Advanced {
  before: Run;
  after: Run;
  workflow: WorkflowRow;
}

/** Writes a run and sends its first jobs when the transaction ends. Gives its number. */
export async function beginRun(within: Database, needs: RunNeeds, of: NewRun): Promise<number> {
  const { event, version, definition, configuration, priority = 0, waits = false } = of;
  const id = await insertRun(within, { event, version, definition, priority }, newRun(of.operations, configuration));
  if (!waits) await advanceRun(within, needs, id, { kind: 'begin' });
  return id;
}

/**
 * Carries a run on by an event: writes what changes, and sends the jobs of the operations that may begin, both when the
 * transaction ends. Undefined: there is no such run. `host` is the machine of the worker that takes an operation.
 */
export async function advanceRun(
  within: Database,
  needs: RunNeeds,
  id: number,
  event: RunEvent,
  host?: string,
): Promise<Advanced | undefined> {
  const { jobs, clock, queueOf, handlerOf } = needs;
  const stored = await lockRun(within, id);
  if (!stored) return undefined;
  const { run, send } = step(stored.run, event, handlerOf);
  await keepRun(within, stored, run, { at: new Date(clock.nowMs()), host });
  const awaited = awaitedOperations(run.operations);
  const isHurried = isAwaiting(run.operations, awaited);
  const held: Held = { name: `run ${id}`, mostS: GIVES_WAY_S };
  for (const position of send) {
    const job: OperationJob = { workflow: id, position };
    const { name, givesWay } = queueOf(run.operations[position]!.id, awaited.has(position));
    await jobs.send(within, name, [job], stored.workflow.priority, givesWay && isHurried ? held : undefined);
  }
  if (!isHurried && isAwaiting(stored.run.operations, awaited)) await letGo(within, needs, run, held);
  // Workers that have an operation of a run hear that it was stopped; pages hear that it went on.
  if (run !== stored.run) await sql`select pg_notify('amphi_workflow', ${String(id)})`.execute(within);
  return { before: stored.run, after: run, workflow: stored.workflow };
}

/** Lets the operations of a run go that were held back, since nothing is awaited any more. */
async function letGo(
  within: Database,
  { jobs, queueOf }: RunNeeds,
  { operations }: Run,
  { name }: Held,
): Promise<void> {
  const queues = new Set(
    operations
      .filter(({ isSent }) => isSent)
      .map(({ id }) => queueOf(id, false))
      .filter(({ givesWay }) => givesWay)
      .map((queue) => queue.name),
  );
  for (const queue of queues) await jobs.letGo(within, queue, name);
}
