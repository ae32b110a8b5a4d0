import { z } from 'zod';
import { key } from '../key.ts';
import { URL_1024 } from '../phrases.ts';
import { seconds, webUrl } from './servers.ts';

/** The hand-over of finished recordings. */
export const handOverSchema = z.strictObject({
  way: key(z.enum(['upload', 'fetch', 'off']).default('upload'), {
    values: {
      upload: { en: 'the box sends', fr: 'l’appareil envoie' },
      fetch: { en: 'the server fetches', fr: 'le serveur vient prendre' },
      off: { en: 'recordings stay here', fr: 'tout reste ici' },
    },
    label: { en: 'Way', fr: 'Remise' },
    en: 'the box sends its files, or the server fetches them, or they stay',
  }),
  byHand: key(z.boolean().default(true), {
    label: { en: 'Also those by hand', fr: 'Aussi ceux à la main' },
    en: 'whether recordings that were started by hand are handed over too',
    fr: 'les enregistrements lancés à la main sont remis aussi',
  }),
  workflow: key(
    z
      .string()
      .regex(/^[\w.-]{1,128}$/, 'must be the id of a workflow')
      .optional(),
    {
      label: { en: 'Workflow', fr: 'Traitement (workflow)' },
      en: 'what goes on with recordings whose event says nothing',
      fr: 'pour les enregistrements dont l’événement n’en nomme pas',
      form: {
        en: 'id of a workflow: 1 to 128 letters, digits, `_`, `.`, `-`',
        fr: 'identifiant : 1 à 128 lettres, chiffres, `_`, `.`, `-`',
      },
      standard: "the server's own",
    },
  ),
  flavor: key(
    z
      .string()
      .regex(/^[\w-]+\/[\w+-]+$/, 'must be a flavor such as presenter/source')
      .default('presenter/source'),
    {
      label: { en: 'Flavor', fr: 'Type (flavor)' },
      en: 'what the recording is to the server',
      fr: 'ce que l’enregistrement est pour le serveur',
    },
  ),
  flavorB: key(
    z
      .string()
      .regex(/^[\w-]+\/[\w+-]+$/, 'must be a flavor such as presentation/source')
      .default('presentation/source'),
    {
      label: { en: 'Flavor of channel B', fr: 'Type du canal B' },
      en: "what the file of channel B is to the server, in dual mode; `flavor` is channel A's then",
      fr: 'ce que le fichier du canal B est pour le serveur, en mode double ; `flavor` est alors celui du canal A',
    },
  ),
  manifestFlavor: key(
    z
      .string()
      .regex(/^[\w-]+\/[\w+-]+$/, 'must be a flavor such as technical/extron-smp-351')
      .default('technical/extron-smp-351'),
    {
      label: { en: 'Flavor of description', fr: 'Type de la description' },
      en: 'what its description is to the server',
    },
  ),
  tracks: key(z.boolean().default(true), {
    label: { en: 'Layouts and slides', fr: 'Dispositions et diapositives' },
    en: 'whether the server also gets which layout was on when, and the slides that were found, as attachments (JSON) of the types `…/layout` and `…/slides`; servers other than Amphi’s keep them without using them',
    fr: 'le serveur reçoit aussi les dispositions et les diapositives trouvées (JSON, types `…/layout` et `…/slides`) ; sans effet hors d’un serveur Amphi',
  }),
  maxKbps: key(z.int().min(64).max(10_000_000).optional(), {
    label: { en: 'Largest rate', fr: 'Débit au plus' },
    en: 'files are sent no faster',
    fr: 'les fichiers ne partent pas plus vite',
    unit: 'kb/s',
    standard: 'as fast as it goes',
  }),
  whileRecording: key(z.boolean().default(true), {
    label: { en: 'While it is recorded', fr: 'Pendant l’enregistrement' },
    en: 'files are sent while they are recorded, to a server that takes that (Amphi’s); to another one, when they are finished',
    fr: 'les fichiers partent pendant l’enregistrement, si le serveur le permet (celui d’Amphi) ; sinon à la fin',
  }),
  whileRecordingKbps: key(z.int().min(64).max(10_000_000).optional(), {
    label: { en: 'Largest rate meanwhile', fr: 'Débit au plus pendant ce temps' },
    en: 'files are sent no faster while they are recorded; it should be more than the recording itself has',
    fr: 'les fichiers ne partent pas plus vite pendant l’enregistrement ; plus que le débit de l’enregistrement',
    unit: 'kb/s',
    standard: '`maxKbps`',
  }),
  hours: key(
    z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'must be hours such as 19:00-07:00')
      .optional(),
    {
      label: { en: 'Sending hours', fr: 'Heures d’envoi' },
      en: 'hours in which files are sent, in `timeZone`',
      fr: 'heures où les fichiers partent',
      form: { en: 'hours such as `19:00-07:00`', fr: 'horaire comme `19:00-07:00`' },
      standard: 'all',
    },
  ),
  fetchUrl: key(webUrl.optional(), {
    label: { en: 'Address for fetching', fr: 'Adresse pour venir prendre' },
    en: 'where the server reaches the box to fetch files',
    fr: 'où le serveur joint l’appareil',
    form: URL_1024,
    standard: 'its own address',
  }),
  firstRetrySeconds: key(seconds(1, 3600).default(10), {
    label: { en: 'First wait', fr: 'Première attente' },
    en: 'wait after a failure; twice as long after each one more',
    fr: 'après un échec ; doublée à chaque échec',
    unit: 's',
  }),
  mostRetrySeconds: key(seconds(1, 86_400).default(600), {
    label: { en: 'Longest wait', fr: 'Attente la plus longue' },
    en: 'never longer than this',
    unit: 's',
  }),
});
/** Settings of the hand-over. */
export type HandOverConfig = z.output<typeof handOverSchema>;
