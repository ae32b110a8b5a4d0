import type { Told } from '#firmware-config/schema/key.ts';
import { WHOLE } from './document.ts';

/** A JSON schema, as far as the configuration uses it, with the words of its keys. */
export interface Schema extends Told {
  type?: string;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  items?: Schema;
  oneOf?: readonly Schema[];
  anyOf?: readonly Schema[];
  const?: unknown;
  enum?: readonly unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
}

/** Kind of field that a schema is shown as. */
export type Kind =
  | { kind: 'group'; properties: Record<string, Schema> }
  | { kind: 'map'; inner: Schema; names: readonly string[] | undefined }
  | { kind: 'list'; inner: Schema }
  | { kind: 'choice'; values: readonly unknown[] }
  /** One of several shapes; the value of the key `by` tells which. */
  | { kind: 'shape'; by: string; shapes: ReadonlyMap<string, Schema> }
  /** A value that may be missing (null). */
  | { kind: 'perhaps'; inner: Schema }
  | { kind: 'number'; isWhole: boolean; minimum: number | undefined; maximum: number | undefined }
  | { kind: 'tick' }
  | { kind: 'text'; maxLength: number | undefined }
  | { kind: 'any' };

/** Size from which on a limit means none, and is not shown. */
const LARGEST = 2 ** 50;
const limit = (value: number | undefined): number | undefined =>
  value !== undefined && Math.abs(value) < LARGEST ? value : undefined;

/** The kind of field for a schema. */
export function kindOf(schema: Schema): Kind {
  const { type, properties, additionalProperties, items, maxLength } = schema;
  const branches = schema.oneOf ?? schema.anyOf;
  if (schema.enum) return { kind: 'choice', values: schema.enum };
  if (branches) return kindOfBranches(branches);
  if (type === 'object' && properties && Object.keys(properties).length > 0) return { kind: 'group', properties };
  if (type === 'object' && typeof additionalProperties === 'object') {
    const names = schema.propertyNames?.enum as readonly string[] | undefined;
    return { kind: 'map', inner: additionalProperties, names };
  }
  if (type === 'array' && items) return { kind: 'list', inner: items };
  if (type === 'integer' || type === 'number') {
    const { minimum, maximum } = schema;
    return { kind: 'number', isWhole: type === 'integer', minimum: limit(minimum), maximum: limit(maximum) };
  }
  if (type === 'boolean') return { kind: 'tick' };
  if (type === 'string') return { kind: 'text', maxLength };
  return { kind: 'any' };
}

function kindOfBranches(branches: readonly Schema[]): Kind {
  if (branches.every((one) => 'const' in one)) return { kind: 'choice', values: branches.map((one) => one.const) };
  const others = branches.filter(({ type }) => type !== 'null');
  const [only] = others;
  if (others.length === 1 && only) return { kind: 'perhaps', inner: only };
  const by = Object.entries(branches[0]?.properties ?? {}).find(([, inner]) => 'const' in inner)?.[0];
  if (by === undefined) return { kind: 'any' };
  return { kind: 'shape', by, shapes: new Map(branches.map((one) => [String(one.properties?.[by]?.const), one])) };
}

/** The simplest value that fits a schema, for something that was just added. */
export function blankOf(schema: Schema): unknown {
  if (schema.default !== undefined) return schema.default;
  if ('const' in schema) return schema.const;
  const kind = kindOf(schema);
  switch (kind.kind) {
    case 'group':
      return Object.fromEntries((schema.required ?? []).map((key) => [key, blankOf(kind.properties[key] ?? {})]));
    case 'choice':
      return kind.values[0];
    case 'shape':
      return blankOf([...kind.shapes.values()][0] ?? {});
    case 'number':
      return kind.minimum ?? 0;
    case 'tick':
      return false;
    case 'text':
      return '';
    case 'list':
      return [];
    case 'map':
      return {};
    case 'perhaps':
    case 'any':
      return null;
  }
}

/** The schema one step further on a path: by a key, a name or number in a map, or a place in a list. */
function stepInto(schema: Schema, step: string | number): Schema | undefined {
  const own = typeof step === 'number' ? schema.items : schema.properties?.[step];
  if (own) return own;
  const { additionalProperties: kept } = schema;
  if (typeof step === 'string' && typeof kept === 'object') return kept;
  for (const branch of schema.oneOf ?? schema.anyOf ?? []) {
    const found = stepInto(branch, step);
    if (found) return found;
  }
  return undefined;
}

/**
 * Whether a key may be left out of a value that is kept whole, such as a source. Keys of the settings themselves may
 * not.
 */
export function isOptional(schema: Schema, path: readonly (string | number)[]): boolean {
  const within = path.map((_, index) => path.slice(0, index).join('.'));
  if (!within.some((one) => WHOLE.test(one))) return false;
  const around = schemaAt(schema, path.slice(0, -1));
  const key = String(path.at(-1));
  const shapes = [around, ...(around?.oneOf ?? []), ...(around?.anyOf ?? [])].filter((one) => one?.properties?.[key]);
  return shapes.every((one) => !one?.required?.includes(key));
}

/** The schema of a place, with its words; undefined if there is no such place. */
export const schemaAt = (schema: Schema, path: readonly (string | number)[]): Schema | undefined =>
  path.reduce<Schema | undefined>((inner, step) => inner && stepInto(inner, step), schema);
