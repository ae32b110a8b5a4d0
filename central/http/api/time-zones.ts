import { z } from 'zod';
import { apiRoute, type AnyRoute } from './route.ts';
import { saidZones } from '../../timetable/zones.ts';

/** In which zone each hall is. */
export const timeZoneRoutes: readonly AnyRoute[] = [
  apiRoute({
    id: 'getTimeZones',
    method: 'GET',
    path: '/time-zones',
    access: ['scheduler', 'viewer'],
    summary: 'The time zone of each hall whose agent says it',
    answer: z.record(z.string(), z.string()),
    run: async ({ services: { roster } }) =>
      Object.fromEntries(saidZones(roster).map(({ agent, zone }) => [agent, zone.name])),
  }),
];
