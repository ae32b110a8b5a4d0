import type { RouteModule } from '../services.ts';
import { agentsApi } from './agents.ts';
import { guardAccess } from './by-access.ts';
import { baseApi } from './base.ts';
import { eventPartsApi, eventsApi } from './events-api.ts';
import { mediaApi } from './media.ts';
import { seriesApi } from './series-api.ts';
import { negotiate } from './versions-api.ts';

/** Opencast's External API, as far as it is about agents, series and events (facts/opencast 3.1). */
export const externalApi: RouteModule = async (app, services) => {
  negotiate(app);
  guardAccess(app, services);
  for (const part of [baseApi, agentsApi, eventsApi, eventPartsApi, mediaApi, seriesApi]) await part(app, services);
};
