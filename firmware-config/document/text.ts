import { Document, isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Pair, type YAMLMap } from 'yaml';
import type { z } from 'zod';

/** Reads texts of configurations: gives their values, or all their mistakes. */

/** A value from a flag or the environment, with its place. */
export interface Override {
  /** Name for messages, as a person wrote it: `--http-port` or `AMPHI_HTTP_PORT`. */
  from: string;
  path: readonly string[];
  value: string | number | boolean;
}

/** Mistakes of a configuration, all at once, each with its place and what would be right. */
export class ConfigError extends Error {
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(
      `${mistakes.length === 1 ? 'there is a mistake' : `there are ${mistakes.length} mistakes`} in the configuration:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`,
    );
    this.mistakes = mistakes;
  }
}

/** Settings of reading a text. */
export interface Reading {
  /** Name of the file, for messages. */
  name: string;
  overrides?: readonly Override[];
  /** Gives the message for a key that the schema does not have; without it there is a general one. */
  about?: (key: string) => string;
  /** Changes values before they are checked. */
  prepare?: (document: Document) => void;
}

/**
 * The value of a text (YAML or JSON), checked by a schema. Throws a ConfigError with all mistakes, each with line and
 * column.
 */
export function checkedText<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  { name, overrides = [], about = () => 'there is no such key', prepare = () => undefined }: Reading,
): z.infer<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  if (document.errors.length > 0)
    throw new ConfigError(document.errors.map(({ pos, message }) => `${place(pos[0])}: ${message}`));
  const repeated = repeatedKeys(document);
  if (repeated.length > 0) throw new ConfigError(repeated.map((offset) => `${place(offset)}: Map keys must be unique`));
  prepare(document);
  const raw = valueOf(document, name) ?? {};
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throw new ConfigError([`${name}:1:1: must be a list of keys and values`]);
  for (const { path, value } of overrides) setIn(raw as Record<string, unknown>, path, value);
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const pairOf = openPairs();
  const mistakes = parsed.error.issues.flatMap((issue) => {
    const override = overrides.find(({ path }) => path.join('.') === issue.path.join('.'));
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return keys.map((key) => {
      const path = key === undefined ? issue.path : [...issue.path, key];
      const where = override ? override.from : placeOf(document, path, { place, pairOf, name });
      return `${where}: ${path.join('.')}: ${key === undefined ? issue.message : about(path.join('.'))}`;
    });
  });
  throw new ConfigError(mistakes);
}

/**
 * Words that readers of YAML 1.1 take for true, false or a number; they are written with quotes, which make them text
 * for all readers.
 */
const TAKEN = /^(y|n|yes|no|on|off|[-+]?\d[\d_]*(:[0-5]?\d)+(\.\d*)?)$/i;

/** A value as YAML. Numeric keys have no quotes; a long text stays on one line. */
export function yamlOf(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && TAKEN.test(node.value)) node.type = 'QUOTE_SINGLE';
    },
  });
  return document.toString({ lineWidth: 0 }).replaceAll(/^(\s*)"(\d+)":/gm, '$1$2:');
}

/**
 * The value of a document. Throws a ConfigError for aliases that are unknown, circular, or expand to more than a
 * configuration can contain.
 */
function valueOf(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new ConfigError([`${name}:1:1: ${(error as Error).message}`]);
  }
}

/** Line and column of a key, or of the nearest one around it. */
function placeOf(
  document: Document,
  path: readonly PropertyKey[],
  { place, pairOf, name }: { place: (offset: number) => string; pairOf: PairOf; name: string },
): string {
  let node: unknown = document.contents;
  let found = name;
  for (const key of path) {
    // Keys of a file may be numbers (`1:`); keys of a path are always texts.
    const pair = isMap(node) ? pairOf(node, String(key)) : undefined;
    node = isSeq(node) ? node.items[Number(key)] : pair?.value;
    const range = isScalar(pair?.key) ? pair.key.range : nodeRange(node);
    if (!range) break;
    found = place(range[0]);
  }
  return found;
}

type PairOf = (map: YAMLMap, key: string) => Pair | undefined;

/** Finds pairs of a map by their keys. Each map is read only once, however many keys are looked up. */
function openPairs(): PairOf {
  const known = new Map<YAMLMap, Map<string | undefined, Pair>>();
  return (map, key) => {
    const pairs = known.get(map) ?? new Map(map.items.map((pair) => [textOf(pair.key), pair]));
    known.set(map, pairs);
    return pairs.get(key);
  };
}

const textOf = (key: unknown): string | undefined => (isScalar(key) ? String(key.value) : undefined);

/**
 * Offsets of keys that occur twice in a map; the check of the YAML library compares each key with all others, which is
 * too slow. A number and its text count as the same key, as in an object.
 */
function repeatedKeys(document: Document): number[] {
  const offsets: number[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        const text = textOf(key);
        if (text === undefined) continue;
        if (seen.has(text)) offsets.push(nodeRange(key)?.[0] ?? 0);
        seen.add(text);
      }
    },
  });
  return offsets.toSorted((a, b) => a - b);
}

const nodeRange = (node: unknown): readonly [number, number, number] | undefined =>
  (node as { range?: [number, number, number] } | undefined)?.range;

function setIn(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = target[key];
  const next = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
  target[key] = next;
  setIn(next, rest, value);
}
