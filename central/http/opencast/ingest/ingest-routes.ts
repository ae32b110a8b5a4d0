import type { FastifyReply, FastifyRequest } from 'fastify';
import { emptyMediaPackage, formatMediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { isGoodId, packageIn, touchPackage } from '../../../intake/elements.ts';
import { discard } from '../../../intake/housekeeping.ts';
import { ingest } from '../../../intake/ingest.ts';
import { about, whoOf } from '../../http-access.ts';
import { checkPackage, type About } from '../../object-access.ts';
import { readForm } from '../../form.ts';
import { XML } from '../../media-types.ts';
import type { RouteModule, Services } from '../../services.ts';
import { packagesJson } from '../media-packages.ts';
import { workflowXml } from '../workflow/workflow-document.ts';
import { addByForm, addDublinCore, receiveForm } from './element-forms.ts';
import type { ReceivedPackage } from './received-package.ts';
import { receiveOneShot } from './one-shot.ts';
import { scheduleByAgent } from './schedule-by-agent.ts';
import { receiveZipped } from './zipped.ts';

type WithWorkflow = FastifyRequest<{ Params: { workflow?: string } }>;

const keeping = (what: About) => ({ config: { ...about(what, 'agent', 'scheduler').config, keepsCalendars: true } });
const AGENTS = keeping('form');

/**
 * Serves `/ingest`, by which agents send recordings. Media packages are XML in requests and answers; files go directly
 * to the disk.
 */
export const ingestRoutes: RouteModule = (app, services) => {
  const { store } = services;
  // A file may take hours on a slow line, and no bytes are sent while the server fetches or examines one: the limit for
  // silence is longer here.
  app.addHook('onRequest', async ({ raw }) => void raw.socket.setTimeout(600_000));

  app.get('/ingest/createMediaPackage', keeping('nothing'), (request, reply) =>
    create(services, request, reply, crypto.randomUUID()),
  );
  app.put(
    '/ingest/createMediaPackageWithID/:id',
    keeping({ package: 'id' }),
    (request: FastifyRequest<{ Params: { id: string } }>, reply) => create(services, request, reply, request.params.id),
  );
  for (const [path, kind] of [
    ['addTrack', 'track'],
    ['addPartialTrack', 'track'],
    ['addCatalog', 'catalog'],
    ['addAttachment', 'attachment'],
  ] as const) {
    app.post(`/ingest/${path}`, AGENTS, (request, reply) => addByForm(services, request, reply, kind));
  }
  app.post('/ingest/addDCCatalog', AGENTS, (request, reply) => addDublinCore(services, request, reply));
  app.post('/ingest/discardMediaPackage', AGENTS, async (request, reply) => {
    const { id } = packageIn((await readForm(request)).get('mediaPackage'));
    await checkPackage(services.database, whoOf(request), id);
    await discard(services, id);
    return reply.code(200).send();
  });

  for (const end of ['', '/:workflow']) {
    app.post(`/ingest/ingest${end}`, AGENTS, async (request: WithWorkflow, reply) => {
      const { form, files } = await receiveForm(request, store);
      await Promise.all(files.map(({ temporary }) => store.discard(temporary)));
      return take(services, request, reply, { mediaPackage: packageIn(form.get('mediaPackage')), form });
    });
    for (const [path, receive] of [
      ['addZippedMediaPackage', receiveZipped],
      ['addMediaPackage', receiveOneShot],
    ] as const) {
      app.post(`/ingest/${path}${end}`, AGENTS, async (request: WithWorkflow, reply) => {
        const received = await receive(services, request);
        try {
          return await take(services, request, reply, received);
        } finally {
          await Promise.all(received.received.map(({ temporary }) => store.discard(temporary)));
        }
      });
    }
    // Scheduling changes calendars, unlike the other routes.
    app.post(`/ingest/schedule${end}`, about('form', 'agent', 'scheduler'), async (request: WithWorkflow, reply) => {
      const form = await readForm(request);
      const done = await scheduleByAgent(services, form, request.params.workflow, whoOf(request));
      if (done.kind === 'conflict') return reply.code(409).send(packagesJson(done.with));
      return reply.code(201).send();
    });
  }
};

async function create(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
): Promise<FastifyReply> {
  if (!isGoodId(id)) throw new BadRequest(`${id} is no id of a media package: letters, digits and -_.:;() are`);
  await services.store.checkRoom();
  await touchPackage(services.database, id, whoOf(request).name);
  return reply.type(XML).send(formatMediaPackage(emptyMediaPackage(id, services.clock.nowMs())));
}

const OWN = new Set(['mediaPackage', 'workflowDefinitionId', 'workflowInstanceId']);

/** Hands over a recording, and answers with the workflow that began. */
async function take(
  services: Services,
  request: WithWorkflow,
  reply: FastifyReply,
  { mediaPackage, form, received = [], acl }: Omit<ReceivedPackage, 'received'> & Partial<ReceivedPackage>,
): Promise<FastifyReply> {
  const who = whoOf(request);
  await checkPackage(services.database, who, mediaPackage.id);
  const done = await ingest(services, {
    mediaPackage,
    received,
    acl,
    who,
    url: services.urlFor(request),
    definition: request.params.workflow ?? form.get('workflowDefinitionId'),
    instance: form.get('workflowInstanceId')?.trim(),
    parameters: form.entries.filter(({ name }) => !OWN.has(name)),
  });
  return reply
    .type(XML)
    .send(workflowXml({ ...done, operations: [], account: who.name, ingestedAt: done.workflow.created_at }));
}
