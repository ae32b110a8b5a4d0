import type { Route } from '../http/route.ts';
import { accountRoutes } from './accounts.ts';
import { boxRoutes } from './box.ts';
import { configurationRoutes } from './configuration.ts';
import { inputRoutes } from './inputs.ts';
import { layoutRoutes } from './layouts.ts';
import { lecternRoutes } from './lectern.ts';
import { liveRoutes } from './live.ts';
import { overlayRoutes } from './overlays.ts';
import { recordingRoutes, soundRoutes } from './recording.ts';
import { recordingsRoutes } from './recordings.ts';
import { requestRoutes } from './requests.ts';
import { machineSettingsRoutes } from './machine-settings.ts';
import { scheduleRoutes } from './schedule.ts';
import { sessionRoutes } from './session.ts';
import { technicianRoutes } from './technician.ts';
import { pushRoutes, streamRoutes } from './streaming.ts';

/** All routes of the API. */
export const apiRoutes: readonly Route[] = [
  ...boxRoutes,
  ...inputRoutes,
  ...layoutRoutes,
  ...overlayRoutes,
  ...soundRoutes,
  ...streamRoutes,
  ...pushRoutes,
  ...recordingRoutes,
  ...recordingsRoutes,
  ...scheduleRoutes,
  ...liveRoutes,
  ...requestRoutes,
  ...sessionRoutes,
  ...lecternRoutes,
  ...accountRoutes,
  ...configurationRoutes,
  ...technicianRoutes,
  ...machineSettingsRoutes,
];
