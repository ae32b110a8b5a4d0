import { nearest } from '#lib/runtime/texts/nearest.ts';
import { quoted, type Mistakes } from './mistakes.ts';

/** A piece of a definition, as YAML and XML have it alike: a text, a list, or named parts. */
export interface Part {
  /** Key or name of the element; `''` for a nameless entry of a list. */
  name: string;
  line: number;
  kind: 'text' | 'list' | 'map';
  /** Text; `''` if the kind is another. */
  text: string;
  parts: readonly Part[];
}

/** Number of parts of a definition; one with more is refused. */
export const MOST_PARTS = 50_000;
/** Number of levels of a definition; a deeper one is refused. Those of Opencast have seven. */
export const MOST_LEVELS = 16;

/** The named parts of a part; those that are unknown, twice there, or of a wrong kind are mistakes. */
export interface NamedParts {
  text(name: string): string | undefined;
  part(name: string): Part | undefined;
  /** Texts of a list: `[a, b]` or `<tags><tag>a</tag></tags>`; `''` is no entry. */
  texts(name: string, most: number): string[];
}

/** Opens the named parts of a part. `known` has all names that it may have. */
export function openNamedParts(of: Part, what: string, known: readonly string[], mistakes: Mistakes): NamedParts {
  const byName = new Map<string, Part>();
  for (const one of of.parts) {
    if (!known.includes(one.name))
      mistakes.add(one.line, `${what} has no ${quoted(one.name)}${didYouMean(one.name, known)}`);
    else if (byName.has(one.name)) mistakes.add(one.line, `${one.name} is there twice`);
    else byName.set(one.name, one);
  }
  const text = (name: string): string | undefined => {
    const one = byName.get(name);
    if (one === undefined || isEmpty(one)) return undefined;
    if (one.kind !== 'text') mistakes.add(one.line, `${name} must be a text, not a list or a map`);
    return one.text.trim() || undefined;
  };
  const texts = (name: string, most: number): string[] => {
    const one = byName.get(name);
    if (one === undefined || isEmpty(one)) return [];
    if (one.kind !== 'list') mistakes.add(one.line, `${name} must be a list`);
    if (one.parts.length > most) mistakes.add(one.line, `${name} has more than ${most} entries`);
    return one.parts.slice(0, most).flatMap((entry) => {
      if (entry.kind !== 'text') mistakes.add(entry.line, `an entry of ${name} must be a text`);
      return entry.text.trim() === '' ? [] : [entry.text.trim()];
    });
  };
  return { text, texts, part: (name) => byName.get(name) };
}

/** Whether nothing is in a part: `tags:` and `<tags/>` are as good as none. */
export const isEmpty = (part: Part): boolean => part.parts.length === 0 && part.text.trim() === '';

/** The end of a message that names the nearest known word; `''` if none is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
