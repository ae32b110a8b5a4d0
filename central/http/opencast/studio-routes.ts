import type { FastifyRequest } from 'fastify';
import { listSeries } from '../../catalogue/list-series.ts';
import { about } from '../http-access.ts';
import type { RouteModule } from '../services.ts';

/**
 * `/studio/series.json`, and `/studio-api/series.json` of later versions: the series that a recorder in a browser may bring something
 * to (elan-ev/opencast-studio, src/opencast.tsx): those that may be written, where a program asks with roles, else all.
 */
export const studioRoutes: RouteModule = (app, { database }) => {
  const readers = { config: { ...about('nothing', 'agent', 'scheduler', 'viewer').config, byAccess: true } };
  for (const path of ['/studio/series.json', '/studio-api/series.json']) {
    app.get(path, readers, async ({ runRoles: roles }: FastifyRequest) => {
      const allowed = roles ? { roles, action: 'write' } : undefined;
      const found = await listSeries(database, { filters: [], sorting: [{ by: 'title', descending: false }], allowed });
      return found.map(({ id, title }) => ({ id, title }));
    });
  }
};
