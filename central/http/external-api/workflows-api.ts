import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { findEvent } from '../../catalogue/list-events.ts';
import { broughtVersions } from '../../catalogue/versions.ts';
import type { WorkflowRow } from '../../store/tables.ts';
import { changeWorkflow, removeWorkflow, type WorkflowChange } from '../../workflows/change-workflow.ts';
import {
  definitionNamed,
  definitionsOf,
  INGEST,
  whyNotStarted,
  type Definition,
  type Operation,
} from '../../workflows/definitions.ts';
import { findWorkflows, WORKFLOW_STATES, workflowNamed, type WorkflowSearch } from '../../workflows/find-workflows.ts';
import { jsonField } from '../fields.ts';
import { readForm } from '../form.ts';
import { onlyFor, whoOf } from '../http-access.ts';
import type { RouteModule, Services } from '../services.ts';
import { READERS } from './base.ts';
import { filtersOf, isTrue, pageOf, sortingOf, type Query } from './paging.ts';
import { noContent, notFound } from './replies.ts';

type Listed = { Querystring: Query };
type ById = { Params: { id: string }; Querystring: Query };

const configurations = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));
/** A change of a workflow changes no calendar. */
const CHANGERS = { config: { ...onlyFor('scheduler').config, keepsCalendars: true } };

/** `/api/workflow-definitions` (facts/opencast 3.1, 3.4). */
export const definitionsApi: RouteModule = (app, { config }) => {
  app.get<Listed>('/api/workflow-definitions', READERS, async ({ query, apiMinor }) => {
    const { limit, offset } = pageOf(query);
    const tags = filtersOf(query, apiMinor)
      .flat()
      .filter(({ name }) => name === 'tag');
    const found = definitionsOf(config)
      .filter(({ tags: own }) => tags.every(({ value }) => own.includes(value)))
      .toSorted(ordered(query));
    return found
      .slice(offset, limit === undefined ? undefined : offset + limit)
      .map((one) => definitionJson(one, query));
  });
  app.get<ById>('/api/workflow-definitions/:id', READERS, async ({ params, query }, reply) => {
    const found = definitionNamed(config, params.id);
    return found ? definitionJson(found, query) : noDefinition(reply, params.id);
  });
};

/** `/api/workflows`: what happened to recordings. Its list is that of versions before Opencast 12, which programs still ask for. */
export const workflowsApi: RouteModule = (app, services) => {
  const { database } = services;
  app.get<Listed>('/api/workflows', READERS, async ({ query, apiMinor }) => {
    const { limit = MOST_WORKFLOWS, offset } = pageOf(query);
    const search = searchOf(query, apiMinor);
    const { workflows } = await findWorkflows(database, search, { limit: Math.min(limit, MOST_WORKFLOWS), offset });
    return instancesJson(services, workflows, query);
  });
  app.get<ById>('/api/workflows/:id', READERS, async ({ params, query }, reply) => {
    const found = await workflowNamed(database, numberOf(params.id));
    return found ? (await instancesJson(services, [found], query))[0] : noWorkflow(reply, params.id);
  });
  app.post<Listed>('/api/workflows', CHANGERS, async (request, reply) => {
    const form = await readForm(request);
    const needed = (name: string): string => {
      const value = form.get(name)?.trim();
      if (value) return value;
      throw new BadRequest(`Required parameter '${name}' is missing or invalid`);
    };
    const [event, definition] = [needed('event_identifier'), needed('workflow_definition_identifier')];
    configurationIn(form.get('configuration'));
    if (!(await findEvent(database, event))) return notFound(reply, `Cannot find an event with id '${event}'.`);
    if (!definitionNamed(services.config, definition)) return noDefinition(reply, definition);
    return inWords(reply, 501, whyNotStarted(definition));
  });
  app.put<ById>('/api/workflows/:id', CHANGERS, async (request, reply) => {
    const { id } = request.params;
    const form = await readForm(request);
    const configuration = configurationIn(form.get('configuration'));
    const found = await workflowNamed(database, numberOf(id));
    if (!found) return noWorkflow(reply, id);
    const action = actionFor(form.get('state')?.trim().toLowerCase() ?? '', found);
    if (typeof action === 'object') return inWords(reply, 409, action.why);
    const done = await changeWorkflow(database, whoOf(request), found.id, { action, configuration });
    if (done.kind === 'missing') return noWorkflow(reply, id);
    if (done.kind === 'refused') return inWords(reply, 409, done.why);
    return (await instancesJson(services, [done.workflow], request.query))[0];
  });
  app.delete<ById>('/api/workflows/:id', CHANGERS, async (request, reply) => {
    const { id } = request.params;
    const done = await removeWorkflow(database, whoOf(request), numberOf(id));
    if (done === 'missing') return noWorkflow(reply, id);
    if (done === 'done') return noContent(reply);
    return inWords(reply, 409, `Cannot delete workflow instance ${id}, which has more to do: stop it first`);
  });
};

/** Workflows of one answer; what is beyond is on the next page. */
const MOST_WORKFLOWS = 500;

/** A number that no workflow has, for what is none. */
const numberOf = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : -1);

const inWords = (reply: FastifyReply, status: number, text: string): FastifyReply =>
  reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
const noWorkflow = (reply: FastifyReply, id: string): FastifyReply =>
  notFound(reply, `Cannot find workflow instance with id '${id}'.`);
const noDefinition = (reply: FastifyReply, id: string): FastifyReply =>
  notFound(reply, `Cannot find workflow definition with id '${id}'.`);

function configurationIn(text: string | undefined): Record<string, string> | undefined {
  return text?.trim() ? jsonField('configuration', text, configurations) : undefined;
}

/** What is to be done so that a workflow comes to a state; why it cannot. Throws BadRequest for what is no state. */
function actionFor(state: string, found: WorkflowRow): WorkflowChange['action'] | { why: string } {
  if (state === '' || state === found.state) return undefined;
  if (!WORKFLOW_STATES.some((one) => one === state)) throw new BadRequest(`Invalid workflow state '${state}'`);
  if (state === 'stopped') return 'stop';
  if (state === 'paused') return 'suspend';
  if (state === 'running') return 'resume';
  return { why: `Cannot transition state from '${found.state}' to '${state}'` };
}

/** Filters of the list, and what they are. Throws BadRequest for others. */
function searchOf(query: Query, minor: number): WorkflowSearch {
  const search: { states: string[]; notStates: string[]; definition?: string; event?: string; sort?: string } = {
    states: [],
    notStates: [],
  };
  for (const { name, value } of filtersOf(query, minor).flat()) {
    if (name === 'state') search.states.push(value.toLowerCase());
    else if (name === 'state_not') search.notStates.push(value.toLowerCase());
    else if (name === 'workflow_definition_identifier') search.definition = value;
    else if (name === 'event_identifier') search.event = value;
    else throw new BadRequest(`Unknown filter criterion in request: ${name}`);
  }
  const [first] = sortingOf(query);
  if (first) search.sort = `${first.by}${first.descending ? '_DESC' : ''}`;
  return search;
}

/** What definitions are sorted by; all of ours are shown in the same place. */
const DEFINITION_KEYS: ReadonlyMap<string, (one: Definition) => string> = new Map([
  ['identifier', ({ id }: Definition) => id],
  ['title', ({ title }: Definition) => title],
  ['displayorder', () => ''],
]);

/** Orders of definitions. Throws BadRequest for others. */
function ordered(query: Query): (one: Definition, other: Definition) => number {
  const sorting = sortingOf(query).map(({ by, descending }) => {
    const of = DEFINITION_KEYS.get(by);
    if (!of) throw new BadRequest(`Unknown search criterion in request: ${by}`);
    return { of, sign: descending ? -1 : 1 };
  });
  return (one, other) => {
    for (const { of, sign } of sorting) {
      if (of(one) !== of(other)) return of(one) < of(other) ? -sign : sign;
    }
    return 0;
  };
}

const definitionJson = ({ id, title, description, tags, operations }: Definition, query: Query): object => ({
  identifier: id,
  title,
  description,
  tags,
  ...(isTrue(query, 'withconfigurationpanel') ? { configuration_panel: '' } : {}),
  ...(isTrue(query, 'withconfigurationpaneljson') ? { configuration_panel_json: '' } : {}),
  ...(isTrue(query, 'withoperations')
    ? { operations: operations.map((one) => ({ ...operationJson(one), unless: '' })) }
    : {}),
});

const operationJson = ({ id, description }: Operation): object => ({
  operation: id,
  description,
  configuration: {},
  if: '',
  fail_workflow_on_error: true,
  error_handler_workflow: '',
  retry_strategy: 'none',
  max_attempts: 1,
});

async function instancesJson(
  { database }: Pick<Services, 'database'>,
  workflows: readonly WorkflowRow[],
  query: FastifyRequest<Listed>['query'],
): Promise<object[]> {
  const keys = new Map(workflows.map(({ event, version }) => [`${version} ${event}`, { event, version }]));
  const versions = await broughtVersions(database, [...keys.values()]);
  const brought = new Map(versions.map((one) => [`${one.version} ${one.event}`, one]));
  return workflows.map((workflow) => {
    const version = brought.get(`${workflow.version} ${workflow.event}`);
    return {
      identifier: workflow.id,
      title: workflow.definition,
      description: '',
      workflow_definition_identifier: workflow.definition,
      event_identifier: workflow.event,
      creator: version?.account ?? '',
      state: workflow.state,
      ...(isTrue(query, 'withoperations') ? { operations: [ingestJson(workflow, version?.ingested_at)] } : {}),
      ...(isTrue(query, 'withconfiguration') ? { configuration: workflow.configuration } : {}),
    };
  });
}

/** The ingest, which had ended when the workflow was written. When it began is not kept. */
const ingestJson = ({ id }: WorkflowRow, endedAt: Date | undefined): object => ({
  identifier: id,
  ...operationJson(INGEST),
  state: 'succeeded',
  time_in_queue: 0,
  host: '',
  failed_attempts: 0,
  start: '',
  completion: endedAt ? w3cOf(endedAt.getTime()) : '',
});
