import { z } from 'zod';

/** Text in both languages, or one that is the same in both. */
export type Said = string | { en: string; fr: string };

/** Words of a key for the reference, forms and differences. Type, range and default come from the schema. */
export interface KeyWords {
  /** Label in a form: a noun of at most four words. */
  label?: Said;
  /** English description, for the help below the field and the reference, with Markdown's code marks. */
  en: string;
  /** French description; without it the page shows the English one. */
  fr?: string;
  /** Help below the field, if it differs: where `en` and `fr` describe the values as files have them. */
  help?: Said;
  unit?: Said;
  /** Form of a text, if the limits of the schema do not tell it. */
  form?: Said;
  /** Names of the values of a choice. */
  values?: Readonly<Record<string, Said>>;
  /** The default in words. */
  standard?: string;
  /** Rows of the control protocol that set it. */
  sis?: readonly string[];
}

/** English of a text. */
export const inEnglish = (said: Said): string => (typeof said === 'string' ? said : said.en);

/** Section of the settings page. */
export type Section = 'hall' | 'inputs' | 'picture' | 'sound' | 'encoders' | 'streams' | 'control';

/** Words of a schema. JSON schemas that are made with the registry `told` contain them besides type and range. */
export interface Told {
  words?: KeyWords;
  /** Heading of a group of keys. */
  name?: Said;
  /** Section of a key directly under `device`; without one it is in `hall`. */
  section?: Section;
}

/** Words of all schemas. Passed to `z.toJSONSchema` as `metadata`, they appear in the JSON schema. */
export const told = z.registry<Told>();
/** Values of a new box. */
export const factoryValues = z.registry<{ value: unknown }>();

interface OfKey<Value> extends KeyWords {
  /** Value in a new box. A group may give another one for its key. */
  factory?: Value;
  section?: Section;
}

/** Makes a setting from its schema, its words and its value in a new box. */
export function key<Schema extends z.ZodType>(schema: Schema, row: OfKey<NoInfer<z.output<Schema>>>): Schema {
  const { factory, section, ...words } = row;
  const own = schema.clone();
  told.add(own, { ...told.get(schema), words, ...(section && { section }) });
  if (factory !== undefined) factoryValues.add(own, { value: factory });
  return own;
}

/** Makes a group of keys with a name for people. */
export function group<Schema extends z.ZodType>(schema: Schema, name: Said, section?: Section): Schema {
  const own = schema.clone();
  told.add(own, { ...told.get(schema), name, ...(section && { section }) });
  return own;
}

/** Values of a group in a new box: those of its rows, except for `otherwise`. Throws for a key without a value. */
export function factoryOf<Shape extends z.ZodRawShape>(
  { shape }: z.ZodObject<Shape>,
  otherwise: Partial<z.output<z.ZodObject<Shape>>> = {},
): z.output<z.ZodObject<Shape>> {
  const values = Object.entries<z.ZodType>(shape as never).flatMap(([name, inner]) => {
    const value = name in otherwise ? otherwise[name as keyof typeof otherwise] : valueOf(inner);
    if (value === undefined && !inner.safeParse(undefined).success) throw new Error(`${name} has no factory value`);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(values) as z.output<z.ZodObject<Shape>>;
}

/** Value of a schema in a new box; lists, and items kept by name or number, are empty. */
function valueOf(schema: z.ZodType): unknown {
  const own = factoryValues.get(schema);
  if (own) return own.value;
  if (schema instanceof z.ZodObject) return factoryOf(schema);
  if (schema instanceof z.ZodRecord) return {};
  return schema instanceof z.ZodArray ? [] : undefined;
}
