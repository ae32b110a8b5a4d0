import type { Language } from '#lib/pages/words.ts';
import { placeInWords } from './change-words.ts';
import type { Path } from './document.ts';
import type { Schema } from './schema.ts';
import { FORM_SECTIONS, keysIn, type FormSection } from './section-keys.ts';
import { wordsIn } from './use-words.ts';

/** A setting that was found. */
export interface Found {
  path: Path;
  place: string;
  section: FormSection;
}

/** Settings that are found at most; more letters find fewer. */
const MOST = 12;

const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** The settings whose place, label, help or key has all the words that were typed. Pure. */
export function searchSettings(schema: Schema, typed: string, spoken: Language): Found[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [];
  const found: Found[] = [];
  const visit = (inner: Schema, path: Path, section: FormSection): void => {
    if (found.length >= MOST) return;
    const properties = Object.entries(inner.properties ?? {});
    if (properties.length > 0) return properties.forEach(([key, one]) => visit(one, [...path, key], section));
    const place = placeInWords(schema, path, spoken);
    const { help } = wordsIn(inner.words, String(path.at(-1)), spoken);
    const text = plain([place, help, path.join('.')].join(' '));
    if (wanted.every((word) => text.includes(word))) found.push({ path, place, section });
  };
  for (const section of FORM_SECTIONS)
    for (const { path, inner } of keysIn(schema, section)) visit(inner, path, section);
  return found;
}
