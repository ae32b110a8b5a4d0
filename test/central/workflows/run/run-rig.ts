import { advanceRun, beginRun, type RunNeeds } from '#central/workflows/run/advance.ts';
import type { Operation, OperationContext, OperationResult } from '#central/workflows/run/operation.ts';
import { isOver, type PlannedOperation, type Run } from '#central/workflows/run/run.ts';
import type { RunEvent } from '#central/workflows/run/step.ts';
import { openJobs, type Jobs } from '#central/store/jobs.ts';
import type { ConnectionOptions, Database } from '#central/store/connect.ts';
import type { WorkflowOperationRow } from '#central/store/workflow-tables.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { row } from '#lib/opencast/workflows/catalogue/catalogue-row.ts';
import type { Catalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { parseCondition } from '#lib/opencast/workflows/condition.ts';
import type { When } from '#lib/opencast/workflows/definition.ts';
import { until } from '#test/support/until.ts';

/** Queues of the tests: an operation whose name begins with `heavy` is heavy. */
export const queueOf: RunNeeds['queueOf'] = (operation, isAwaited) => {
  const isHeavy = operation.startsWith('heavy');
  return { name: isHeavy ? 'heavy' : 'light', givesWay: isHeavy && !isAwaited };
};

/** A condition as a definition has it. */
export const when = (text: string): When => ({ text, unless: false, condition: parseCondition(text) });

/** A catalogue in which every operation may have any key. */
export const anyKeys: Catalogue = { find: (id) => row(id, '', { anyKey: 'any' }), ids: [] };

export const planned = (
  id: string,
  waitsFor: number[] = [],
  more: Partial<PlannedOperation> = {},
): PlannedOperation => ({
  id,
  description: '',
  configuration: new Map(),
  waitsFor,
  when: [],
  isAgain: false,
  failOnError: true,
  maxAttempts: 1,
  retryStrategy: 'none',
  ...more,
});

/** Operations of a test by their names. */
export const operations =
  (code: Record<string, (context: OperationContext) => Promise<OperationResult | void>>) =>
  (id: string): Operation | undefined => {
    const run = Object.hasOwn(code, id) ? code[id] : undefined;
    if (!run) return undefined;
    const weight = id.startsWith('heavy') ? 'heavy' : 'light';
    return { id, weight, run: async (context) => (await run(context)) ?? { kind: 'done' } };
  };

/** Runs in a database, without workers. */
export interface RunRig extends RunNeeds {
  jobs: Jobs;
  begin(operations: readonly PlannedOperation[], variables?: Record<string, string>): Promise<number>;
  tell(run: number, event: RunEvent): Promise<Run>;
  rows(run: number): Promise<WorkflowOperationRow[]>;
  /** Resolves with the state of a run that is over. */
  over(run: number): Promise<string>;
  lines(run: number): Promise<string[]>;
  close(): Promise<void>;
}

const HANDLERS = new Map([['partial-error', [planned('tell'), planned('cleanup', [0])]]]);

export async function openRunRig(database: Database, connection: ConnectionOptions): Promise<RunRig> {
  const jobs = await openJobs(connection, silentLog);
  await jobs.makeQueues(['light', 'heavy']);
  const needs: RunNeeds = { jobs, clock: realClock, queueOf, handlerOf: (definition) => HANDLERS.get(definition) };
  await database
    .insertInto('events')
    .values({ id: 'lecture-1', title: 'Anatomie' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await database
    .insertInto('event_versions')
    .values({ event: 'lecture-1', version: 0, package: 'lecture-1', content: '', manifest: '' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  // A test may break all connections, also this one.
  const stateOf = async (run: number): Promise<string> =>
    database
      .selectFrom('workflows')
      .select('state')
      .where('id', '=', run)
      .executeTakeFirstOrThrow()
      .then(
        ({ state }) => state,
        () => 'unknown',
      );
  return {
    ...needs,
    begin: (all, variables = {}) =>
      database.transaction().execute((within) =>
        beginRun(within, needs, {
          event: 'lecture-1',
          version: 0,
          definition: 'test',
          operations: all,
          configuration: new Map(Object.entries(variables)),
        }),
      ),
    async tell(run, event) {
      const advanced = await database.transaction().execute((within) => advanceRun(within, needs, run, event));
      return advanced!.after;
    },
    rows: (run) =>
      database.selectFrom('workflow_operations').selectAll().where('workflow', '=', run).orderBy('position').execute(),
    async over(run) {
      await until('the run is over', async () => isOver({ state: (await stateOf(run)) as Run['state'] }));
      return stateOf(run);
    },
    async lines(run) {
      const rows = await database
        .selectFrom('workflow_log')
        .select('text')
        .where('workflow', '=', run)
        .orderBy('id')
        .execute();
      return rows.map(({ text }) => text);
    },
    close: () => jobs.close(),
  };
}
