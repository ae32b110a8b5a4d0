import type { Said } from '#firmware-config/schema/key.ts';
import { language } from '#lib/pages/words.ts';
import { useSettings } from './settings-draft.ts';
import type { Path } from './document.ts';
import { schemaAt, type Schema } from './schema.ts';

/** `videoKbps` as people read it: `video kbps`. */
export const spaced = (key: string | number): string =>
  String(key)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

const inLanguage = (said: Said | undefined): string | undefined =>
  typeof said === 'object' ? said[language.value] : said;

/** What a group of keys is called; undefined: it has no name of its own. */
export const groupName = (schema: Schema | undefined, path: Path): string | undefined =>
  inLanguage(schema && schemaAt(schema, path)?.name);

/** What a key is, what may stand there where the schema does not tell, and its unit, in the language of the moment. */
export function useWords(path: Path): { label: string; help: string | undefined; unit: string | undefined } {
  const schema = useSettings().schema.value;
  const words = schema && schemaAt(schema, path)?.words;
  const what = (language.value === 'fr' ? words?.fr : undefined) ?? words?.en.replaceAll('`', '');
  const name = String(path.at(-1) ?? '');
  // `A` and `B` of one thing have the same words.
  const mark = /^[A-Z]$/.test(name) ? `${name} · ` : '';
  return {
    label: mark + (what ?? spaced(name)),
    help: words?.form?.replaceAll('`', ''),
    unit: inLanguage(words?.unit),
  };
}
