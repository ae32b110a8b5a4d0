import { adminComments } from './http/opencast/admin/admin-comments.ts';
import { adminEvents } from './http/opencast/admin/admin-events.ts';
import { adminSeries } from './http/opencast/admin/admin-series.ts';
import { adminTasks } from './http/opencast/admin/admin-tasks.ts';
import { noneOfOurs } from './http/opencast/admin/none-of-ours.ts';
import { feedRoutes } from './http/published/feed-routes.ts';
import { oaipmhRoutes } from './http/published/oaipmh-routes.ts';
import { staticRoutes } from './http/published/static-routes.ts';
import { tobiraRoutes } from './http/opencast/tobira/tobira-routes.ts';
import { seriesElements } from './http/opencast/series-elements.ts';
import { seriesParts } from './http/opencast/series-parts.ts';
import { studioRoutes } from './http/opencast/studio-routes.ts';
import { tobiraStats } from './http/opencast/tobira/tobira-stats.ts';
import { agentRoutes } from './http/opencast/agent-routes.ts';
import { ownApi } from './http/api/api.ts';
import { definitionRoutes } from './http/opencast/workflow/definition-routes.ts';
import { discovery } from './http/opencast/discovery.ts';
import { externalApi } from './http/external-api/external-api.ts';
import { growingRoutes } from './http/growing-routes.ts';
import { editRoutes } from './http/opencast/editor/edit-routes.ts';
import { elementRoutes } from './http/opencast/editor/element-routes.ts';
import { lockRoutes } from './http/opencast/editor/lock-routes.ts';
import { metadataRoutes } from './http/opencast/editor/metadata-routes.ts';
import { health } from './http/health.ts';
import { lectureImport } from './http/api/import-routes.ts';
import { fileRoutes } from './http/opencast/file-routes.ts';
import { keptRoutes } from './http/opencast/kept-routes.ts';
import { instanceRoutes } from './http/opencast/workflow/instance-routes.ts';
import { ingestRoutes } from './http/opencast/ingest/ingest-routes.ts';
import { metrics } from './http/metrics.ts';
import { pages } from './pages/pages.ts';
import { playRoute } from './pages/play-serving.ts';
import { calendarRoutes } from './http/opencast/calendar-routes.ts';
import { eventRoutes } from './http/opencast/event-routes.ts';
import { recordingStateRoutes } from './http/opencast/state-routes.ts';
import { captureNowApi, recordingsApi } from './http/opencast/schedule-routes.ts';
import { searchRoutes } from './http/opencast/search/search-routes.ts';
import { seriesRoutes } from './http/opencast/series-routes.ts';
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
  seriesParts,
  seriesElements,
  studioRoutes,
  searchRoutes,
  playRoute,
  staticRoutes,
  oaipmhRoutes,
  feedRoutes,
  adminEvents,
  adminComments,
  adminSeries,
  adminTasks,
  noneOfOurs,
  tobiraRoutes,
  tobiraStats,
  editRoutes,
  elementRoutes,
  lockRoutes,
  metadataRoutes,
  definitionRoutes,
  instanceRoutes,
  ingestRoutes,
  growingRoutes,
  fileRoutes,
  keptRoutes,
  recordingsApi,
  captureNowApi,
  externalApi,
  lectureImport,
];
