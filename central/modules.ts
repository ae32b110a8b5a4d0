import { agentRoutes } from './agents/agent-routes.ts';
import { ownApi } from './http/api/api.ts';
import { discovery } from './discovery.ts';
import { externalApi } from './external-api/api.ts';
import { health } from './http/health.ts';
import { lectureImport } from './http/api/import-routes.ts';
import { fileRoutes } from './ingest/file-routes.ts';
import { keptRoutes } from './ingest/kept-routes.ts';
import { ingestRoutes } from './ingest/routes.ts';
import { metrics } from './http/metrics.ts';
import { pages } from './pages.ts';
import { calendarRoutes } from './recordings/calendar-routes.ts';
import { eventRoutes } from './recordings/event-routes.ts';
import { recordingStateRoutes } from './recordings/state-routes.ts';
import { captureNowApi, recordingsApi } from './scheduling/recordings.ts';
import { seriesRoutes } from './series/series-routes.ts';
import type { RouteModule } from './http/services.ts';

/** The parts of the server, each with its routes. */
export const MODULES: readonly RouteModule[] = [
  health,
  metrics,
  ownApi,
  pages,
  discovery,
  agentRoutes,
  calendarRoutes,
  recordingStateRoutes,
  eventRoutes,
  seriesRoutes,
  ingestRoutes,
  fileRoutes,
  keptRoutes,
  recordingsApi,
  captureNowApi,
  externalApi,
  lectureImport,
];
