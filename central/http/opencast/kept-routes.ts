import type { FastifyRequest } from 'fastify';
import { asList } from '@amphi/lib/opencast/xml/jettison.ts';
import { onlyFor } from '../access.ts';
import { XML } from '../media-types.ts';
import type { RouteModule } from '../services.ts';

type WithId = FastifyRequest<{ Params: { id: string } }>;

/** What agents ask that lost an answer: is it here, and does its workflow run? `/assets/episode` and `/workflow/mediaPackage`. */
export const keptRoutes: RouteModule = (app, { database }) => {
  const reads = onlyFor('agent', 'scheduler', 'viewer');
  const workflowsOf = (id: string) =>
    database.selectFrom('workflows').selectAll().where('event', '=', id).orderBy('id').execute();

  app.get('/assets/episode/:id', reads, async (request: WithId, reply) => {
    const newest = await database
      .selectFrom('event_versions')
      .select('manifest')
      .where('event', '=', request.params.id)
      .orderBy('version', 'desc')
      .executeTakeFirst();
    return newest ? reply.type(XML).send(newest.manifest) : reply.code(404).send();
  });
  app.get('/workflow/mediaPackage/:id/hasActiveWorkflows', reads, async (request: WithId, reply) => {
    const workflows = await workflowsOf(request.params.id);
    const active = workflows.some(({ state }) => ['instantiated', 'running', 'paused', 'failing'].includes(state));
    return reply.type('text/plain').send(String(active));
  });
  app.get('/workflow/mediaPackage/:id/instances.json', reads, async (request: WithId) => {
    const workflows = (await workflowsOf(request.params.id)).map(({ id, state, definition }) => ({
      id,
      state: state.toUpperCase(),
      template: definition,
      title: definition,
      mediaPackageId: request.params.id,
    }));
    return { workflows: { totalCount: workflows.length, workflow: asList(workflows) } };
  });
};
