import type { Database } from '../../store/connect.ts';
import { json } from '../../store/tables.ts';
import type { WorkflowOperationRow, WorkflowRow } from '../../store/workflow-tables.ts';
import { hasEnded, isOver, type Run, type RunOperation } from './run.ts';

/** A run as it stands in the database. */
export interface StoredRun {
  workflow: WorkflowRow;
  rows: readonly WorkflowOperationRow[];
  run: Run;
}

/** Writes a run that has not begun. Gives its number. */
export async function insertRun(
  within: Database,
  of: Pick<WorkflowRow, 'event' | 'version' | 'definition' | 'priority'>,
  { operations, variables }: Run,
): Promise<number> {
  const values = json(Object.fromEntries(variables));
  const { id } = await within
    .insertInto('workflows')
    .values({ ...of, configuration: values, variables: values })
    .returning('id')
    .executeTakeFirstOrThrow();
  const rows = operations.map((operation, position) => ({ workflow: id, position, ...rowOf(operation) }));
  if (rows.length > 0) await within.insertInto('workflow_operations').values(rows).execute();
  return id;
}

/** Reads a run, and locks it until the transaction ends: events of one run wait for each other. */
export async function lockRun(within: Database, id: number): Promise<StoredRun | undefined> {
  const workflow = await within.selectFrom('workflows').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (!workflow) return undefined;
  const rows = await within
    .selectFrom('workflow_operations')
    .selectAll()
    .where('workflow', '=', id)
    .orderBy('position')
    .execute();
  const run = {
    state: workflow.state as Run['state'],
    operations: rows.map(operationOf),
    variables: new Map(Object.entries(workflow.variables)),
  };
  return { workflow, rows, run };
}

const operationOf = (row: WorkflowOperationRow): RunOperation => ({
  id: row.operation,
  description: row.description,
  when: row.conditions,
  configuration: new Map(Object.entries(row.configuration)),
  waitsFor: row.waits_for,
  failOnError: row.fail_on_error,
  isAgain: row.is_again,
  exceptionHandler: row.exception_handler ?? undefined,
  maxAttempts: row.max_attempts,
  retryStrategy: row.retry_strategy,
  state: row.state,
  attempts: row.attempts,
  isSent: row.is_sent,
  life: row.life,
  crashes: row.crashes,
  isHandler: row.is_handler,
  reason: row.reason ?? undefined,
});

/**
 * Writes what a step changed. `host` is the machine that takes the operations which begin now.
 */
export async function keepRun(
  within: Database,
  { workflow, run: before }: StoredRun,
  after: Run,
  { at, host }: { at: Date; host?: string | undefined },
): Promise<void> {
  for (const [position, operation] of after.operations.entries()) {
    const old = before.operations[position];
    if (operation === old) continue;
    const row = { ...rowOf(operation), ...momentsOf(old, operation, at, host) };
    const of = { workflow: workflow.id, position };
    if (old)
      await within
        .updateTable('workflow_operations')
        .set(row)
        .where('workflow', '=', of.workflow)
        .where('position', '=', position)
        .execute();
    else
      await within
        .insertInto('workflow_operations')
        .values({ ...of, ...row })
        .execute();
  }
  if (after.operations.length < before.operations.length)
    await within
      .deleteFrom('workflow_operations')
      .where('workflow', '=', workflow.id)
      .where('position', '>=', after.operations.length)
      .execute();
  if (after.state === before.state && after.variables === before.variables) return;
  await within
    .updateTable('workflows')
    .set({
      state: after.state,
      variables: json(Object.fromEntries(after.variables)),
      finished_at: isOver(after) ? at : null,
    })
    .where('id', '=', workflow.id)
    .execute();
}

const rowOf = (operation: RunOperation) => ({
  operation: operation.id,
  description: operation.description,
  conditions: json(operation.when),
  configuration: json(Object.fromEntries(operation.configuration)),
  waits_for: [...operation.waitsFor],
  fail_on_error: operation.failOnError,
  is_again: operation.isAgain,
  exception_handler: operation.exceptionHandler ?? null,
  max_attempts: operation.maxAttempts,
  retry_strategy: operation.retryStrategy,
  state: operation.state,
  attempts: operation.attempts,
  is_sent: operation.isSent,
  life: operation.life,
  crashes: operation.crashes,
  is_handler: operation.isHandler,
  reason: operation.reason ?? null,
});

function momentsOf(old: RunOperation | undefined, now: RunOperation, at: Date, host: string | undefined) {
  if (now.life !== (old?.life ?? 0))
    return { started_at: at, finished_at: null, progress: null, ...(host === undefined ? {} : { host }) };
  if (hasEnded(now) && !(old && hasEnded(old))) return { finished_at: at };
  return hasEnded(now) ? {} : { finished_at: null };
}
