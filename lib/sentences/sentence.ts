/** Sentences that people read: a key and its values, besides the English text, which programs and logs use. Pure. */

/** The languages of the pages. */
export type Language = 'fr' | 'en';

/**
 * A sentence by its key. A value that is a sentence is written in the same language; a list is written with `; `
 * between.
 */
export interface Sentence {
  key: string;
  values: Readonly<Record<string, SentenceValue>>;
}
/** A value that fills a place in a sentence. */
export type SentenceValue = string | Sentence | readonly (string | Sentence)[];

/**
 * The words of a sentence. `{name}` is the place of a value, `{names;}` that of a list with `; ` between; each value
 * may be a sentence.
 */
export interface Words extends Readonly<Record<Language, string>> {
  /** English for people, if `en` is the text of a library. */
  readonly plain?: string;
}
/** Sentences by their keys. */
export type Sentences = Readonly<Record<string, Words>>;

/** Length of a text in characters; a longer one is not looked up, since no sentence is so long. */
const LONGEST = 4000;
/** Depth of sentences within sentences that are looked up; a deeper one stays a text. */
const DEEPEST = 4;

interface Shape {
  key: string;
  /** Texts around the values; one more than there are values. */
  fixed: readonly string[];
  names: readonly string[];
}

/** Finds the key of English texts. */
export interface Keys {
  /** The sentence behind an English text; undefined if there is none. The work grows with the length of the text. */
  keyed(text: string): Sentence | undefined;
}

/** Opens the keys of sentences. If several sentences fit a text, the one with the most fixed letters counts. */
export function openKeys(sentences: Sentences): Keys {
  const shapes = Object.entries(sentences)
    .map(([key, { en }]) => shapeOf(key, en))
    .toSorted((a, b) => lettersOf(b) - lettersOf(a));
  const keyedAt = (text: string, depth: number): Sentence | undefined => {
    if (text.length > LONGEST || depth > DEEPEST) return undefined;
    for (const shape of shapes) {
      const given = valuesIn(text, shape);
      if (given) return { key: shape.key, values: filled(shape, given, (one) => keyedAt(one, depth + 1) ?? one) };
    }
    return undefined;
  };
  return { keyed: (text) => keyedAt(text, 0) };
}

const PLACE = /\{(\w+;?)\}/g;

function shapeOf(key: string, template: string): Shape {
  const parts = template.split(PLACE);
  return {
    key,
    fixed: parts.filter((_, index) => index % 2 === 0),
    names: parts.filter((_, index) => index % 2 === 1),
  };
}

const lettersOf = ({ fixed }: Shape): number => fixed.reduce((sum, one) => sum + one.length, 0);

/**
 * The values in a text: each ends where the next fixed text begins, the last one at the end. Each position is tried
 * once.
 */
function valuesIn(text: string, { fixed, names }: Shape): string[] | undefined {
  const [first = '', ...rest] = fixed;
  if (names.length === 0) return text === first ? [] : undefined;
  if (!text.startsWith(first)) return undefined;
  const values: string[] = [];
  let from = first.length;
  for (const [index, one] of rest.entries()) {
    const isLast = index === rest.length - 1;
    const to = isLast ? text.length - one.length : text.indexOf(one, from);
    if (to < from || (isLast && !text.endsWith(one))) return undefined;
    values.push(text.slice(from, to));
    from = to + one.length;
  }
  return values;
}

function filled({ names }: Shape, given: readonly string[], inner: (text: string) => string | Sentence) {
  const entries = names.map((name, index): [string, SentenceValue] => {
    const text = given[index] ?? '';
    return name.endsWith(';') ? [name.slice(0, -1), text.split('; ').map(inner)] : [name, inner(text)];
  });
  return Object.fromEntries(entries);
}

/** A sentence in a language; undefined for a key that is not among them, such as one of a newer box. */
export function inWords({ key, values }: Sentence, sentences: Sentences, language: Language): string | undefined {
  const row = Object.hasOwn(sentences, key) ? sentences[key] : undefined;
  const words = (language === 'en' ? row?.plain : undefined) ?? row?.[language];
  const valueOf = (name: string): SentenceValue | undefined => (Object.hasOwn(values, name) ? values[name] : undefined);
  return words?.replaceAll(PLACE, (_, place: string) => {
    const name = place.replace(';', '');
    return valueInWords(valueOf(name), sentences, language);
  });
}

function valueInWords(value: SentenceValue | undefined, sentences: Sentences, language: Language): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if ('key' in value) return inWords(value, sentences, language) ?? value.key;
  return value.map((one) => valueInWords(one, sentences, language)).join(' ; ');
}
