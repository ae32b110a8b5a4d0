import type { RouteModule } from '../services.ts';
import { accountRoutes, sessionRoutes } from './accounts-api.ts';
import { growingEndRoutes } from './growing-api.ts';
import { captionsRoute } from './captions-route.ts';
import { editRows } from './edit-api.ts';
import { hallRoutes } from './halls-api.ts';
import { importsRoutes } from './imports-api.ts';
import { ownOpenApi } from './openapi.ts';
import { lectureRoutes } from './lectures-api.ts';
import { recordedRoutes } from './recorded.ts';
import { runRoutes } from './runs-api.ts';
import { timeZoneRoutes } from './time-zones.ts';
import { addRoutes } from '@amphi/lib/http-api/dispatch.ts';
import { API, servingOf, type AnyRoute } from './route.ts';
import { open } from '../http-access.ts';

/** Routes of our own API. */
export const ROUTES: readonly AnyRoute[] = [
  ...hallRoutes,
  ...timeZoneRoutes,
  ...recordedRoutes,
  ...lectureRoutes,
  ...growingEndRoutes,
  ...editRows,
  ...importsRoutes,
  ...runRoutes,
  ...accountRoutes,
  ...sessionRoutes,
];

/** Serves our own API. */
export const ownApi: RouteModule = async (app, services) => {
  addRoutes(app, ROUTES, servingOf(services));
  await captionsRoute(app, services);
  app.get(`${API}/openapi.json`, open, async () => ownOpenApi(ROUTES, services.version));
};
