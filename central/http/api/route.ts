import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Serving } from '@amphi/lib/http-api/dispatch.ts';
import * as api from '@amphi/lib/http-api/refusal.ts';
import type { JsonRoute, Route } from '@amphi/lib/http-api/route.ts';
import type { Role } from '../../store/tables.ts';
import type { About } from '../object-access.ts';
import type { Services } from '../services.ts';

/** Path of our own API. */
export const API = '/api/v1';

/** Services and caller that every route gets besides the parts of its request. */
export interface Asking {
  services: Services;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Roles that may use a route, besides admins; `anyone`: also callers that are not signed in. */
export type Access = readonly Role[] | 'anyone';

/** Row of our own API. The OpenAPI document is made from the rows. */
export type AnyRoute = Route<Asking, Access>;

/**
 * Checks the types of a row where it is written, and gives it the common type, so that rows of all shapes stand in one
 * list.
 */
export const apiRoute = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  row: JsonRoute<Asking, Access, string, P, Q, B, A>,
): AnyRoute => row;

/** Refusal of a request: a status, and the reason in words. */
export const refused = (status: number, why: string): api.Refused => api.refused(status, '', why);

/**
 * Objects of the routes that agents may use, by the id of the route: accounts of one agent may only use them for its
 * own objects.
 */
const ABOUT: ReadonlyMap<string, About> = new Map<string, About>([
  ['getEvent', { event: 'id' }],
  ['getEdit', { event: 'id' }],
  ['saveEdit', { event: 'id' }],
  ['keepDraft', { event: 'id' }],
  ['dropDraft', { event: 'id' }],
  ['tellDetails', { agent: 'name' }],
  ['endGrowing', 'own'],
  ['tellGrowingTracks', 'own'],
  ['whoAmI', 'nothing'],
  ['signOut', 'nothing'],
  ['createToken', 'nothing'],
  ['listTokens', 'nothing'],
  ['deleteToken', 'nothing'],
]);

/** Routes on which access lists decide what each caller may see, also where a program asks with roles. */
const BY_ACCESS: ReadonlySet<string> = new Set(['getLecture', 'searchLectures']);

/** Routes that change nothing of any calendar: a draft is kept with each word that is typed. */
const KEEPS_CALENDARS: ReadonlySet<string> = new Set(['keepDraft', 'dropDraft', 'endGrowing', 'tellGrowingTracks']);

/** Serving of the rows on this server. A refusal is `{ error: words }`. */
export const servingOf = (services: Services): Serving<Asking, Access, string> => ({
  base: API,
  mistakesCode: '',
  contextOf: (request, reply) => ({ services, request, reply }),
  configOf: ({ id, access }) => {
    const about = ABOUT.get(id);
    const keepsCalendars = KEEPS_CALENDARS.has(id);
    return { allows: access, byAccess: BY_ACCESS.has(id), keepsCalendars, ...(about ? { about } : {}) };
  },
  refuse: (reply, { refused: { status, text } }) =>
    reply.code(status).header('cache-control', 'no-store').send({ error: text }),
});
