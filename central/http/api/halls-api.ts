import { z } from 'zod';
import { deleteHall, hallsSeen, setHall } from '../../agents/halls.ts';
import { whoOf } from '../http-access.ts';
import { mayActFor, readingRoles } from '../../identity/permissions.ts';
import { apiRoute, refused, type AnyRoute } from './route.ts';

const event = z.object({
  id: z.string(),
  title: z.string(),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  recording: z.string().nullable(),
});
const alarm = z.object({
  name: z.string(),
  text: z.string(),
  level: z.string().optional(),
  sinceMs: z.number().optional(),
});
const handOver = z.object({ recording: z.string(), step: z.string().optional(), error: z.string().optional() });

/** State of a hall at this moment. */
const hallNow = z.object({
  name: z.string(),
  title: z.string().nullable(),
  site: z.string().nullable(),
  agent: z.string().nullable(),
  state: z.string(),
  stateSince: z.iso.datetime().nullable(),
  lastContact: z.iso.datetime().nullable(),
  lastContactAgeSeconds: z.number().nullable(),
  url: z.string().nullable(),
  previewUrl: z.string().nullable(),
  now: event.nullable(),
  next: event.nullable(),
  alarms: z.array(alarm),
  /** Recordings that the server expects from the hall, and why they have not come. */
  handOvers: z.array(handOver),
});

const named = z.strictObject({ name: z.string().min(1).max(255) });
const details = z.looseObject({
  previewUrl: z.url({ protocol: /^(https?|rtsps?)$/ }).optional(),
  alarms: z.array(alarm).max(100).optional(),
  handOvers: z.array(handOver).max(1000).optional(),
});

export const hallRoutes: readonly AnyRoute[] = [
  apiRoute({
    id: 'listHalls',
    method: 'GET',
    path: '/halls',
    summary: 'What each hall does now',
    access: ['scheduler', 'viewer'],
    answer: z.object({ halls: z.array(hallNow) }),
    run: async ({ services, request }) => ({ halls: await hallsSeen(services, readingRoles(whoOf(request))) }),
  }),
  apiRoute({
    id: 'setHall',
    method: 'PUT',
    path: '/halls/{name}',
    summary: 'Name a hall, and say which agent is in it',
    access: ['scheduler'],
    params: named,
    body: z.strictObject({
      title: z.string().max(200).optional(),
      site: z.string().max(200).optional(),
      agent: z.string().optional(),
    }),
    async run({ services, params: { name }, body, request }) {
      if (await setHall(services, whoOf(request), name, body)) return undefined;
      return refused(404, `there is no agent ${body.agent}: it must register first`);
    },
  }),
  apiRoute({
    id: 'deleteHall',
    method: 'DELETE',
    path: '/halls/{name}',
    summary: 'Forget a hall; its agent stays',
    access: ['scheduler'],
    params: named,
    async run({ services, params: { name }, request }) {
      if (await deleteHall(services, whoOf(request), name)) return undefined;
      return refused(404, `there is no hall ${name}`);
    },
  }),
  apiRoute({
    id: 'tellDetails',
    method: 'PUT',
    path: '/agents/{name}/details',
    summary: 'An agent tells preview, alarms, and what waits',
    access: ['agent'],
    params: named,
    body: details,
    async run({ services: { roster }, params: { name }, body, request }) {
      if (!mayActFor(whoOf(request), name)) return refused(403, 'this account is for another agent');
      await roster.tellDetails(name, body, request.ip);
      return undefined;
    },
  }),
];
