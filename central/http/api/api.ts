import type { RouteModule } from '../services.ts';
import { accountRoutes, sessionRoutes } from './accounts.ts';
import { hallRoutes } from './halls.ts';
import { openApiOf } from './openapi.ts';
import { recordedRoutes } from './recorded.ts';
import { timeZoneRoutes } from './time-zones.ts';
import { addApi, API, type AnyRoute } from './route.ts';
import { open } from '../access.ts';

/** Our own endpoints. */
export const ROUTES: readonly AnyRoute[] = [
  ...hallRoutes,
  ...timeZoneRoutes,
  ...recordedRoutes,
  ...accountRoutes,
  ...sessionRoutes,
];

export const ownApi: RouteModule = (app, services) => {
  addApi(app, services, ROUTES);
  app.get(`${API}/openapi.json`, open, async () => openApiOf(ROUTES, services.version));
};
