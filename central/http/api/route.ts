import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Serving } from '@amphi/lib/http-api/dispatch.ts';
import * as api from '@amphi/lib/http-api/refusal.ts';
import type { JsonRoute, Route } from '@amphi/lib/http-api/route.ts';
import type { Role } from '../../store/tables.ts';
import type { About } from '../object-access.ts';
import type { Services } from '../services.ts';

export const API = '/api/v1';

/** What every route is given besides the parts of its request. */
export interface Asking {
  services: Services;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Who may use a route besides admins; `anyone`: also who is not signed in. */
export type Access = readonly Role[] | 'anyone';

/** A row of our own API. The OpenAPI document is made of it. */
export type AnyRoute = Route<Asking, Access>;

/** Checks a row as it is written; rows of many shapes then stand in one list. */
export const apiRoute = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  row: JsonRoute<Asking, Access, string, P, Q, B, A>,
): AnyRoute => row;

/** Why it is not done: a status, and words. */
export const refused = (status: number, why: string): api.Refused => api.refused(status, '', why);

/** What rows that agents may use are about, for accounts of one agent alone. */
const ABOUT: ReadonlyMap<string, About> = new Map<string, About>([
  ['getEvent', { event: 'id' }],
  ['tellDetails', { agent: 'name' }],
  ['whoAmI', 'nothing'],
  ['signOut', 'nothing'],
  ['createToken', 'nothing'],
  ['listTokens', 'nothing'],
  ['deleteToken', 'nothing'],
]);

/** How the rows are served here. A refusal is `{ error: words }`. */
export const servingOf = (services: Services): Serving<Asking, Access, string> => ({
  base: API,
  mistakesCode: '',
  contextOf: (request, reply) => ({ services, request, reply }),
  configOf: ({ id, access }) => {
    const about = ABOUT.get(id);
    return { allows: access, ...(about ? { about } : {}) };
  },
  refuse: (reply, { refused: { status, text } }) =>
    reply.code(status).header('cache-control', 'no-store').send({ error: text }),
});
