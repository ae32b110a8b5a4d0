import { onlyFor } from '../web/access.ts';
import type { RouteModule } from '../web/services.ts';
import { TIME_ZONE } from './zones.ts';

/** `GET /api/v1/time-zones`: the zone of each hall whose agent says it. */
export const timeZones: RouteModule = (app, { database }) => {
  app.get('/api/v1/time-zones', onlyFor('scheduler', 'viewer'), async () => {
    const agents = await database.selectFrom('agents').select(['name', 'configuration']).orderBy('name').execute();
    const said = agents.map(({ name, configuration }) => [name, configuration[TIME_ZONE]]);
    return Object.fromEntries(said.filter(([, zone]) => zone !== undefined));
  });
};
