import { z } from 'zod';
import { key, type KeyWords } from '../key.ts';
import { shortText } from '../parts.ts';

const DESCRIBED: KeyWords = {
  en: 'description: what a recording says of itself unless it is told better',
  fr: 'description : ce que dit un enregistrement s’il n’est pas mieux décrit',
  standard: 'empty',
};
const described = (most: number, words = DESCRIBED) => key(shortText(most), { ...words, factory: '' });
const field = described(127);

/** Metadata of a recording, by Extron's names (SMP 351 M{k}RCDR). */
export const metadata = z.strictObject({
  title: field,
  presenter: field,
  series: field,
  course: field,
  contributor: field,
  coverage: field,
  description: described(1000),
  format: field,
  identifier: described(127, {
    en: 'description: identifier of what is recorded',
    fr: 'description : identifiant de ce qui est enregistré',
    standard: 'empty',
  }),
  language: field,
  publisher: field,
  rights: field,
  source: field,
  subject: field,
  type: field,
});
/** Metadata of a recording. */
export type Metadata = z.output<typeof metadata>;
export const DESCRIPTION = { en: 'Description', fr: 'Description' };
