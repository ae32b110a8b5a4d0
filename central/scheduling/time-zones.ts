import { onlyFor } from '../web/access.ts';
import type { RouteModule } from '../web/services.ts';
import { saidZones } from './zones.ts';

/** `GET /api/v1/time-zones`: the zone of each hall whose agent says it. */
export const timeZones: RouteModule = (app, { roster }) => {
  app.get('/api/v1/time-zones', onlyFor('scheduler', 'viewer'), async () =>
    Object.fromEntries(saidZones(roster).map(({ agent, zone }) => [agent, zone.name])),
  );
};
