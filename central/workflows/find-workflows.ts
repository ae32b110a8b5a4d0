import { sql, type Expression, type SqlBool } from 'kysely';
import { BadRequest } from '../catalogue/bad-request.ts';
import type { Filter } from '../catalogue/filters.ts';
import { eventIds } from '../catalogue/list-events.ts';
import type { Database } from '../store/connect.ts';
import type { WorkflowRow } from '../store/workflow-tables.ts';

/** Search for workflows; fields that are left out do not matter. */
export interface WorkflowSearch {
  /** States, in small letters: the workflow must be in one of them. */
  states?: readonly string[];
  /** States that the workflow must not be in. */
  notStates?: readonly string[];
  definition?: string | undefined;
  /** Operation that is at work in the workflow, or that it waits for. */
  operation?: string | undefined;
  /** Id of the event that the workflow belongs to. */
  event?: string | undefined;
  /** Filters that the event of the workflow must fit, all of them; names as in `listEvents`. */
  events?: readonly Filter[];
  /** Order, such as `DATE_CREATED_DESC`; without one the newest come first. */
  sort?: string | undefined;
}

/** States that a workflow can have. */
export const WORKFLOW_STATES = [
  'instantiated',
  'running',
  'paused',
  'succeeded',
  'failing',
  'failed',
  'stopped',
] as const;

const ORDERS: ReadonlyMap<string, Expression<unknown>> = new Map([
  ['date_created', sql`created_at`],
  ['media_package_id', sql`event`],
  ['event_identifier', sql`event`],
  ['workflow_definition_id', sql`definition`],
  ['workflow_definition_identifier', sql`definition`],
]);

/** A page of workflows, and their number in all. Throws BadRequest for an unknown state, order or filter. */
export async function findWorkflows(
  database: Database,
  search: WorkflowSearch,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ total: number; workflows: WorkflowRow[] }> {
  const found = database
    .selectFrom('workflows')
    .where(sql<boolean>`${sql.join([sql`true`, ...conditionsOf(search)], sql` and `)}`);
  const [{ total }, workflows] = await Promise.all([
    found.select((of) => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
    found.selectAll().orderBy(orderOf(search.sort)).orderBy('id', 'desc').limit(limit).offset(offset).execute(),
  ]);
  return { total, workflows };
}

/** The workflow of a number; undefined: there is none. */
export const workflowNamed = (database: Database, id: number): Promise<WorkflowRow | undefined> =>
  database.selectFrom('workflows').selectAll().where('id', '=', id).executeTakeFirst();

function conditionsOf({
  states = [],
  notStates = [],
  definition,
  operation,
  event,
  events = [],
}: WorkflowSearch): Expression<SqlBool>[] {
  [...states, ...notStates].forEach(checkState);
  return [
    ...(states.length === 0 ? [] : [sql<boolean>`state = any(${[...states]}::text[])`]),
    ...(notStates.length === 0 ? [] : [sql<boolean>`state <> all(${[...notStates]}::text[])`]),
    ...(definition === undefined ? [] : [sql<boolean>`definition = ${definition}`]),
    ...(operation === undefined
      ? []
      : [
          sql<boolean>`exists (select 1 from workflow_operations where workflow = workflows.id
            and operation = ${operation} and workflow_operations.state in ('running', 'paused', 'retry'))`,
        ]),
    ...(event === undefined ? [] : [sql<boolean>`event = ${event}`]),
    ...(events.length === 0 ? [] : [sql<boolean>`event in ${eventIds({ filters: [events], sorting: [] })}`]),
  ];
}

function checkState(state: string): void {
  if (WORKFLOW_STATES.some((one) => one === state)) return;
  throw new BadRequest(
    `${JSON.stringify(state.slice(0, 40))} is no state of a workflow: ${WORKFLOW_STATES.join(', ')} are`,
  );
}

function orderOf(sort: string | undefined): Expression<unknown> {
  if (!sort) return sql`id desc`;
  const name = sort.replace(/_DESC$/i, '').toLowerCase();
  const order = ORDERS.get(name);
  if (!order)
    throw new BadRequest(
      `workflows are not sorted by ${JSON.stringify(sort.slice(0, 60))}: ${[...ORDERS.keys()].join(', ')} can be`,
    );
  return /_DESC$/i.test(sort) ? sql`${order} desc` : sql`${order} asc`;
}
