import { z } from 'zod';
import { eventNamed, eventsNamed } from '../../catalogue/events.ts';
import type { WorkflowOperationRow, WorkflowRow } from '../../store/workflow-tables.ts';
import { findWorkflows, workflowNamed, WORKFLOW_STATES } from '../../workflows/find-workflows.ts';
import { logOfRun, operationsOfRuns } from '../../workflows/told-operations.ts';
import { hasEnded } from '../../workflows/run/run.ts';
import type { WorkflowChanged } from '../../workflows/workflows.ts';
import { whoOf } from '../http-access.ts';
import { apiRoute, refused, type AnyRoute, type Asking } from './route.ts';

const moment = z.iso.datetime().nullable();
const operation = z.object({
  position: z.number(),
  operation: z.string(),
  description: z.string(),
  state: z.enum(['instantiated', 'running', 'paused', 'succeeded', 'failed', 'skipped', 'retry']),
  /** Part that is done, 0 to 1; null: not known. */
  progress: z.number().nullable(),
  waitsFor: z.array(z.number()),
  mayFail: z.boolean(),
  attempts: z.number(),
  host: z.string().nullable(),
  startedAt: moment,
  finishedAt: moment,
  reason: z.string().nullable(),
});
const workflow = z.object({
  id: z.number(),
  event: z.object({ id: z.string(), title: z.string() }),
  version: z.number(),
  definition: z.string(),
  state: z.enum(WORKFLOW_STATES),
  priority: z.number(),
  createdAt: z.iso.datetime(),
  finishedAt: moment,
  operations: z.object({ done: z.number(), all: z.number(), atWork: z.array(z.string()) }),
});
const whole = workflow.extend({
  operations: z.array(operation),
  variables: z.record(z.string(), z.string()),
  log: z.array(
    z.object({
      at: z.iso.datetime(),
      position: z.number().nullable(),
      level: z.enum(['info', 'warning', 'error']),
      text: z.string(),
    }),
  ),
});
const definition = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  operations: z.number(),
});
const problem = z.object({ file: z.string(), line: z.number().nullable(), what: z.string() });

const id = z.strictObject({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) });
const values = z.record(z.string().max(200), z.string().max(10_000));
/** Workflows of one page. */
const MOST_LISTED = 200;
/** Numbers of priorities. */
const MOST_PRIORITY = 1000;

export const runRoutes: readonly AnyRoute[] = [
  apiRoute({
    id: 'listWorkflows',
    method: 'GET',
    path: '/workflows',
    summary: 'Workflows, the newest first',
    access: ['scheduler'],
    query: z.strictObject({
      event: z.string().max(256).optional(),
      state: z.enum(WORKFLOW_STATES).optional(),
      limit: z.coerce.number().int().min(1).max(MOST_LISTED).default(50),
      offset: z.coerce.number().int().min(0).max(1e7).default(0),
    }),
    answer: z.object({ total: z.number(), workflows: z.array(workflow) }),
    async run({ services: { database }, query: { event, state, limit, offset } }) {
      const search = { event, states: state === undefined ? [] : [state] };
      const { total, workflows } = await findWorkflows(database, search, { limit, offset });
      const operations = await operationsOfRuns(
        database,
        workflows.map((one) => one.id),
      );
      const events = await eventsNamed(database, [...new Set(workflows.map((one) => one.event))]);
      const titles = new Map(events.map((one) => [one.id, one.title]));
      return {
        total,
        workflows: workflows.map((one) => workflowJson(one, titles.get(one.event) ?? '', operations.get(one.id) ?? [])),
      };
    },
  }),
  apiRoute({
    id: 'getWorkflow',
    method: 'GET',
    path: '/workflows/{id}',
    summary: 'A workflow with its operations, values and log',
    access: ['scheduler'],
    params: id,
    refusals: [404],
    answer: whole,
    run: ({ services, params }) => wholeOf(services, params.id),
  }),
  apiRoute({
    id: 'startWorkflow',
    method: 'POST',
    path: '/workflows',
    summary: 'Begin a workflow on the recording of an event',
    access: ['scheduler'],
    body: z.strictObject({
      event: z.string().max(256),
      definition: z.string().max(128),
      configuration: values.default({}),
      priority: z.number().int().min(-MOST_PRIORITY).max(MOST_PRIORITY).default(0),
    }),
    refusals: [400, 404, 409],
    answer: whole,
    async run({ services, body, request }) {
      if (!(await eventNamed(services.database, body.event))) return refused(404, `there is no event ${body.event}`);
      return answerOf(services, body.event, await services.workflows.start(whoOf(request), body));
    },
  }),
  apiRoute({
    id: 'changeWorkflow',
    method: 'POST',
    path: '/workflows/{id}/{action}',
    summary: 'Stop, suspend, resume or retry a workflow, with new values where they are given',
    description: '`retry` does again what failed, and what was left out after it. `resume` goes on after a pause.',
    access: ['scheduler'],
    params: id.extend({ action: z.enum(['stop', 'suspend', 'resume', 'retry']) }),
    body: z.strictObject({ configuration: values.optional() }).default({}),
    refusals: [404, 409],
    answer: whole,
    async run({ services, params: { id: of, action }, body: { configuration }, request }) {
      return answerOf(
        services,
        String(of),
        await services.workflows.change(whoOf(request), of, { action, configuration }),
      );
    },
  }),
  apiRoute({
    id: 'listDefinitions',
    method: 'GET',
    path: '/workflow-definitions',
    summary: 'Workflow definitions that can be started, and what is wrong with the others',
    access: ['scheduler', 'viewer'],
    answer: z.object({ definitions: z.array(definition), problems: z.array(problem) }),
    run: async ({ services: { workflows } }) => ({
      definitions: workflows.definitions.offered().map((one) => ({
        id: one.id,
        title: one.title,
        description: one.description,
        tags: [...one.tags],
        operations: one.operations.length,
      })),
      problems: workflows.definitions.problems().map(({ file, line, what }) => ({ file, line: line ?? null, what })),
    }),
  }),
];

async function answerOf(services: Asking['services'], of: string, done: WorkflowChanged) {
  if (done.kind === 'missing') return refused(404, `there is no workflow ${of}`);
  if (done.kind === 'refused') return refused(409, done.why);
  return wholeOf(services, done.workflow.id);
}

async function wholeOf({ database }: Asking['services'], of: number) {
  const found = await workflowNamed(database, of);
  if (!found) return refused(404, `there is no workflow ${of}`);
  const event = await eventNamed(database, found.event);
  const operations = (await operationsOfRuns(database, [of])).get(of) ?? [];
  const log = await logOfRun(database, of);
  return {
    ...workflowJson(found, event?.title ?? '', operations),
    operations: operations.map(operationJson),
    variables: found.variables,
    log: log.map(({ at, position, level, text }) => ({ at: at.toISOString(), position, level, text })),
  };
}

const workflowJson = (row: WorkflowRow, title: string, operations: readonly WorkflowOperationRow[]) => ({
  id: row.id,
  event: { id: row.event, title },
  version: row.version,
  definition: row.definition,
  state: row.state as (typeof WORKFLOW_STATES)[number],
  priority: row.priority,
  createdAt: row.created_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
  operations: {
    done: operations.filter(hasEnded).length,
    all: operations.length,
    atWork: operations.filter(({ state }) => state === 'running').map((one) => one.operation),
  },
});

const operationJson = (row: WorkflowOperationRow) => ({
  position: row.position,
  operation: row.operation,
  description: row.description,
  state: row.state,
  progress: row.progress,
  waitsFor: row.waits_for,
  mayFail: !row.fail_on_error,
  attempts: row.attempts,
  host: row.host,
  startedAt: row.started_at?.toISOString() ?? null,
  finishedAt: row.finished_at?.toISOString() ?? null,
  reason: row.reason,
});
