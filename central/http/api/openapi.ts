import { z } from 'zod';
import { API, type AnyRoute } from './route.ts';

type JsonSchema = Record<string, unknown>;

/** Describes our own endpoints as an OpenAPI 3.1 document; those of Opencast's protocol are Opencast's. */
export function openApiOf(routes: readonly AnyRoute[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) (paths[`${API}${route.path}`] ??= {})[route.method.toLowerCase()] = operationOf(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Amphi central',
      version,
      summary: 'The server for many halls',
      description: "Besides this there are Opencast's endpoints for capture agents, and its External API.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ basic: [] }, { token: [] }, { session: [] }],
    paths: { ...paths, ...OTHERS },
    components: {
      schemas: { Refusal: { type: 'object', properties: { error: { type: 'string' } }, required: ['error'] } },
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        token: { type: 'http', scheme: 'bearer', description: 'Of POST /tokens' },
        session: { type: 'apiKey', in: 'cookie', name: 'amphi-central', description: 'Set by POST /session' },
      },
    },
  };
}

const json = (schema: JsonSchema): object => ({ 'application/json': { schema } });
const REFUSAL = { description: 'Why it is not done', content: json({ $ref: '#/components/schemas/Refusal' }) };
const TEXT = { description: 'Why it is not done', content: { 'text/plain': { schema: { type: 'string' } } } };

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
  const { $schema: _, ...whole } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return whole;
};

function operationOf({ id, summary, allows, params, query, body, answer, status }: AnyRoute): object {
  const parameters = [...parametersOf(params, 'path'), ...parametersOf(query, 'query')];
  const good = answer
    ? { [status ?? 200]: { description: summary, content: json(schemaOf(answer, 'output')) } }
    : { 204: { description: 'It is done' } };
  return {
    operationId: id,
    summary,
    ...(allows === 'anyone'
      ? { security: [] }
      : { description: `For admins${allows.map((role) => `, ${role}s`).join('')}.` }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: json(schemaOf(body, 'input')) } } : {}),
    responses: {
      ...good,
      ...(params || query || body ? { 400: REFUSAL } : {}),
      ...(params ? { 404: REFUSAL } : {}),
      ...(allows === 'anyone' ? {} : { 401: TEXT, 403: TEXT }),
    },
  };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): object[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: one,
  }));
}

const text = (description: string): object => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' } } },
});
const object = (description: string): object => ({ description, content: json({ type: 'object' }) });

/** What is no row of the API. */
const OTHERS = {
  [`${API}/import`]: {
    post: {
      operationId: 'importLectures',
      summary: 'A semester of lectures from CSV or iCalendar: all of it, or nothing',
      description: 'For admins, schedulers. `dryRun=true` only tells what would be done.',
      parameters: ['dryRun', 'timeZone', 'series', 'hall', 'unknownHalls', 'cancelMissing'].map((name) => ({
        name,
        in: 'query',
        required: false,
        schema: { type: 'string' },
      })),
      requestBody: { required: true, content: { 'text/csv': {}, 'text/calendar': {}, 'multipart/form-data': {} } },
      responses: { 200: object('Done'), 400: REFUSAL, 422: object('Mistakes and conflicts; nothing was done') },
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
