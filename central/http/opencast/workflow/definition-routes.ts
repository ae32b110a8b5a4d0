import type { FastifyReply, FastifyRequest } from 'fastify';
import { CATALOGUE } from '@amphi/lib/opencast/workflows/catalogue/catalogue.ts';
import type { Definition, OperationDefinition } from '@amphi/lib/opencast/workflows/definition.ts';
import { asList } from '@amphi/lib/opencast/xml/jettison.ts';
import { element, type XmlElement } from '@amphi/lib/opencast/xml/xml.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import { opencastStatus, statusOf } from '../../../catalogue/status.ts';
import { WORKFLOW_STATES } from '../../../workflows/find-workflows.ts';
import { conditionsText } from '../../../workflows/told-operations.ts';
import { about, onlyFor } from '../../http-access.ts';
import { XML } from '../../media-types.ts';
import type { RouteModule } from '../../services.ts';
import { formatOf } from '../format.ts';

/** Serves `/workflow/definitions`, and the lists of operations and states. */
export const definitionRoutes: RouteModule = (app, { workflows: { definitions, has } }) => {
  const everybody = about('nothing', 'agent', 'scheduler', 'viewer');
  const readers = onlyFor('scheduler', 'viewer');
  app.get('/workflow/definitions.json', everybody, async () => ({
    definitions: { definition: definitions.offered().map(definitionJson) },
  }));
  app.get('/workflow/definitions.xml', everybody, async (_request, reply) =>
    reply.type(XML).send(written(of('definitions', definitions.offered().map(definitionElement)))),
  );
  app.get('/workflow/definition/:id', everybody, async (request: FastifyRequest<{ Params: { id: string } }>, reply) => {
    const { name, format } = formatOf(request.params.id);
    const found = definitions.find(name);
    if (!found) return noDefinition(reply);
    if (format === 'xml') return reply.type(XML).send(written(definitionElement(found)));
    return { definition: definitionJson(found) };
  });
  app.get(
    '/workflow/configurationPanel',
    everybody,
    async (request: FastifyRequest<{ Querystring: { definitionId?: string } }>, reply) => {
      const found = definitions.find(request.query.definitionId ?? '');
      // Panels of old definitions are foreign HTML with scripts: they are sent as text, for programs that read them.
      return found ? reply.type('text/plain; charset=utf-8').send(found.panel.html ?? '') : noDefinition(reply);
    },
  );
  app.get('/workflow/handlers.json', readers, async () =>
    CATALOGUE.filter(({ id }) => has(id)).map(({ id, help }) => ({ id, description: help })),
  );
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
const definitionJson = ({ id, title, description, tags, displayOrder, panel, operations }: Definition) => ({
  id,
  title,
  description,
  displayOrder,
  tags: { tag: tags },
  ...(panel.json === undefined ? {} : { configuration_panel_json: panel.json }),
  operations: { operation: asList(operations.map(operationJson)) },
});

const operationJson = (operation: OperationDefinition) => ({
  ...attributesOf(operation),
  'fail-on-error': operation.failOnError,
  configurations: { configuration: operation.configurations.map(({ key, value }) => ({ key, $: value })) },
});

/** What an operation says of itself in one line; what it does not have is left out. */
function attributesOf({ id, description, when, exceptionHandler }: OperationDefinition): Record<string, string> {
  const conditions = Object.entries(conditionsText(when)).filter(([, text]) => text !== '');
  return {
    id,
    description,
    ...Object.fromEntries(conditions),
    ...(exceptionHandler === undefined ? {} : { 'exception-handler-workflow': exceptionHandler }),
  };
}

const WORKFLOW = 'http://workflow.opencastproject.org';
const of = (name: string, children: Parameters<typeof element>[3], attributes = {}): XmlElement =>
  element(WORKFLOW, name, attributes, children);
const written = (root: XmlElement): string => formatXml(root, { [WORKFLOW]: '' });

const definitionElement = ({ id, title, description, tags, displayOrder, operations }: Definition): XmlElement =>
  of('definition', [
    of('id', [id]),
    of('title', [title]),
    of(
      'tags',
      tags.map((tag) => of('tag', [tag])),
    ),
    of('displayOrder', [String(displayOrder)]),
    of('description', [description]),
    of('operations', operations.map(operationElement)),
  ]);

const operationElement = (operation: OperationDefinition): XmlElement => {
  const configurations = operation.configurations.map(({ key, value }) => of('configuration', [value], { key }));
  const attributes = { ...attributesOf(operation), 'fail-on-error': String(operation.failOnError) };
  return of('operation', [of('configurations', configurations)], attributes);
};
