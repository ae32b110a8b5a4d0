import type { RouteModule } from './web/services.ts';
import { health } from './health.ts';

/** The parts of the server, each with its routes. */
export const MODULES: readonly RouteModule[] = [health];
