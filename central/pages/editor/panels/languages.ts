import { language } from '@amphi/lib/pages/words.ts';
import { texts } from '../editor-texts.ts';

/** Languages that captions usually have; another one that a file has is offered too. */
const USUAL = ['fr', 'en', 'de', 'es', 'it', 'pt', 'nl', 'ar', 'zh', 'ja', 'ru'];

/** Languages to choose from, by their names in the language of the page. */
export function languageChoices(own = ''): { value: string; text: string }[] {
  const names = new Intl.DisplayNames([language.value], { type: 'language', fallback: 'code' });
  const all = own === '' || USUAL.includes(own) ? USUAL : [own, ...USUAL];
  return [...all.map((value) => ({ value, text: nameOf(names, value) })), { value: '', text: texts.untold }];
}

function nameOf(names: Intl.DisplayNames, value: string): string {
  try {
    return names.of(value) ?? value;
  } catch {
    return value;
  }
}
