import { z } from 'zod';
import { jsonSchemaOf, type JsonSchema } from './json-schema.ts';
import type { Route } from './route.ts';

/** The parts of the document that are not made from rows. */
export interface Document<Row> {
  /** Path before all rows: `/api/v1`. */
  base: string;
  /** The parts `info`, `servers`, `security` and `tags` of OpenAPI. */
  head: Record<string, unknown>;
  securitySchemes: Record<string, object>;
  /** The body of every refusal, with an example. */
  refusal: z.ZodType;
  refusalExample?: object;
  /** Paths that are not rows. */
  others: Record<string, object>;
  /** Gives the rights of an operation (`security`, `x-…`, `description`). */
  accessOf(row: Row): object;
  /** Gives the possible refusals of an operation, by status. */
  refusalsOf(row: Row): object;
}

/** Reference to the refusal in the document. */
export const REFUSAL = { $ref: '#/components/responses/Refusal' };

/** Describes rows as an OpenAPI 3.1 document; schemas with names are its components. */
export function openApiOf<Row extends Route>(routes: readonly Row[], document: Document<Row>): object {
  const { base, head, others, securitySchemes, refusal, refusalExample } = document;
  const schemas: Record<string, JsonSchema> = {};
  const lift = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    // Inside of a list, a schema with a name becomes a reference.
    const { $defs = {}, items } = jsonSchemaOf(z.array(schema), io);
    for (const [name, definition] of Object.entries($defs as object))
      schemas[name] = withReferences(definition) as JsonSchema;
    return withReferences(items) as JsonSchema;
  };
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    (paths[`${base}${route.path}`] ??= {})[route.method.toLowerCase()] = operationOf(route, document, lift);
  }
  const content = jsonContent(lift(refusal, 'output'), refusalExample);
  const responses = { Refusal: { description: 'Why it is not done', content } };
  return {
    openapi: '3.1.0',
    ...head,
    paths: { ...paths, ...others },
    components: { schemas, responses, securitySchemes },
  };
}

/** A JSON body in OpenAPI's form. */
export function jsonContent(schema: JsonSchema, example?: unknown): object {
  return { 'application/json': { schema, ...(example === undefined ? {} : { example }) } };
}

type Lift = (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;

function operationOf<Row extends Route>(route: Row, document: Document<Row>, lift: Lift): object {
  const parameters = [...parametersOf(route.params, 'path', lift), ...parametersOf(route.query, 'query', lift)];
  return {
    operationId: route.id,
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    ...(route.tag ? { tags: [route.tag] } : {}),
    ...document.accessOf(route),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...requestBodyOf(route, lift),
    responses: { ...answersOf(route, lift), ...document.refusalsOf(route) },
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
  return { requestBody: { required, content: jsonContent(lift(body, 'input'), bodyExample) } };
}

function answersOf(route: Route, lift: Lift): object {
  if ('run' in route) {
    const { status = 200, summary, answer, answerExample } = route;
    if (!answer) return { 204: { description: 'It is done' } };
    return { [status]: { description: summary, content: jsonContent(lift(answer, 'output'), answerExample) } };
  }
  const entries = Object.entries(route.answers).map(([status, { text, media }]) => {
    if (!media) return [status, { description: text }];
    const refusal = { $ref: '#/components/schemas/Refusal' };
    const content = Number(status) >= 400 ? jsonContent(refusal) : { [media]: {} };
    return [status, { description: text, content }];
  });
  return Object.fromEntries(entries) as object;
}

/** The document with the `$defs` of single schemas moved to its components. */
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
