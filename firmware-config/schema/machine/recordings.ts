import { z } from 'zod';
import { key } from '../key.ts';
import { path } from '../parts.ts';
import { ABSOLUTE_PATH, MUST, NAME_32 } from '../phrases.ts';

const megabytes = z.number().positive();

const destination = z.strictObject({
  name: key(z.string().regex(/^[\w-]{1,32}$/, 'must be 1 to 32 letters, digits, - or _'), {
    label: { en: 'Name', fr: 'Nom' },
    en: 'how the API calls it',
    fr: 'le nom dans l’API',
    form: NAME_32,
    standard: 'one: `internal`, `recordings` in `data`',
  }),
  folder: key(path, { label: { en: 'Folder', fr: 'Dossier' }, en: 'where', form: ABSOLUTE_PATH, standard: MUST }),
  mustBeMount: key(z.boolean().default(false), {
    label: { en: 'Must be mounted', fr: 'Doit être monté' },
    en: 'not usable unless something is mounted exactly there',
    fr: 'inutilisable si rien n’est monté exactement là',
  }),
  minFreeMB: key(megabytes.default(100), {
    label: { en: 'Full below', fr: 'Plein en dessous de' },
    en: 'less free space than this is full',
    fr: 'espace libre',
    unit: { en: 'MB (2^20 bytes)', fr: 'Mio' },
  }),
  maxMB: key(megabytes.optional(), {
    label: { en: 'Most space', fr: 'Place au plus' },
    en: 'recordings take no more than this there',
    fr: 'place que prennent les enregistrements',
    unit: { en: 'MB', fr: 'Mio' },
    standard: 'the whole disk',
  }),
});

/** Destinations and names of recordings. A missing key means the recorder's default. */
export const recordings = z
  .strictObject({
    destinations: z.array(destination).min(1).max(16).optional(),
    pattern: key(z.string().max(200).optional(), {
      label: { en: 'File name', fr: 'Nom des fichiers' },
      en: 'name of a file: `{series}`, `{title}`, `{hall}`, `{date}`, `{time}`, `{stream}`, `{part}`',
      fr: 'avec {series}, {title}, {hall}, {date}, {time}, {stream}, {part}',
      form: {
        en: 'at most 200 characters; has `{part}`, ends in `.mp4`',
        fr: '200 caractères au plus ; contient `{part}`, finit par `.mp4`',
      },
    }),
    titleLimit: key(z.int().min(1).max(100).optional(), {
      label: { en: 'Title in name', fr: 'Titre dans le nom' },
      en: 'characters of the title in the name; each outside A-Z, a-z, 0-9 is a `_`',
      fr: 'lettres du titre gardées dans le nom',
    }),
    maxFileMB: key(z.number().min(1).max(1_000_000).optional(), {
      label: { en: 'Largest file', fr: 'Plus gros fichier' },
      en: 'no file is larger: the recording goes on in the next part',
      fr: 'l’enregistrement continue dans la partie suivante',
      unit: { en: 'MB', fr: 'Mio' },
    }),
    findSlides: key(z.boolean().default(true), {
      label: { en: 'Find slides', fr: 'Trouver les diapositives' },
      en: 'slides of channel A are looked for while it is recorded, at about 1 % of a processor core; the server need not look for them then',
      fr: 'les diapositives du canal A sont cherchées pendant l’enregistrement (environ 1 % d’un cœur) ; le serveur n’a plus à les chercher',
    }),
    warnFreePercent: key(z.number().min(0).max(90).optional(), {
      label: { en: 'Warning below', fr: 'Alarme en dessous de' },
      en: 'below this an alarm is raised',
      fr: 'espace libre',
      unit: '%',
    }),
    cleanFreePercent: key(z.number().min(0).max(90).optional(), {
      label: { en: 'Clean up below', fr: 'Ménage en dessous de' },
      en: 'below this the oldest recordings that were delivered are deleted; others never',
      fr: 'efface les plus anciens enregistrements déjà remis, jamais les autres',
      unit: '%',
    }),
  })
  .prefault({});
