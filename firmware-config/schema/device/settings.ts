import { z } from 'zod';
import { sis } from './control.ts';
import { archiveEncoder, channelBEncoder, confidenceEncoder } from './encoders.ts';
import { inputNumber, inputWanted } from './inputs.ts';
import { key } from '../key.ts';
import { layout, layoutNumber, savedLayout } from './layouts.ts';
import { metadata } from './metadata.ts';
import { hallName, numbered } from '../parts.ts';
import { audio } from './sound.ts';
import { push, stream } from './streams.ts';

export type { SavedLayout } from './layouts.ts';

/** Name of the hall. */
export const hall = key(hallName, {
  label: { en: 'Hall name', fr: 'Nom de la salle' },
  help: {
    en: 'in file names, in titles as {hall}, on the page',
    fr: 'dans les noms de fichiers, les titres ({hall}) et ces pages',
  },
  en: 'name of the hall: in file names, in titles as `{hall}`, on the page',
  fr: 'nom de la salle : dans les noms de fichiers, les titres ({hall}) et ces pages',
  form: { en: '1 to 63 letters, digits, `-`, `_`', fr: '1 à 63 lettres, chiffres, `-`, `_`' },
  sis: ['unit.name'],
  factory: 'Amphi',
});

/** Settings of the whole box, which are directly under `device` in a document. A new one is a row here. */
export const general = {
  locale: key(z.enum(['fr', 'en']), {
    values: { fr: { en: 'French', fr: 'français' }, en: { en: 'English', fr: 'anglais' } },
    label: { en: 'Language', fr: 'Langue' },
    help: {
      en: 'of dates in the picture, and of chapters in files',
      fr: 'des dates dans l’image, et des chapitres dans les fichiers',
    },
    en: 'language of dates in the picture',
    fr: 'langue des dates dans l’image',
    factory: 'fr',
  }),
  encoderMode: key(z.enum(['composite', 'dual']), {
    values: {
      composite: { en: 'one picture of both', fr: 'une image des deux' },
      dual: { en: 'dual: each channel alone', fr: 'double : chaque canal à part' },
    },
    label: { en: 'Encoder mode', fr: 'Mode d’encodage' },
    help: {
      en: 'dual: channels A and B are encoded and recorded side by side, each in a file of its own; the confidence stream shows the layout',
      fr: 'double : les canaux A et B sont encodés et enregistrés côte à côte, chacun dans son fichier ; le flux de contrôle montre la mise en page',
    },
    en: '`composite`: one picture of both channels; `dual`: each channel alone, as a stream and a file of its own, while the confidence stream shows the layout',
    fr: 'composite : une image des deux canaux ; dual : chaque canal à part, avec son flux et son fichier, et la mise en page dans le flux de contrôle',
    sis: ['encoder.mode'],
    factory: 'composite',
    section: 'encoders',
  }),
  outputMode: key(z.enum(['channel-a', 'channel-b', 'confidence']), {
    values: {
      'channel-a': { en: 'channel A', fr: 'canal A' },
      'channel-b': { en: 'channel B', fr: 'canal B' },
      confidence: { en: 'the layout', fr: 'la mise en page' },
    },
    label: { en: 'Output in dual mode', fr: 'Sortie en mode double' },
    help: {
      en: 'what the live picture of these pages and of tablets shows first, in dual mode',
      fr: 'ce que montre d’abord l’image en direct de ces pages et des tablettes, en mode double',
    },
    en: 'what the live picture shows in dual mode, where nobody asks for something else: `channel-a`, `channel-b`, or the layout (`confidence`)',
    fr: 'ce que montre l’image en direct en mode double, sans autre demande : channel-a, channel-b, ou la mise en page (confidence)',
    sis: ['output.mode'],
    factory: 'confidence',
    section: 'encoders',
  }),
};

/** Time in ms for which the last picture of a lost source is shown. */
export const noSignalHoldMs = key(z.int().min(0).max(600_000), {
  label: { en: 'Hold of lost picture', fr: 'Maintien d’image perdue' },
  en: 'a lost picture stays so long before the slate',
  fr: 'durée pendant laquelle une image perdue reste avant l’écran « pas de signal »',
  unit: 'ms',
  factory: 2000,
});

const blank = key(z.boolean(), {
  label: { en: 'Blank', fr: 'Masqué' },
  en: 'the channel is blank',
  fr: 'l’image du canal est masquée',
  sis: ['video.mute'],
  factory: false,
});

/** Wanted settings of a box, except what it records; a backup contains them. */
export const settings = z.strictObject({
  hall,
  ...general,
  inputs: z.strictObject({ 1: inputWanted, 2: inputWanted, 3: inputWanted, 4: inputWanted, 5: inputWanted }),
  /** Input that each channel shows. */
  routing: z.strictObject({ A: inputNumber, B: inputNumber }),
  layout,
  /** Number of the layout preset that `layout` came from. */
  layoutNumber,
  /** Saved layouts by number; a missing number is the factory's. */
  layouts: numbered(savedLayout),
  swapped: key(z.boolean(), {
    label: { en: 'Swap A and B', fr: 'Échange A et B' },
    en: 'channels trade places in every window',
    fr: 'les canaux échangent leurs fenêtres',
    sis: ['layout.swap'],
    factory: false,
    section: 'picture',
  }),
  muted: z.strictObject({ A: blank, B: blank }),
  noSignal: z.strictObject({ holdMs: noSignalHoldMs }),
  audio,
  encoders: z.strictObject({ archive: archiveEncoder, 'archive-b': channelBEncoder, confidence: confidenceEncoder }),
  streams: z.strictObject({ archive: stream, 'archive-b': stream, confidence: stream }),
  pushes: z.array(push).max(32),
  metadata,
  sis,
});
/** Wanted settings of a box, except what it records. */
export type Settings = z.output<typeof settings>;
