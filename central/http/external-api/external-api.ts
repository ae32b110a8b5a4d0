import type { RouteModule } from '../services.ts';
import { agentsApi } from './agents.ts';
import { guardAccess } from './by-access.ts';
import { baseApi } from './base.ts';
import { eventPartsApi, eventsApi } from './events-api.ts';
import { listsApi } from './lists-api.ts';
import { mediaApi } from './media.ts';
import { publicationsApi } from './publications-api.ts';
import { seriesApi } from './series-api.ts';
import { trackApi } from './track-upload.ts';
import { negotiate } from './versions-api.ts';
import { definitionsApi } from './workflows/definitions-api.ts';
import { workflowsApi } from './workflows/workflows-api.ts';

/** Serves Opencast's External API for agents, series, events and workflows (facts/opencast 3.1). */
export const externalApi: RouteModule = async (app, services) => {
  negotiate(app);
  guardAccess(app, services);
  const parts = [
    baseApi,
    agentsApi,
    eventsApi,
    eventPartsApi,
    mediaApi,
    publicationsApi,
    trackApi,
    seriesApi,
    listsApi,
    definitionsApi,
    workflowsApi,
  ];
  for (const part of parts) await part(app, services);
};
