import { z } from 'zod';
import { fileSchema } from '../schema/config.ts';

/** A part of a schema, as JSON Schema has it. */
export interface Schema {
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

/** A key that holds a value: `device.inputs.N.source.url`, `N` for a number or a name, `[]` for one of a list. */
export interface Leaf {
  key: string;
  /** A key of several kinds of thing has several. */
  schemas: Schema[];
}

const isObject = ({ type, oneOf, anyOf }: Schema): boolean =>
  type === 'object' || [...(oneOf ?? []), ...(anyOf ?? [])].some((one) => one.type === 'object');

/** Every key of a schema, in its order. */
export function leavesOf(schema: Schema): Leaf[] {
  const found = new Map<string, Schema[]>();
  const visit = (one: Schema, path: string): void => {
    const { items, additionalProperties: inner, oneOf, anyOf } = one;
    if (one.type === 'array' && items && isObject(items)) return visit(items, `${path}[]`);
    if (one.type !== 'object' && isObject(one)) {
      for (const each of [...(oneOf ?? []), ...(anyOf ?? [])]) visit(each, path);
      return;
    }
    if (one.type !== 'object') return void found.set(path, [...(found.get(path) ?? []), one]);
    if (inner && typeof inner === 'object') visit(inner, `${path}.N`);
    for (const [name, each] of Object.entries(one.properties ?? {})) visit(each, path ? `${path}.${name}` : name);
  };
  visit(schema, '');
  return [...found].map(([key, schemas]) => ({ key, schemas }));
}

/** Every key of the configuration. */
export const configLeaves = (): Leaf[] =>
  leavesOf(z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' }) as Schema);
