import { signal } from '@preact/signals';
import { inWords, type Sentence, type Sentences } from '#lib/sentences/sentence.ts';
import { asSet, language } from '#lib/pages/words.ts';
import { texts } from './shared-texts.ts';

/** The sentences that this page can tell in other languages; each page sets those that it may need. */
export const sentences = signal<Sentences>({});

/**
 * A text of the box in the language of the reader: by its sentence, or, without one, the English text as a technical
 * message.
 */
export function told(text: string, said: Sentence | undefined): string {
  const words = said && inWords(said, sentences.value, language.value);
  if (words !== undefined) return language.value === 'fr' ? asSet(words) : words;
  return language.value === 'en' ? text : texts.technical(text);
}
