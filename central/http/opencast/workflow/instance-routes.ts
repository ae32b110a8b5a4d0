import type { FastifyReply, FastifyRequest } from 'fastify';
import { readDefinition } from '@amphi/lib/opencast/workflows/read-definition.ts';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { packageIn } from '../../../intake/elements.ts';
import type { WorkflowRow } from '../../../store/workflow-tables.ts';
import { findWorkflows, workflowNamed } from '../../../workflows/find-workflows.ts';
import { removeWorkflow } from '../../../workflows/remove-workflow.ts';
import { isActive, workflowsOf, type WorkflowChange, type WorkflowChanged } from '../../../workflows/workflows.ts';
import { readForm } from '../../form.ts';
import { about, onlyFor, whoOf } from '../../http-access.ts';
import { XML } from '../../media-types.ts';
import type { RouteModule, Services } from '../../services.ts';
import { formatOf } from '../format.ts';
import { valueOf, type SearchQuery } from '../search/search-query.ts';
import { workflowPage, workflowSearch } from './instance-query.ts';
import { toldWorkflows } from './told-workflows.ts';
import { workflowJson, workflowsJson, workflowsXml, workflowXml } from './workflow-document.ts';

type Asked = FastifyRequest<{ Querystring: SearchQuery }>;
type WithId = FastifyRequest<{ Params: { id: string } }>;

/** Options of routes that change workflows, and therefore no calendar. */
const CHANGERS = { config: { ...onlyFor('scheduler').config, keepsCalendars: true } };
const READERS = onlyFor('scheduler');

/** Serves `/workflow/instances`, and changes of one workflow (facts/opencast 3.4). */
export const instanceRoutes: RouteModule = (app, services) => {
  const { database } = services;
  for (const format of ['json', 'xml'] as const) {
    app.get(`/workflow/instances.${format}`, READERS, async (request: Asked, reply) => {
      const { count, startPage } = workflowPage(request.query);
      const part = { limit: count, offset: startPage * count };
      const { total, workflows } = await findWorkflows(database, workflowSearch(request.query), part);
      const all = await toldWorkflows(database, workflows, services.urlFor(request));
      const page = { total, count: all.length, startPage };
      if (format === 'xml') return reply.type(XML).send(await workflowsXml(page, all));
      return reply.type('application/json; charset=utf-8').send(await workflowsJson(page, all));
    });
  }
  app.get('/workflow/count', READERS, async (request: Asked, reply) => {
    const { states = [] } = workflowSearch(request.query);
    const operation = valueOf(request.query, 'operation');
    const { total } = await findWorkflows(database, { states, operation }, { limit: 0, offset: 0 });
    return reply.type('text/plain').send(String(total));
  });
  app.get('/workflow/instance/:id', READERS, async (request: WithId, reply) => {
    const { name, format } = formatOf(request.params.id);
    const found = await workflowNamed(database, numberOf(name));
    return found ? tell(services, request, reply, found, format) : noWorkflow(reply, name);
  });
  app.get(
    '/workflow/mediaPackage/:id/currentInstance.json',
    about({ event: 'id' }, 'agent', 'scheduler', 'viewer'),
    async (request: WithId, reply) => {
      const found = (await workflowsOf(database, request.params.id)).findLast(isActive);
      return found ? tell(services, request, reply, found, 'json') : noWorkflow(reply, request.params.id);
    },
  );
  for (const action of ['stop', 'suspend', 'resume', 'retry'] as const) {
    app.post(`/workflow/${action}`, CHANGERS, async (request, reply) => {
      const id = (await readForm(request)).get('id') ?? '';
      return answer(request, reply, id, await changed(request, id, { action }));
    });
  }
  app.post('/workflow/replaceAndresume', CHANGERS, async (request, reply) => {
    const form = await readForm(request);
    const id = form.get('id') ?? '';
    const configuration = propertiesIn(form.get('properties'));
    return answer(request, reply, id, await changed(request, id, { action: 'resume', configuration }));
  });
  app.delete('/workflow/remove/:id', CHANGERS, async (request: WithId, reply) => {
    const { id } = request.params;
    const done = await removeWorkflow(database, whoOf(request), numberOf(id));
    if (done === 'missing') return noWorkflow(reply, id);
    return done === 'done' ? reply.code(204).send() : words(reply, 403, `workflow ${id} has more to do: stop it first`);
  });
  app.post('/workflow/start', CHANGERS, async (request, reply) => {
    const form = await readForm(request);
    const definition = form.get('definition')?.trim() ?? '';
    if (definition === '') throw new BadRequest('definition is missing: the id of a workflow definition');
    const { id: event } = packageIn(form.get('mediapackage'));
    const id = definition.startsWith('<') ? idOfDefinition(definition) : definition;
    if (!services.workflows.definitions.find(id)) return words(reply, 404, `there is no workflow definition ${id}`);
    const of = { event, definition: id, configuration: propertiesIn(form.get('properties')) };
    return answer(request, reply, event, await services.workflows.start(whoOf(request), of));
  });

  const changed = (request: FastifyRequest, id: string, change: WorkflowChange): Promise<WorkflowChanged> =>
    services.workflows.change(whoOf(request), numberOf(id), change);

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
    done: WorkflowChanged,
  ): Promise<FastifyReply> {
    if (done.kind === 'missing') return noWorkflow(reply, id);
    if (done.kind === 'refused') return words(reply, 409, done.why);
    return tell(services, request, reply, done.workflow, 'xml');
  }
};

/**
 * Id of a definition that comes with a request, as Opencast's own clients send it: the one of this server with that id is
 * begun, never the one of the request. Throws BadRequest for a text without an id.
 */
function idOfDefinition(xml: string): string {
  const read = readDefinition(xml);
  if ('definition' in read) return read.definition.id;
  const [first] = read.mistakes;
  throw new BadRequest(`the definition cannot be read: line ${first?.line}: ${first?.what}`);
}

/** Values in lines `name=value`, as Opencast's clients send them. */
function propertiesIn(text: string | undefined): Record<string, string> {
  const lines = (text ?? '').split(/\r?\n/).filter((line) => line.includes('='));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

/** Number of a workflow in a text; -1, which no workflow has, for any other text. */
const numberOf = (text: string): number => (/^\d{1,15}$/.test(text.trim()) ? Number(text) : -1);

const words = (reply: FastifyReply, status: number, text: string): FastifyReply =>
  reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);

const noWorkflow = (reply: FastifyReply, id: string): FastifyReply => words(reply, 404, `there is no workflow ${id}`);

async function tell(
  { database, urlFor }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  workflow: WorkflowRow,
  format: 'json' | 'xml',
): Promise<FastifyReply> {
  const [told] = await toldWorkflows(database, [workflow], urlFor(request));
  if (!told) return noWorkflow(reply, String(workflow.id));
  return format === 'xml' ? reply.type(XML).send(workflowXml(told)) : reply.send(workflowJson(told));
}
