import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { findEvent } from '../../../catalogue/list-events.ts';
import type { WorkflowRow } from '../../../store/workflow-tables.ts';
import {
  findWorkflows,
  WORKFLOW_STATES,
  workflowNamed,
  type WorkflowSearch,
} from '../../../workflows/find-workflows.ts';
import { removeWorkflow } from '../../../workflows/remove-workflow.ts';
import type { WorkflowChange } from '../../../workflows/workflows.ts';
import { jsonField } from '../../fields.ts';
import { readForm } from '../../form.ts';
import { onlyFor, whoOf } from '../../http-access.ts';
import type { RouteModule } from '../../services.ts';
import { filtersOf, pageOf, sortingOf, type Query } from '../paging.ts';
import { noContent, notFound } from '../replies.ts';
import { instancesJson } from './workflow-json.ts';

type Listed = { Querystring: Query };
type ById = { Params: { id: string }; Querystring: Query };

const configurations = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));
/** Options of routes that change workflows, and therefore no calendar. */
const CHANGERS = { config: { ...onlyFor('scheduler').config, keepsCalendars: true } };

/**
 * Serves `/api/workflows`: workflows of recordings. The list is that of versions before Opencast 12, which programs
 * still ask for.
 */
export const workflowsApi: RouteModule = (app, services) => {
  const { database, workflows } = services;
  app.get<Listed>('/api/workflows', onlyFor('scheduler'), async ({ query, apiMinor }) => {
    const { limit = MOST_WORKFLOWS, offset } = pageOf(query);
    const search = searchOf(query, apiMinor);
    const found = await findWorkflows(database, search, { limit: Math.min(limit, MOST_WORKFLOWS), offset });
    return instancesJson(database, found.workflows, query);
  });
  app.get<ById>('/api/workflows/:id', onlyFor('scheduler'), async ({ params, query }, reply) => {
    const found = await workflowNamed(database, numberOf(params.id));
    return found ? (await instancesJson(database, [found], query))[0] : noWorkflow(reply, params.id);
  });
  app.post<Listed>('/api/workflows', CHANGERS, async (request, reply) => {
    const form = await readForm(request);
    const needed = (name: string): string => {
      const value = form.get(name)?.trim();
      if (value) return value;
      throw new BadRequest(`Required parameter '${name}' is missing or invalid`);
    };
    const [event, definition] = [needed('event_identifier'), needed('workflow_definition_identifier')];
    const configuration = configurationIn(form.get('configuration')) ?? {};
    if (!(await findEvent(database, event))) return notFound(reply, `Cannot find an event with id '${event}'.`);
    if (!workflows.definitions.find(definition)) return noDefinition(reply, definition);
    const done = await workflows.start(whoOf(request), { event, definition, configuration });
    if (done.kind === 'missing') return notFound(reply, `Cannot find an event with id '${event}'.`);
    if (done.kind === 'refused') return inWords(reply, 409, done.why);
    const [told] = await instancesJson(database, [done.workflow], request.query);
    return reply
      .code(201)
      .header('location', `${services.urlFor(request)}/api/workflows/${done.workflow.id}`)
      .send(told);
  });
  app.put<ById>('/api/workflows/:id', CHANGERS, async (request, reply) => {
    const { id } = request.params;
    const form = await readForm(request);
    const configuration = configurationIn(form.get('configuration'));
    const found = await workflowNamed(database, numberOf(id));
    if (!found) return noWorkflow(reply, id);
    const action = actionFor(form.get('state')?.trim().toLowerCase() ?? '', found);
    if (typeof action === 'object') return inWords(reply, 409, action.why);
    const done = await workflows.change(whoOf(request), found.id, { action, configuration });
    if (done.kind === 'missing') return noWorkflow(reply, id);
    if (done.kind === 'refused') return inWords(reply, 409, done.why);
    return (await instancesJson(database, [done.workflow], request.query))[0];
  });
  app.delete<ById>('/api/workflows/:id', CHANGERS, async (request, reply) => {
    const { id } = request.params;
    const done = await removeWorkflow(database, whoOf(request), numberOf(id));
    if (done === 'missing') return noWorkflow(reply, id);
    if (done === 'done') return noContent(reply);
    return inWords(reply, 409, `Cannot delete workflow instance ${id}, which has more to do: stop it first`);
  });
};

/** Workflows of one answer; further ones are on the next pages. */
const MOST_WORKFLOWS = 500;

/** Number of a workflow in a text; -1, which no workflow has, for any other text. */
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

/** Action that brings a workflow to a state; or why that is not possible. Throws BadRequest for an unknown state. */
function actionFor(state: string, found: WorkflowRow): WorkflowChange['action'] | { why: string } {
  if (state === '' || state === found.state) return undefined;
  if (!WORKFLOW_STATES.some((one) => one === state)) throw new BadRequest(`Invalid workflow state '${state}'`);
  if (state === 'stopped') return 'stop';
  if (state === 'paused') return 'suspend';
  if (state === 'running') return found.state === 'failed' || found.state === 'stopped' ? 'retry' : 'resume';
  return { why: `Cannot transition state from '${found.state}' to '${state}'` };
}

/** Search for the filters of a query. Throws BadRequest for unknown filters. */
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
