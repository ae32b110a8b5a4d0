import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Listing } from '../../catalogue/filters.ts';
import { findEvent } from '../../catalogue/list-events.ts';
import { findSeries } from '../../catalogue/list-series.ts';
import type { Database } from '../../store/connect.ts';
import { isTrue, type Query } from './paging.ts';

/** What a program sees and changes that asks for somebody else by his roles (`X-RUN-WITH-ROLES`): what access lists allow these. */

const isRead = ({ method }: Pick<FastifyRequest, 'method'>): boolean => method === 'GET' || method === 'HEAD';

/** What a list is narrowed to; `onlyWithWriteAccess` asks for what may be changed. Undefined: to nothing. */
export function allowedIn({ runRoles, who, query }: FastifyRequest): Listing['allowed'] {
  const isWriting = isTrue(query as Query, 'onlyWithWriteAccess');
  const action = isWriting ? 'write' : 'read';
  if (runRoles) return { roles: runRoles, action };
  // Who may only look has write access to nothing.
  return isWriting && who?.role === 'viewer' ? { roles: [], action } : undefined;
}

/** Refuses what the roles may not do with an event or a series, and what only makes new ones without the role for it. */
export function guardAccess(app: FastifyInstance, { database }: { database: Database }): void {
  app.addHook('preHandler', async (request, reply) => {
    const { runRoles: roles, routeOptions, params } = request;
    if (!roles) return;
    const [, kind] = /^\/api\/(events|series)\b/.exec(routeOptions.url ?? '') ?? [];
    const id = (params as { id?: string }).id;
    const no = () => reply.code(403).type('text/plain; charset=utf-8').send('these roles may not do this\n');
    if (id === undefined) {
      const role = kind === 'events' ? 'ROLE_API_EVENTS_CREATE' : 'ROLE_API_SERIES_CREATE';
      return isRead(request) || roles.includes(role) ? undefined : no();
    }
    const find = kind === 'events' ? findEvent : findSeries;
    if (!(await find(database, id))) return;
    const found = await find(database, id, { roles, action: isRead(request) ? 'read' : 'write' });
    if (!found) return no();
  });
}
