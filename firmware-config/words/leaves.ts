import { z } from 'zod';
import { fileSchema } from '../schema/config.ts';
import { told, type KeyWords, type Told } from '../schema/key.ts';

/** A part of a schema in the form of JSON Schema, with its words. */
export interface Schema extends Told {
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | false;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
}

/**
 * A key that has a value: `device.inputs.N.source.url`, with `N` for a number or a name, `[]` for an item of a list.
 */
export interface Leaf {
  key: string;
  /** Schemas of the key; several if it is in several kinds of items. */
  schemas: Schema[];
  /** Words of the key; undefined if it has none. */
  words: KeyWords | undefined;
}

const isObject = ({ type, oneOf, anyOf }: Schema): boolean =>
  type === 'object' || [...(oneOf ?? []), ...(anyOf ?? [])].some((one) => one.type === 'object');

/** All keys of a schema, in its order. */
export function leavesOf(schema: Schema): Leaf[] {
  const found = new Map<string, Leaf>();
  const visit = (one: Schema, path: string, around?: KeyWords): void => {
    const { items, additionalProperties: inner, oneOf, anyOf, words = around } = one;
    if (one.type === 'array' && items && isObject(items)) return visit(items, `${path}[]`);
    if (one.type !== 'object' && isObject(one)) {
      for (const each of [...(oneOf ?? []), ...(anyOf ?? [])]) visit(each, path, words);
      return;
    }
    if (one.type !== 'object') {
      const known = found.get(path);
      return void found.set(path, {
        key: path,
        schemas: [...(known?.schemas ?? []), one],
        words: known?.words ?? words,
      });
    }
    if (inner && typeof inner === 'object') visit(inner, `${path}.N`);
    for (const [name, each] of Object.entries(one.properties ?? {})) visit(each, path ? `${path}.${name}` : name);
  };
  visit(schema, '');
  return [...found.values()];
}

/** A schema with the words of its keys. */
export const jsonSchemaOf = (schema: z.ZodType): Schema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', metadata: told }) as Schema;

/**
 * All keys of the configuration. They are computed when the program starts, since that takes longer than a running box
 * may be blocked.
 */
export const configLeaves: readonly Leaf[] = leavesOf(jsonSchemaOf(fileSchema));
