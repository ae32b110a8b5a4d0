import type { FastifyReply, FastifyRequest } from 'fastify';
import { asList } from '@amphi/lib/opencast/xml/jettison.ts';
import { element, type XmlElement } from '@amphi/lib/opencast/xml/xml.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import { opencastStatus, statusOf } from '../../../catalogue/status.ts';
import { definitionNamed, definitionsOf, OPERATIONS, type Definition } from '../../../workflows/definitions.ts';
import { WORKFLOW_STATES } from '../../../workflows/find-workflows.ts';
import { about, onlyFor } from '../../http-access.ts';
import { XML } from '../../media-types.ts';
import type { RouteModule } from '../../services.ts';
import { formatOf } from '../format.ts';

/** Serves `/workflow/definitions`, and the lists of operations and states. */
export const definitionRoutes: RouteModule = (app, { config }) => {
  const everybody = about('nothing', 'agent', 'scheduler', 'viewer');
  const readers = onlyFor('scheduler', 'viewer');
  app.get('/workflow/definitions.json', everybody, async () => ({
    definitions: { definition: definitionsOf(config).map(definitionJson) },
  }));
  app.get('/workflow/definitions.xml', everybody, async (_request, reply) =>
    reply.type(XML).send(written(of('definitions', definitionsOf(config).map(definitionElement)))),
  );
  app.get('/workflow/definition/:id', everybody, async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
    const { name, format } = formatOf(request.params.id);
    const found = definitionNamed(config, name);
    if (!found) return noDefinition(reply);
    if (format === 'xml') return reply.type(XML).send(written(definitionElement(found)));
    return { definition: definitionJson(found) };
  });
  app.get(
    '/workflow/configurationPanel',
    everybody,
    async (request: FastifyRequest<{ Querystring: { definitionId?: string } }>, reply) => {
      const id = request.query.definitionId ?? '';
      // Configuration panel of a definition: empty, since our operations have no settings.
      return definitionNamed(config, id) ? reply.type('text/html').send('') : noDefinition(reply);
    },
  );
  app.get('/workflow/handlers.json', readers, async () => OPERATIONS);
  app.get('/workflow/statemappings.json', readers, async () =>
    Object.fromEntries(WORKFLOW_STATES.map((state) => [state.toUpperCase(), statusIn(state)])),
  );
};

const noDefinition = (reply: FastifyReply): FastifyReply =>
  reply.code(404).type('text/plain; charset=utf-8').send('there is no workflow definition of this id\n');

/** Status that an event has while its workflow is in a state. */
const statusIn = (workflowState: string): string =>
  opencastStatus(statusOf({ workflowState, newestVersion: 1, recordingState: null, endsAtMs: undefined }, 0));

/** Definition as JSON: its lists stay lists even with one entry, since some clients need that. */
const definitionJson = ({ id, title, description, tags, operations }: Definition) => ({
  id,
  title,
  description,
  displayOrder: 0,
  tags: { tag: tags },
  operations: { operation: asList(operations) },
});

const WORKFLOW = 'http://workflow.opencastproject.org';
const of = (name: string, children: Parameters<typeof element>[3], attributes = {}): XmlElement =>
  element(WORKFLOW, name, attributes, children);
const written = (root: XmlElement): string => formatXml(root, { [WORKFLOW]: '' });

const definitionElement = ({ id, title, description, tags, operations }: Definition): XmlElement =>
  of('definition', [
    of('id', [id]),
    of('title', [title]),
    of(
      'tags',
      tags.map((tag) => of('tag', [tag])),
    ),
    of('description', [description]),
    of(
      'operations',
      operations.map((one) => of('operation', [], { id: one.id, description: one.description })),
    ),
  ]);
