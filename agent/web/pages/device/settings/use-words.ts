import { language } from '#lib/pages/words.ts';
import { useSettings } from './settings-draft.ts';
import type { Path } from './document.ts';
import { frenchOf, frenchUnit } from './french.ts';
import { keyOf } from './schema.ts';

/** `videoKbps` as people read it: `video kbps`. */
export const spaced = (key: string | number): string =>
  String(key)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

/** What a key is, what may stand there where the schema does not tell, and its unit, in the language of the moment. */
export function useWords(path: Path): { label: string; help: string | undefined; unit: string | undefined } {
  const settings = useSettings();
  const found = settings.words.value(keyOf(path));
  const what = (language.value === 'fr' ? frenchOf(found?.key) : undefined) ?? found?.what.replaceAll('`', '');
  const unit = language.value === 'fr' ? frenchUnit(found?.unit) : found?.unit;
  const name = String(path.at(-1) ?? '');
  // `A` and `B` of one thing have the same words.
  const mark = /^[A-Z]$/.test(name) ? `${name} · ` : '';
  return { label: mark + (what ?? spaced(name)), help: found?.form?.replaceAll('`', ''), unit };
}
