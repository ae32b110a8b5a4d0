import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Listing } from '../../catalogue/filters.ts';
import { findEvent } from '../../catalogue/list-events.ts';
import { findSeries } from '../../catalogue/list-series.ts';
import type { Database } from '../../store/connect.ts';
import { isTrue, type Query } from './paging.ts';

/**
 * Access of programs that ask for another person by roles (`X-RUN-WITH-ROLES`), and of viewers: they see and change what
 * access lists allow these roles.
 */

const isRead = ({ method }: Pick<FastifyRequest, 'method'>): boolean => method === 'GET' || method === 'HEAD';

/**
 * Roles and action that a list is limited to; `onlyWithWriteAccess` asks for entries that may be changed. Undefined: no
 * limit.
 */
export function allowedIn({ runRoles, query }: FastifyRequest): Listing['allowed'] {
  const action = isTrue(query as Query, 'onlyWithWriteAccess') ? 'write' : 'read';
  return runRoles && { roles: runRoles, action };
}

/**
 * Refuses to show or change an event or series that the roles may not, and to make new ones without the role that
 * allows it.
 */
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
