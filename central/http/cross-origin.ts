import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Methods and headers that scripts of other sites may send and read, where the configuration names their site. */
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const SENT =
  'Authorization, Content-Type, Accept, Range, If-None-Match, X-Requested-Auth, X-RUN-AS-USER, X-RUN-WITH-ROLES';
const TOLD = 'ETag, Location, Content-Range, Content-Disposition, WWW-Authenticate, Warning';
/** Time in seconds for which browsers keep the permission before they ask again. */
const KEPT_S = 600;

/**
 * Answers the question that a browser asks (CORS preflight) before it sends a request for a page of another site; it
 * needs no login, since browsers ask without one. Only named sites are allowed anything; browsers send our cookies for
 * none.
 */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  app.addHook('onRequest', async (request, reply) => {
    if (origins.length > 0) void reply.header('vary', 'Origin');
    if (isNamedOrigin(request, origins)) {
      void reply.header('access-control-allow-origin', request.headers.origin);
      void reply.header('access-control-expose-headers', TOLD);
      if (request.method === 'OPTIONS') {
        void reply.header('access-control-allow-methods', METHODS);
        void reply.header('access-control-allow-headers', SENT);
        void reply.header('access-control-max-age', String(KEPT_S));
      }
    }
    if (request.method === 'OPTIONS') return reply.code(204).header('allow', `${METHODS}, OPTIONS`).send();
  });
}

/** Whether a page of a named site sent a request. */
export const isNamedOrigin = (
  { headers: { origin } }: Pick<FastifyRequest, 'headers'>,
  origins: readonly string[],
): boolean => origin !== undefined && origins.includes(origin);
