import type { FastifyRequest } from 'fastify';
import { listSeries } from '../../catalogue/list-series.ts';
import { about } from '../http-access.ts';
import type { RouteModule } from '../services.ts';

/**
 * Serves `/studio/series.json`, and `/studio-api/series.json` of later versions: the series to which a recorder in a
 * browser may add something (elan-ev/opencast-studio, src/opencast.tsx). Where a program asks with roles these are the
 * ones that they may write; else all.
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
