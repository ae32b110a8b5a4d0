import { effect, signal } from '@preact/signals';
import { asSet, preferred, type Language } from './typography.ts';

export { asSet, preferred, type Language };
type Text = string | ((...values: never[]) => string);
type Table = Record<string, Record<Language, Text>>;
/** The type that a text must have in the other language: a text, or a function with the same parameters. */
type Kind<One> = One extends (...values: infer Values) => string ? (...values: Values) => string : string;
/** A table in which each entry has both languages with the same parameters; any other table does not compile. */
type Whole<Of extends Table> = {
  readonly [Key in keyof Of]: { fr: Kind<Of[Key]['en']>; en: Kind<Of[Key]['fr']> };
};

const KEPT = 'amphi-language';

/** The language of the page: the browser's, until a person chooses. */
export const language = signal<Language>('en');

/** Sets the language that was chosen before, or else the one that the browser prefers. */
export function startLanguage(): void {
  const kept = keptIn(KEPT);
  language.value = kept === 'fr' || kept === 'en' ? kept : preferred(navigator.languages);
  effect(() => void (document.documentElement.lang = language.value));
}

/** Sets a language, and keeps it for the next visit. */
export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  keep(KEPT, chosen);
}

const set = (text: Text | undefined): Text | undefined => {
  if (language.value !== 'fr' || text === undefined) return text;
  return typeof text === 'string' ? asSet(text) : (...values: never[]) => asSet(text(...values));
};

/** Makes a table of texts in both languages that is read in the current language: `words.ready`, `words.hours(3)`. */
export function bilingual<Of extends Table>(
  table: Of & Whole<Of>,
): { readonly [Key in keyof Of]: Kind<Of[Key]['en']> } {
  const rows: Table = table;
  const read = Object.fromEntries(
    Object.keys(rows).map((key) => [key, { enumerable: true, get: () => set(rows[key]?.[language.value]) }]),
  );
  return Object.defineProperties({}, read) as never;
}

/** A name and its value with the colon of the current language: `Logo: a.png`, in French `Logo : a.png`. */
export const named = (name: string, value: string): string =>
  language.value === 'fr' ? `${name}\u00a0: ${value}` : `${name}: ${value}`;

/** The value that the browser keeps for a key; undefined if there is none, or if storage is forbidden. */
export function keptIn(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value in the browser; without effect if storage is forbidden. */
export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is forbidden: the choice lasts as long as the page.
  }
}
