import { z } from 'zod';

/** A word in both languages, or one that is the same in both. */
export type Said = string | { en: string; fr: string };

/** The words of a key for the reference, forms and differences. Type, range and default are the schema's. */
export interface KeyWords {
  /** What a form calls it: a noun of at most four words. */
  label?: Said;
  /** What it is, for the help below the field and the reference: English, with Markdown's code marks. */
  en: string;
  /** French; without it the page shows the English. */
  fr?: string;
  /** What the help below the field says instead, where `en` and `fr` speak of the values as files have them. */
  help?: Said;
  unit?: Said;
  /** The form of a text, if the schema's limits do not tell it. */
  form?: Said;
  /** What the values of a choice are called. */
  values?: Readonly<Record<string, Said>>;
  /** The default in words. */
  standard?: string;
  /** Rows of the control protocol that set it. */
  sis?: readonly string[];
}

/** The English of a word. */
export const inEnglish = (said: Said): string => (typeof said === 'string' ? said : said.en);

/** Sections of the settings page. */
export type Section = 'hall' | 'inputs' | 'picture' | 'sound' | 'encoders' | 'streams' | 'control';

/** What JSON schemas made with `told` contain besides type and range. */
export interface Told {
  words?: KeyWords;
  /** Heading of a group of keys. */
  name?: Said;
  /** Section of a key directly under `device`; without one it is in `hall`. */
  section?: Section;
}

/** The words of schemas. Passed to `z.toJSONSchema` as `metadata`, they appear in the JSON schema. */
export const told = z.registry<Told>();
/** The values of a new box. */
export const factoryValues = z.registry<{ value: unknown }>();

interface OfKey<Value> extends KeyWords {
  /** Value in a new box. A group may give another one for its key. */
  factory?: Value;
  section?: Section;
}

/** One setting with its schema, its words, and its value in a new box. */
export function key<Schema extends z.ZodType>(schema: Schema, row: OfKey<NoInfer<z.output<Schema>>>): Schema {
  const { factory, section, ...words } = row;
  const own = schema.clone();
  told.add(own, { ...told.get(schema), words, ...(section && { section }) });
  if (factory !== undefined) factoryValues.add(own, { value: factory });
  return own;
}

/** A group of keys with a name for people. */
export function group<Schema extends z.ZodType>(schema: Schema, name: Said, section?: Section): Schema {
  const own = schema.clone();
  told.add(own, { ...told.get(schema), name, ...(section && { section }) });
  return own;
}

/** The values of a group in a new box: those of its rows, except for `otherwise`. Throws for a key without a value. */
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

/** The value of a schema in a new box; lists, and what is kept by name or number, are empty. */
function valueOf(schema: z.ZodType): unknown {
  const own = factoryValues.get(schema);
  if (own) return own.value;
  if (schema instanceof z.ZodObject) return factoryOf(schema);
  if (schema instanceof z.ZodRecord) return {};
  return schema instanceof z.ZodArray ? [] : undefined;
}
