import type { FastifyReply, FastifyRequest } from 'fastify';
import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import type { EventRow } from '../../store/tables.ts';
import { typeOf } from './versions-api.ts';

/** Answers 404 in the way of Opencast. */
export const notFound = (reply: FastifyReply, text: string): FastifyReply =>
  reply.code(404).type('text/plain; charset=utf-8').send(text);

/** Answers 409 with the events that have the hall. */
export const conflict = (request: FastifyRequest, reply: FastifyReply, others: readonly EventRow[]): FastifyReply =>
  reply
    .code(409)
    .type(typeOf(request))
    .send(
      others.map(({ starts_at, ends_at, title }) => ({
        start: starts_at ? w3cOf(starts_at.getTime()) : '',
        end: ends_at ? w3cOf(ends_at.getTime()) : '',
        title,
      })),
    );

/** Answers 204, without a body. */
export const noContent = (reply: FastifyReply): FastifyReply => reply.code(204).send();
