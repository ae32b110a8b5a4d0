import { effect, signal } from '@preact/signals';
import { asSet, preferred, type Language } from './typography.ts';

export { asSet, preferred, type Language };
type Text = string | ((...values: never[]) => string);
type Table = Record<string, Record<Language, Text>>;
/** What it is in any language: a text, or what makes one of the same values. */
type Kind<One> = One extends (...values: infer Values) => string ? (...values: Values) => string : string;
/** A text that lacks a language, or takes other values in one, does not compile. */
type Whole<Of extends Table> = {
  readonly [Key in keyof Of]: { fr: Kind<Of[Key]['en']>; en: Kind<Of[Key]['fr']> };
};

const KEPT = 'amphi-language';

/** The language of whoever looks at this page: chosen by the browser, until a person chooses. */
export const language = signal<Language>('en');

/** Reads what was chosen, or what the browser prefers, and tells the document. */
export function startLanguage(): void {
  const kept = keptIn(KEPT);
  language.value = kept === 'fr' || kept === 'en' ? kept : preferred(navigator.languages);
  effect(() => void (document.documentElement.lang = language.value));
}

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  keep(KEPT, chosen);
}

const set = (text: Text | undefined): Text | undefined => {
  if (language.value !== 'fr' || text === undefined) return text;
  return typeof text === 'string' ? asSet(text) : (...values: never[]) => asSet(text(...values));
};

/** A table of bilingual, read in the language of the moment: `words.ready`, `words.hours(3)`. */
export function bilingual<Of extends Table>(
  table: Of & Whole<Of>,
): { readonly [Key in keyof Of]: Kind<Of[Key]['en']> } {
  const rows: Table = table;
  const read = Object.fromEntries(
    Object.keys(rows).map((key) => [key, { enumerable: true, get: () => set(rows[key]?.[language.value]) }]),
  );
  return Object.defineProperties({}, read) as never;
}

/** A name and its value with the colon of the language: `Logo: a.png`, in French `Logo : a.png`. */
export const named = (name: string, value: string): string =>
  language.value === 'fr' ? `${name}\u00a0: ${value}` : `${name}: ${value}`;

/** Storage may be forbidden: then a choice lasts as long as the page. */
export function keptIn(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is forbidden here.
  }
}
