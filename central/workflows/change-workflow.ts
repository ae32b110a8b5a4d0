import { sql } from 'kysely';
import { tellAudit } from '../identity/audit.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import { json, type WorkflowRow } from '../store/tables.ts';
import { isActive } from './workflows.ts';

/** What somebody wants of a workflow. */
export interface WorkflowChange {
  /** `resume` lets a paused one wait again for whoever runs workflows. */
  action?: 'stop' | 'suspend' | 'resume' | undefined;
  configuration?: Record<string, string> | undefined;
}

export type WorkflowChanged =
  | { kind: 'done'; workflow: WorkflowRow }
  | { kind: 'missing' }
  /** Its state does not allow it: why, in words. */
  | { kind: 'refused'; why: string };

interface Transition {
  from: readonly string[];
  to: string;
}

/** What has ended stays what it was: it happened. */
const TRANSITIONS: Readonly<Record<NonNullable<WorkflowChange['action']>, Transition>> = {
  stop: { from: ['instantiated', 'running', 'paused', 'failing'], to: 'stopped' },
  suspend: { from: ['instantiated', 'running'], to: 'paused' },
  resume: { from: ['paused'], to: 'instantiated' },
};

/** Changes a workflow, with the audit in the same transaction; its number is told on `amphi_workflow`, as when it began. */
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

/** Removes what is kept of a workflow that has ended; its recording stays. One that has more to do is refused. */
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
