import type { FastifyRequest } from 'fastify';
import { asList } from '@amphi/lib/opencast/xml/jettison.ts';
import { formatMediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { eventNamed } from '../../catalogue/events.ts';
import { filesOf } from '../../catalogue/files.ts';
import { recordedPackage } from '../../catalogue/media-package.ts';
import { seriesNamed } from '../../catalogue/series.ts';
import { newestVersion } from '../../catalogue/versions.ts';
import { isActive, workflowsOf } from '../../workflows/workflows.ts';
import { about } from '../http-access.ts';
import { XML } from '../media-types.ts';
import type { RouteModule } from '../services.ts';

type WithId = FastifyRequest<{ Params: { id: string } }>;

/**
 * Serves `/assets/episode` and `/workflow/mediaPackage`: agents that did not get an answer ask whether a recording has
 * arrived and its workflow runs.
 */
export const keptRoutes: RouteModule = (app, { database, urlFor }) => {
  const reads = about({ event: 'id' }, 'agent', 'scheduler', 'viewer');
  app.get('/assets/episode/:id', reads, async (request: WithId, reply) => {
    const { id } = request.params;
    const [newest, event] = await Promise.all([newestVersion(database, id), eventNamed(database, id)]);
    if (!newest || !event) return reply.code(404).send();
    const series = event.series ? await seriesNamed(database, event.series) : undefined;
    const files = await filesOf(database, id, newest.version);
    return reply.type(XML).send(formatMediaPackage(recordedPackage(event, series, files, urlFor(request))));
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
