import { sql } from 'kysely';
import { tellAudit } from '../identity/audit.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import { json, type WorkflowRow } from '../store/tables.ts';
import { isActive } from './workflows.ts';

/** Change of a workflow that is asked for. */
export interface WorkflowChange {
  /** Change of its state; `resume` lets a paused workflow wait again for the program that runs workflows. */
  action?: 'stop' | 'suspend' | 'resume' | undefined;
  configuration?: Record<string, string> | undefined;
}

/** Result of a change. */
export type WorkflowChanged =
  | { kind: 'done'; workflow: WorkflowRow }
  | { kind: 'missing' }
  /** Change that the state of the workflow does not allow; `why` tells the client. */
  | { kind: 'refused'; why: string };

interface Transition {
  from: readonly string[];
  to: string;
}

/** States that each action starts from and leads to. A workflow that has ended cannot be changed. */
const TRANSITIONS: Readonly<Record<NonNullable<WorkflowChange['action']>, Transition>> = {
  stop: { from: ['instantiated', 'running', 'paused', 'failing'], to: 'stopped' },
  suspend: { from: ['instantiated', 'running'], to: 'paused' },
  resume: { from: ['paused'], to: 'instantiated' },
};

/**
 * Changes a workflow and writes the audit entry in one transaction. Its number is sent on the channel `amphi_workflow`,
 * as when it began.
 */
export async function changeWorkflow(
  database: Database,
  who: Who,
  id: number,
  change: WorkflowChange,
): Promise<WorkflowChanged> {
  return database.transaction().execute(async (within) => {
    const found = await within.selectFrom('workflows').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
    if (!found) return { kind: 'missing' };
    const why = whyNot(found, change);
    if (why !== undefined) return { kind: 'refused', why };
    return { kind: 'done', workflow: await write(within, who, found, change) };
  });
}

function whyNot(found: WorkflowRow, { action, configuration }: WorkflowChange): string | undefined {
  if (configuration && !isActive(found)) return `workflow ${found.id} is ${found.state}: its configuration stays`;
  if (action === undefined || TRANSITIONS[action].from.includes(found.state)) return undefined;
  return `Cannot ${action} workflow ${found.id}, which is ${found.state}: only ${TRANSITIONS[action].from.join(', ')} ones can be`;
}

async function write(
  within: Database,
  who: Who,
  { id, event }: WorkflowRow,
  { action, configuration }: WorkflowChange,
): Promise<WorkflowRow> {
  const workflow = await within
    .updateTable('workflows')
    .set((of) => ({
      state: action === undefined ? of.ref('state') : TRANSITIONS[action].to,
      ...(configuration ? { configuration: json(configuration) } : {}),
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const told = { event, ...(configuration ? { configuration } : {}) };
  await tellAudit(within, who, { action: action ?? 'update', kind: 'workflow', object: String(id), change: told });
  await sql`select pg_notify('amphi_workflow', ${String(id)})`.execute(within);
  return workflow;
}

/** Removes the record of a workflow that has ended; its recording stays. One that is still active is refused. */
export async function removeWorkflow(database: Database, who: Who, id: number): Promise<'done' | 'missing' | 'active'> {
  return database.transaction().execute(async (within) => {
    const found = await within.selectFrom('workflows').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
    if (!found) return 'missing';
    if (isActive(found)) return 'active';
    await within.deleteFrom('workflows').where('id', '=', id).execute();
    const { event, definition, state } = found;
    const change = { event, definition, state };
    await tellAudit(within, who, { action: 'delete', kind: 'workflow', object: String(id), change });
    return 'done';
  });
}
