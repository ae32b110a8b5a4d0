import { z } from 'zod';

/** A JSON schema. */
export type JsonSchema = Record<string, unknown>;

/**
 * The JSON schema (2020-12) of what may be sent (`input`) or is given (`output`). Named schemas are in `$defs`. Checks
 * by functions cannot be written in it and are left out.
 */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...whole } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const { def } = zodSchema._zod;
      // Only a strict object excludes further keys; in any other, a reader has to expect them.
      if (def.type === 'object' && !('catchall' in def)) delete jsonSchema.additionalProperties;
    },
  });
  return tidy(whole) as JsonSchema;
}

/** The schema without parts that mean nothing, and with alternatives as one list. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key, inner]) => !isIdle(key, inner))
    .map(([key, inner]) => [key, tidy(inner)] as const);
  return asChoice(Object.fromEntries(entries));
}

/** Whether a part of a schema means nothing: JavaScript's own limits of numbers, and zod's names for patterns. */
function isIdle(key: string, value: unknown): boolean {
  if (key === 'format') return typeof value === 'string' && value.includes('_');
  return /^(minimum|maximum)$/.test(key) && typeof value === 'number' && Math.abs(value) >= Number.MAX_SAFE_INTEGER;
}

function asChoice(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf) || !anyOf.every((one: JsonSchema) => 'const' in one)) return schema;
  const [type] = anyOf.map((one: JsonSchema) => one['type']);
  return { ...rest, type, enum: anyOf.map((one: JsonSchema) => one['const']) };
}
