import { captureNowApi, recordingsApi } from './scheduling/recordings.ts';
import type { RouteModule } from './web/services.ts';
import { externalApi } from './external-api/api.ts';
import { health } from './health.ts';
import { lectureImport } from './import/routes.ts';

/** The parts of the server, each with its routes. */
export const MODULES: readonly RouteModule[] = [health, externalApi, lectureImport, recordingsApi, captureNowApi];
