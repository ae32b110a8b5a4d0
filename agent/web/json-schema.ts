import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/**
 * The JSON schema (2020-12) of what may be sent (`input`) or of what is given (`output`). Schemas with a name stand in
 * `$defs`. What zod checks by a function cannot be said in JSON schema: it is left out.
 */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...whole } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      // Only a strict object is closed: of any other, whoever reads it must expect more.
      if (zodSchema._zod.def.type === 'object' && !('catchall' in zodSchema._zod.def))
        delete jsonSchema.additionalProperties;
    },
  });
  return tidy(whole) as JsonSchema;
}

/** Without limits that only say what a number of JavaScript can hold, and with choices as one list. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(
      ([key, inner]) => !(/^(minimum|maximum)$/.test(key) && Math.abs(inner as number) >= Number.MAX_SAFE_INTEGER),
    )
    .map(([key, inner]) => [key, tidy(inner)] as const);
  return asChoice(Object.fromEntries(entries));
}

function asChoice(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf) || !anyOf.every((one: JsonSchema) => 'const' in one)) return schema;
  const [type] = anyOf.map((one: JsonSchema) => one['type']);
  return { ...rest, type, enum: anyOf.map((one: JsonSchema) => one['const']) };
}
