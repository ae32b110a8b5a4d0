import type { FastifyRequest } from 'fastify';
import { asList } from '@amphi/lib/opencast/xml/jettison.ts';
import { newestVersion } from '../../catalogue/versions.ts';
import { isActive, workflowsOf } from '../../workflows/workflows.ts';
import { about } from '../http-access.ts';
import { XML } from '../media-types.ts';
import type { RouteModule } from '../services.ts';

type WithId = FastifyRequest<{ Params: { id: string } }>;

/** What agents ask that lost an answer: is it here, and does its workflow run? `/assets/episode` and `/workflow/mediaPackage`. */
export const keptRoutes: RouteModule = (app, { database }) => {
  const reads = about({ event: 'id' }, 'agent', 'scheduler', 'viewer');
  app.get('/assets/episode/:id', reads, async (request: WithId, reply) => {
    const newest = await newestVersion(database, request.params.id);
    return newest ? reply.type(XML).send(newest.manifest) : reply.code(404).send();
  });
  app.get('/workflow/mediaPackage/:id/hasActiveWorkflows', reads, async (request: WithId, reply) => {
    const workflows = await workflowsOf(database, request.params.id);
    return reply.type('text/plain').send(String(workflows.some(isActive)));
  });
  app.get('/workflow/mediaPackage/:id/instances.json', reads, async (request: WithId) => {
    const workflows = (await workflowsOf(database, request.params.id)).map(({ id, state, definition }) => ({
      id,
      state: state.toUpperCase(),
      template: definition,
      title: definition,
      mediaPackageId: request.params.id,
    }));
    return { workflows: { totalCount: workflows.length, workflow: asList(workflows) } };
  });
};
