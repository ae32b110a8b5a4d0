import { sql } from 'kysely';
import type { Database } from '../store/connect.ts';
import { json, type WorkflowRow } from '../store/tables.ts';

/** Workflow that begins when an event has a new version. */
export interface NewWorkflow {
  event: string;
  version: number;
  definition: string;
  configuration: Readonly<Record<string, string>>;
}

/**
 * Writes a workflow in the state `instantiated`, and sends its number on the channel `amphi_workflow`: the program that
 * runs workflows gets it when the transaction ends, and does not get it if the transaction fails.
 */
export async function beginWorkflow(within: Database, { configuration, ...of }: NewWorkflow): Promise<WorkflowRow> {
  const workflow = await within
    .insertInto('workflows')
    .values({ ...of, configuration: json(configuration) })
    .returningAll()
    .executeTakeFirstOrThrow();
  await sql`select pg_notify('amphi_workflow', ${String(workflow.id)})`.execute(within);
  return workflow;
}

/** Workflows of an event, or of one of its versions, the first one first. */
export const workflowsOf = (database: Database, event: string, version?: number): Promise<WorkflowRow[]> =>
  database
    .selectFrom('workflows')
    .selectAll()
    .where('event', '=', event)
    .$if(version !== undefined, (of) => of.where('version', '=', version ?? 0))
    .orderBy('id')
    .execute();

const ACTIVE: readonly string[] = ['instantiated', 'running', 'paused', 'failing'];

/** Whether a workflow has not ended yet. */
export const isActive = ({ state }: Pick<WorkflowRow, 'state'>): boolean => ACTIVE.includes(state);
