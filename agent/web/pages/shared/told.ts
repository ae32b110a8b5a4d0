import { signal } from '@preact/signals';
import { inWords, type Sentence, type Sentences } from '#lib/sentences/sentence.ts';
import { asSet, language } from '#lib/pages/words.ts';
import { texts } from './shared-texts.ts';

/** The sentences that this page knows; a page takes those that it may have to tell. */
export const sentences = signal<Sentences>({});

/** What the box says, in the reader's language: by its key, or as a message of the technique where it has none. */
export function told(text: string, said: Sentence | undefined): string {
  const words = said && inWords(said, sentences.value, language.value);
  if (words !== undefined) return language.value === 'fr' ? asSet(words) : words;
  return language.value === 'en' ? text : texts.technical(text);
}
