import { z } from 'zod';
import { apiRoute, type AnyRoute } from './route.ts';
import { zoneOfAgent } from '../../timetable/zones.ts';

/** Routes about the time zones of halls. */
export const timeZoneRoutes: readonly AnyRoute[] = [
  apiRoute({
    id: 'getTimeZones',
    method: 'GET',
    path: '/time-zones',
    access: ['scheduler', 'viewer'],
    summary: 'The time zone of each hall: as its agent says, else that of most halls, else the server’s',
    answer: z.record(z.string(), z.string()),
    run: async ({ services: { roster } }) =>
      Object.fromEntries(roster.all().map(({ name }) => [name, zoneOfAgent(roster, name).name])),
  }),
];
