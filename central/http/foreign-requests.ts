import type { FastifyInstance } from 'fastify';
import { troubleIn } from '@amphi/lib/runtime/texts/foreign-text.ts';
import { BadRequest } from '../catalogue/bad-request.ts';

class UnknownEncoding extends Error {
  readonly statusCode = 415;
}

/**
 * Refuses, with 400 and words, requests with NUL characters, incomplete characters or JSON that is nested too deeply.
 * Forms are checked when they are read.
 */
export function checkRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers }) => {
    const encoding = headers['content-encoding']?.trim() ?? '';
    if (encoding === '' || /^identity$/i.test(encoding)) return;
    throw new UnknownEncoding(`this server reads no body that is packed as ${encoding}: send it as it is`);
  });
  app.addHook('onRequest', async ({ params, query }) => {
    const trouble = troubleIn('the path', params) ?? troubleIn('the query', query);
    if (trouble) throw new BadRequest(trouble);
  });
  app.addHook('preValidation', async ({ body }) => {
    if (typeof body !== 'object' || body === null || Object.getPrototypeOf(body) === URLSearchParams.prototype) return;
    // A stream is checked by the route that reads it.
    if ('pipe' in body) return;
    const trouble = troubleIn('the body', body);
    if (trouble) throw new BadRequest(trouble);
  });
}
