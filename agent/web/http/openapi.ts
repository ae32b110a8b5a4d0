import * as answers from '../views/answers.ts';
import { jsonSchemaOf, type JsonSchema } from './json-schema.ts';
import { API, TAGS, type Route } from './route.ts';
import { z } from 'zod';

/** Describes all routes as an OpenAPI 3.1 document; nothing is said here that the routes do not say themselves. */
export function openApiOf(routes: readonly Route[], version: string): object {
  const components: Record<string, JsonSchema> = {};
  const lift = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    // Inside a list, also a schema that has a name itself is a reference.
    const { $defs = {}, items } = jsonSchemaOf(z.array(schema), io);
    for (const [name, definition] of Object.entries($defs as object))
      components[name] = withReferences(definition) as JsonSchema;
    return withReferences(items) as JsonSchema;
  };
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    (paths[`${API}${route.path}`] ??= {})[route.method.toLowerCase()] = operationOf(route, lift);
  }
  const refusal = lift(answers.refusal, 'output');
  return {
    openapi: '3.1.0',
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
    paths: { ...paths, ...OTHERS },
    components: {
      schemas: components,
      responses: { Refusal: { description: 'Why it is not done', content: json(refusal, EXAMPLE_REFUSAL) } },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The token of the box: an administrator' },
        password: { type: 'http', scheme: 'basic', description: 'An account of the box, `admin` or `user`' },
        session: { type: 'apiKey', in: 'cookie', name: 'amphi-{port}', description: 'Set by POST /session' },
      },
    },
  };
}

function json(schema: JsonSchema, example: unknown): object {
  return { 'application/json': { schema, ...(example === undefined ? {} : { example }) } };
}

type Lift = (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;

const EXAMPLE_REFUSAL = {
  error: {
    code: 'E13',
    text: 'body.picture.tint: Too big: expected number to be <=127',
    mistakes: [{ at: 'body.picture.tint', text: 'Too big: expected number to be <=127' }],
  },
};

const STATUS_OK = { type: 'object', properties: { status: { const: 'ok' } }, required: ['status'] };

/** What is no row of the API. */
const OTHERS = {
  '/healthz': {
    get: {
      operationId: 'getHealth',
      summary: 'Does the server answer?',
      tags: ['box'],
      security: [],
      responses: { 200: { description: 'It does', content: json(STATUS_OK, { status: 'ok' }) } },
    },
  },
  [`${API}/openapi.json`]: {
    get: {
      operationId: 'getOpenApi',
      summary: 'This document',
      tags: ['box'],
      responses: {
        200: { description: 'OpenAPI 3.1', content: json({ type: 'object' }, { openapi: '3.1.0' }) },
        401: { $ref: '#/components/responses/Refusal' },
      },
    },
  },
};

function operationOf(route: Route, lift: Lift): object {
  const parameters = [...parametersOf(route.params, 'path', lift), ...parametersOf(route.query, 'query', lift)];
  return {
    operationId: route.id,
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    tags: [route.tag],
    ...(route.access === 'open' ? { security: [] } : { 'x-access': route.access }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...requestBodyOf(route, lift),
    responses: { ...answersOf(route, lift), ...refusalsOf(route) },
  };
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query', lift: Lift): object[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = lift(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description ? { description } : {}),
    schema,
  }));
}

function requestBodyOf({ body, bodyExample, upload }: Route, lift: Lift): object {
  if (upload) {
    const content = Object.fromEntries(upload.media.map((media) => [media, {}]));
    return { requestBody: { required: true, description: `${upload.maxBytes} bytes at most`, content } };
  }
  if (!body) return {};
  const required = !body.safeParse({}).success;
  return { requestBody: { required, content: json(lift(body, 'input'), bodyExample) } };
}

function answersOf(route: Route, lift: Lift): object {
  if ('run' in route) {
    const { status = 200, summary, answer, answerExample } = route;
    return { [status]: { description: summary, content: json(lift(answer, 'output'), answerExample) } };
  }
  const entries = Object.entries(route.answers).map(([status, { text, media }]) => {
    if (!media) return [status, { description: text }];
    const content = Number(status) >= 400 ? json({ $ref: '#/components/schemas/Refusal' }, undefined) : { [media]: {} };
    return [status, { description: text, content }];
  });
  return Object.fromEntries(entries) as object;
}

/** What may be refused follows from what is asked for; `refusals` adds the rest. */
export function refusalsOf(route: Route): Record<number, object> {
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
  return Object.fromEntries([...statuses].map((status) => [status, { $ref: '#/components/responses/Refusal' }]));
}

/** `$defs` of single schemas are components of the document. */
function withReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withReferences);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' ? String(inner).replace('#/$defs/', '#/components/schemas/') : withReferences(inner),
    ]),
  );
}
