import type { KeyType } from './key-types.ts';

/** Operation of Opencast as data: its names, its keys, and what it reads and makes of a media package. */
export interface CatalogueRow {
  /** Name of today. */
  id: string;
  /** Names that older versions have for it. */
  aliases: readonly string[];
  help: string;
  keys: readonly CatalogueKey[];
  /** What else than `keys` may stand there, such as variables of any name; undefined: nothing. */
  anyKey?: string;
  effects: Effects;
}

/** Configuration key of an operation. */
export interface CatalogueKey {
  /** Name; `N` at the end of a word stands for a number: `source-flavor-part-N`. */
  name: string;
  type: KeyType;
  help: string;
  required: boolean;
  /** Key that may be there in its place, if it is required. */
  instead?: string;
  /** Value without the key; undefined: none. */
  default?: string;
}

/** What an operation reads and makes. Names are those of its keys. */
export interface Effects {
  /** Elements that it selects. */
  reads: readonly Reads[];
  /** Elements that it makes, or that it changes. */
  makes: readonly Makes[];
  /** Whether `makes` is said of the elements that it selects, not of new ones. */
  changes?: boolean;
  /** Variables that it sets: those that its keys name, the one in the value of a key, those with a pattern, or any. */
  sets?: 'keys' | 'any' | { key: string } | { like: RegExp } | 'of tracks';
  /**
   * Place among all others. `all`: it waits for everything before, and everything after waits for it. `last`: it waits for
   * everything before. `gate`: everything after waits for it, as it may stop for a person.
   */
  order?: 'all' | 'last' | 'gate';
  /** Key whose value `true` makes a gate of it. */
  gateBy?: string;
  /** Whether it puts results before viewers. */
  publishes?: boolean;
  /** Whether it only looks at files that came from outside, which all others need it to have done. */
  inspects?: boolean;
  /** Whether it brings files from outside, which have to be inspected. */
  brings?: boolean;
  /** What it changes besides elements, such as comments: operations with one of the same name keep their order. */
  also?: string;
}

/** Selection by the values of keys. Values that are there besides are in `flavor`. */
export interface Reads {
  flavors?: readonly string[];
  tags?: readonly string[];
  mode?: 'or' | 'and';
  /** Flavor that it reads if none of the keys is there, or always if there are no keys. */
  flavor?: string;
}

/** Result: flavor by a key or as it is always, tags by a key. */
export interface Makes {
  /** Key with the flavor. */
  flavors?: readonly string[];
  /** Key with the subtype; the type is that of the source. */
  subtype?: string;
  /** Flavor without the key, or always. */
  flavor?: string;
  /** Key with tags. */
  tags?: readonly string[];
}

/** Makes a key. */
export const key = (
  name: string,
  type: KeyType,
  help: string,
  { required = false, or, instead }: { required?: boolean; or?: string; instead?: string } = {},
): CatalogueKey => ({
  name,
  type,
  help,
  required,
  ...(or === undefined ? {} : { default: or }),
  ...(instead === undefined ? {} : { instead }),
});

/** Makes a row. */
export const row = (
  id: string,
  help: string,
  {
    aliases = [],
    keys = [],
    anyKey,
    ...effects
  }: Partial<Effects> & {
    aliases?: readonly string[];
    keys?: readonly CatalogueKey[];
    anyKey?: string;
  } = {},
): CatalogueRow => ({
  id,
  aliases,
  help,
  keys,
  ...(anyKey === undefined ? {} : { anyKey }),
  effects: { reads: [], makes: [], ...effects },
});
