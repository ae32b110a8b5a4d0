/** Parts of an OpenAPI document that the box uses, and their words. Pure. */

export interface JsonSchema {
  $ref?: string;
  type?: string | readonly string[];
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
  allOf?: readonly JsonSchema[];
  enum?: readonly unknown[];
  const?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

interface Content {
  schema?: JsonSchema;
  example?: unknown;
}

export interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags: readonly string[];
  parameters?: readonly { name: string; in: string; required?: boolean; description?: string; schema: JsonSchema }[];
  requestBody?: { description?: string; content: Record<string, Content> };
  responses: Record<string, { $ref?: string; description?: string; content?: Record<string, Content> }>;
}

export interface OpenApi {
  info: { title: string; version: string; description?: string };
  tags: readonly { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

export interface Entry {
  method: string;
  path: string;
  operation: Operation;
}

/** Operations by their section, in the order of the document. */
export function sectionsOf({ tags, paths }: OpenApi): { name: string; description: string; entries: Entry[] }[] {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  return tags
    .map(({ name, description }) => ({
      name,
      description,
      entries: all.filter(({ operation }) => operation.tags.includes(name)),
    }))
    .filter(({ entries }) => entries.length > 0);
}

/** The name of the schema that a reference leads to. */
export const nameOfRef = (ref: string): string => ref.split('/').at(-1) ?? ref;

/** The schema that a reference leads to; any other schema as it is. */
export function resolved(schema: JsonSchema, { components }: Pick<OpenApi, 'components'>): JsonSchema {
  return schema.$ref === undefined ? schema : (components.schemas[nameOfRef(schema.$ref)] ?? {});
}

/** A type in a few words: `integer, 1 to 16`, `list of Layout`, `"A" or "B"`. */
export function typeWords(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return nameOfRef(schema.$ref);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const branches = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (branches) return [...new Set(branches.map(typeWords))].join(' | ');
  if (schema.type === 'array') return `[${typeWords(schema.items ?? {})}]`;
  const { minimum, maximum, maxLength } = schema;
  const range = minimum !== undefined && maximum !== undefined ? ` ${minimum}–${maximum}` : '';
  const length = maxLength === undefined ? '' : ` ≤ ${maxLength}`;
  return `${[schema.type ?? 'any'].flat().join(' | ')}${range}${length}`;
}

export interface Row {
  name: string;
  depth: number;
  type: string;
  isRequired: boolean;
  description: string | undefined;
}

/** Depth of the parts that are told; deeper ones are left out. */
const DEEPEST = 4;

/** The parts of a schema, each in a row, followed by its own parts. */
export function rowsOf(schema: JsonSchema, document: Pick<OpenApi, 'components'>, depth = 0): Row[] {
  const whole = resolved(schema, document);
  const branches = whole.oneOf ?? whole.anyOf;
  if (branches && depth < DEEPEST) return branches.flatMap((one) => rowsOf(one, document, depth));
  const inner = whole.type === 'array' ? resolved(whole.items ?? {}, document) : whole;
  return Object.entries(inner.properties ?? {}).flatMap(([name, part]) => [
    {
      name,
      depth,
      type: typeWords(part),
      description: part.description,
      isRequired: inner.required?.includes(name) ?? false,
    },
    ...(depth + 1 < DEEPEST ? rowsOf(part, document, depth + 1) : []),
  ]);
}
