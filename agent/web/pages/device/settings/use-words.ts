import type { KeyWords, Said } from '#firmware-config/schema/key.ts';
import { asSet, language, type Language } from '#lib/pages/words.ts';
import { useSettings } from './settings-draft.ts';
import type { Path } from './document.ts';
import { schemaAt, type Schema } from './schema.ts';

/** A key such as `videoKbps` in words: `video kbps`. */
export const spaced = (key: string | number): string =>
  String(key)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

/** A word of the schema in a language. */
export function saidIn(said: Said | undefined, spoken: Language): string | undefined {
  const text = typeof said === 'object' ? said[spoken] : said;
  return text === undefined || spoken === 'en' ? text : asSet(text);
}

/** The name of a group of keys; undefined if it has none of its own. */
export const groupName = (schema: Schema | undefined, path: Path): string | undefined =>
  saidIn(schema && schemaAt(schema, path)?.name, language.value);

/** The words of a setting in the language of the moment. */
export interface SettingWords {
  /** Label, a noun. */
  label: string;
  /** Explanation, where the label does not tell it all. */
  help: string | undefined;
  /** Form of the value, where the limits of the schema do not tell it. */
  form: string | undefined;
  unit: string | undefined;
  /** Name of a value. */
  valueName: (value: string) => string;
}

/** The words of a key as its schema has them. */
export function wordsIn(words: KeyWords | undefined, name: string, spoken: Language): SettingWords {
  const label = saidIn(words?.label, spoken) ?? spaced(name);
  // Keys such as `A` and `B` have the same label, so the key is put before it.
  const mark = /^[A-Z]$/.test(name) && !label.endsWith(name) ? `${name} · ` : '';
  const sentenceOf = spoken === 'fr' ? words?.fr && asSet(words.fr) : words?.en;
  const what = words?.help === undefined ? sentenceOf : saidIn(words.help, spoken);
  const help = plain(what);
  const isSame = help?.toLowerCase() === label.toLowerCase();
  return {
    label: mark + label,
    help: isSame || help === '' ? undefined : sentence(help),
    form: sentence(plain(saidIn(words?.form, spoken))),
    unit: saidIn(words?.unit, spoken),
    valueName: (value) => saidIn(words?.values?.[value], spoken) ?? value,
  };
}

/** The text without the marks of Markdown. */
const plain = (text: string | undefined): string | undefined =>
  text?.replaceAll('`', '').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
const sentence = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : text.charAt(0).toUpperCase() + text.slice(1);

/** The words of a setting in the present language, by its place in the schema. */
export function useWords(path: Path): SettingWords {
  const schema = useSettings().schema.value;
  const words = schema && schemaAt(schema, path)?.words;
  return wordsIn(words, String(path.at(-1) ?? ''), language.value);
}
