import { jsonContent, openApiOf } from '@amphi/lib/http-api/openapi.ts';
import { z } from 'zod';
import { API, type AnyRoute } from './route.ts';

/** Describes our own API as an OpenAPI 3.1 document; routes of Opencast's protocol are not in it. */
export const ownOpenApi = (routes: readonly AnyRoute[], version: string): object =>
  openApiOf(routes, {
    base: API,
    head: {
      info: {
        title: 'Amphi central',
        version,
        summary: 'The server for many halls',
        description: "Besides this there are Opencast's endpoints for capture agents, and its External API.",
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      security: [{ basic: [] }, { token: [] }, { session: [] }],
    },
    securitySchemes: {
      basic: { type: 'http', scheme: 'basic' },
      token: { type: 'http', scheme: 'bearer', description: 'Of POST /tokens' },
      session: { type: 'apiKey', in: 'cookie', name: 'amphi-central', description: 'Set by POST /session' },
    },
    refusal: z.object({ error: z.string() }).meta({ id: 'Refusal' }),
    others: OTHERS,
    accessOf: ({ access }) =>
      access === 'anyone'
        ? { security: [] }
        : { description: `For admins${access.map((role) => `, ${role}s`).join('')}.` },
    refusalsOf: ({ params, query, body, access }) => ({
      ...(params || query || body ? { 400: REFUSAL } : {}),
      ...(params ? { 404: REFUSAL } : {}),
      ...(access === 'anyone' ? {} : { 401: TEXT, 403: TEXT }),
    }),
  });

const REFUSAL = { description: 'Why it is not done', content: jsonContent({ $ref: '#/components/schemas/Refusal' }) };
const TEXT = { description: 'Why it is not done', content: { 'text/plain': { schema: { type: 'string' } } } };

const text = (description: string): object => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' } } },
});
const object = (description: string): object => ({ description, content: jsonContent({ type: 'object' }) });

const IMPORT_QUERY = 'dryRun timeZone ownTimeZone series hall unknownHalls cancelMissing evenMost restore file'.split(
  ' ',
);

/** Descriptions of routes that are not rows of the API. */
const OTHERS = {
  [`${API}/import`]: {
    post: {
      operationId: 'importLectures',
      summary: 'A semester of lectures from CSV, a workbook (xlsx, ods, xls) or iCalendar: all of it, or nothing',
      description: 'For admins, schedulers. `dryRun=true` only tells what would be done.',
      parameters: IMPORT_QUERY.map((name) => ({ name, in: 'query', required: false, schema: { type: 'string' } })),
      requestBody: { required: true, content: { 'text/csv': {}, 'text/calendar': {}, 'multipart/form-data': {} } },
      responses: { 200: object('Done'), 400: REFUSAL, 422: object('Mistakes and conflicts; nothing was done') },
    },
  },
  [`${API}/events/{id}/captions`]: {
    post: {
      operationId: 'readCaptions',
      summary: 'Captions of a file, WebVTT or SRT, as the editor takes them; nothing is kept',
      description: 'For all who may edit the event.',
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      requestBody: { required: true, content: { 'application/octet-stream': {} } },
      responses: { 200: object('The captions'), 404: REFUSAL, 422: object('A mistake, with its line') },
    },
  },
  '/healthz': {
    get: {
      operationId: 'getHealth',
      summary: 'Does it answer, and its database?',
      security: [],
      responses: { 200: object('Both do'), 503: object('The database does not') },
    },
  },
  '/metrics': {
    get: { operationId: 'getMetrics', summary: 'Figures for Prometheus', responses: { 200: text('Figures') } },
  },
};
