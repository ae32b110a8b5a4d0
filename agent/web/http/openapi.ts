import { jsonContent, openApiOf, REFUSAL } from '#lib/http-api/openapi.ts';
import * as answers from '../views/answers.ts';
import { API, TAGS, type Route } from './route.ts';

/** The API of the box as an OpenAPI 3.1 document. */
export function boxOpenApi(routes: readonly Route[], version: string): object {
  return openApiOf(routes, {
    base: API,
    head: {
      info: {
        title: 'Amphi',
        version,
        summary: 'The lecture hall recorder',
        description:
          'Changes answer with what is so then, and with the frame that was current when they were asked for. ' +
          'A request with several mistakes is told all of them. Who may ask for what is in `x-access`: `admin`, or `user` ' +
          'and above. Browsers sign in once and get a cookie (/session).',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This box' }],
      security: [{ token: [] }, { password: [] }, { session: [] }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    },
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', description: 'The token of the box: an administrator' },
      password: { type: 'http', scheme: 'basic', description: 'An account of the box, `admin` or `user`' },
      session: { type: 'apiKey', in: 'cookie', name: 'amphi-{port}', description: 'Set by POST /session' },
    },
    refusal: answers.refusal,
    refusalExample: EXAMPLE_REFUSAL,
    others: OTHERS,
    accessOf: ({ access }) => (access === 'open' ? { security: [] } : { 'x-access': access }),
    refusalsOf,
  });
}

const EXAMPLE_REFUSAL = {
  error: {
    code: 'E13',
    text: 'body.picture.tint: Too big: expected number to be <=127',
    mistakes: [{ at: 'body.picture.tint', text: 'Too big: expected number to be <=127' }],
  },
};

const STATUS_OK = { type: 'object', properties: { status: { const: 'ok' } }, required: ['status'] };

/** The paths that are no routes of the API. */
const OTHERS = {
  '/healthz': {
    get: {
      operationId: 'getHealth',
      summary: 'Does the server answer?',
      tags: ['box'],
      security: [],
      responses: { 200: { description: 'It does', content: jsonContent(STATUS_OK, { status: 'ok' }) } },
    },
  },
  [`${API}/openapi.json`]: {
    get: {
      operationId: 'getOpenApi',
      summary: 'This document',
      tags: ['box'],
      responses: {
        200: { description: 'OpenAPI 3.1', content: jsonContent({ type: 'object' }, { openapi: '3.1.0' }) },
        401: REFUSAL,
      },
    },
  },
};

/** The refusals of a route: they follow from its shape, and `refusals` adds the others. */
function refusalsOf(route: Route): Record<number, object> {
  const statuses = new Set(route.refusals);
  const when = (condition: unknown, ...more: number[]): void => {
    if (condition) for (const status of more) statuses.add(status);
  };
  when(route.access !== 'open', 401, 429);
  when(route.access === 'admin', 403);
  when(route.params ?? route.query ?? route.body, 400);
  when(route.params, 404);
  when(route.method !== 'GET', 403);
  when(route.body ?? route.upload, 413, 415);
  when((route.body ?? route.upload) && 'run' in route, 422);
  return Object.fromEntries([...statuses].map((status) => [status, REFUSAL]));
}
