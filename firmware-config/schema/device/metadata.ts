import { z } from 'zod';
import { cleanText } from '#lib/runtime/texts/clean-text.ts';
import { key, type Said } from '../key.ts';
import { shortText } from '../parts.ts';

const EN = 'description: what a recording says of itself unless it is told better';
const FR = 'ce que dit un enregistrement s’il n’est pas mieux décrit';

/** A text as people mean it, without signs that show nothing; one of blanks alone is empty. */
function meant(text: string): string {
  const clean = cleanText(text);
  return clean.trim() === '' ? '' : clean;
}

/** Field of the description, of at most `most` characters. */
const described = (label: Said, most = 127) =>
  key(shortText(most).overwrite(meant), { label, en: EN, fr: FR, standard: 'empty', factory: '' });

/** Metadata of a recording, by Extron's names (SMP 351 M{k}RCDR). */
export const metadata = z.strictObject({
  title: described({ en: 'Title', fr: 'Titre' }),
  presenter: described({ en: 'Presenter', fr: 'Enseignant' }),
  series: described({ en: 'Series', fr: 'Série' }),
  course: described({ en: 'Course', fr: 'Cours' }),
  contributor: described({ en: 'Contributor', fr: 'Contributeur' }),
  coverage: described({ en: 'Coverage', fr: 'Couverture' }),
  description: described('Description', 1000),
  format: described('Format'),
  identifier: key(shortText(127), {
    label: { en: 'Identifier', fr: 'Identifiant' },
    en: 'description: identifier of what is recorded',
    fr: 'identifiant de ce qui est enregistré',
    standard: 'empty',
    factory: '',
  }),
  language: described({ en: 'Language', fr: 'Langue' }),
  publisher: described({ en: 'Publisher', fr: 'Éditeur' }),
  rights: described({ en: 'Rights', fr: 'Droits' }),
  source: described('Source'),
  subject: described({ en: 'Subject', fr: 'Matière' }),
  type: described('Type'),
});
/** Metadata of a recording. */
export type Metadata = z.output<typeof metadata>;
export const DESCRIPTION = { en: 'Description', fr: 'Description' };
