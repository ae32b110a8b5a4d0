import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayEdit } from '../../../editing/may-edit.ts';
import type { Database } from '../../../store/connect.ts';
import { about, whoOf } from '../../http-access.ts';
import { Forbidden } from '../../object-access.ts';

export type ById = FastifyRequest<{ Params: { id: string } }>;

/** Options of routes for all who may edit the event; the route calls `checkEditor`. */
export const EDITORS = {
  config: { ...about({ event: 'id' }, 'scheduler', 'viewer').config, byAccess: true, keepsCalendars: true },
};

/** The same, for routes that may change title or series of the event: its calendar has them. */
export const WORD_EDITORS = { config: { ...EDITORS.config, keepsCalendars: false } };

/** Throws Forbidden if the caller may not edit an event; one that does not exist is refused by the route. */
export async function checkEditor(database: Database, request: FastifyRequest, event: string): Promise<void> {
  if (!(await mayEdit(database, { who: whoOf(request), roles: request.runRoles }, event)))
    throw new Forbidden('No write access to this event.');
}

export const words = (reply: FastifyReply, status: number, text: string): FastifyReply =>
  reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);

export const noEvent = (reply: FastifyReply, id: string): FastifyReply => words(reply, 404, `Event '${id}' not Found`);

export const notRecorded = (reply: FastifyReply): FastifyReply =>
  words(reply, 400, 'nothing was recorded of this event yet: it can be edited when its recording is here');
