import { z } from 'zod';
import { key } from '../key.ts';
import { FRAMES, FRAMES_A_SECOND } from '../phrases.ts';
import { LAYOUT_NUMBERS } from './layouts.ts';

/**
 * Encoders. H.264 needs even sizes. SMP 351: 512x288 to 1920x1080, 5 to 60 frames/s, 200 to 10 000 kb/s, GOP 1 to 300.
 */

const width = (leastPx: number) =>
  key(z.int().min(leastPx).max(1920).multipleOf(2), {
    label: { en: 'Width', fr: 'Largeur' },
    help: { en: 'an even number', fr: 'un nombre pair' },
    en: 'width of the picture, even',
    fr: 'largeur de l’image, paire',
    unit: 'pixels',
    sis: ['encoder.resolution'],
    factory: 1280,
  });

const height = (leastPx: number) =>
  key(z.int().min(leastPx).max(1200).multipleOf(2), {
    label: { en: 'Height', fr: 'Hauteur' },
    help: { en: 'an even number', fr: 'un nombre pair' },
    en: 'height of the picture, even',
    fr: 'hauteur de l’image, paire',
    unit: 'pixels',
    sis: ['encoder.resolution'],
    factory: 720,
  });

const bitRate = (leastKbps: number) =>
  key(z.int().min(leastKbps).max(10_000), {
    label: { en: 'Video bit rate', fr: 'Débit vidéo' },
    help: { en: 'more is sharper, and larger files', fr: 'plus il est haut, plus c’est net et lourd' },
    en: 'bit rate of the picture',
    fr: 'débit de l’image',
    unit: 'kb/s',
    sis: ['encoder.bitrate.video'],
    factory: 750,
  });

/** An encoder. */
export const encoder = z.strictObject({
  widthPx: width(128),
  heightPx: height(72),
  fps: key(z.number().min(5).max(60), {
    label: { en: 'Frame rate', fr: 'Cadence' },
    help: { en: 'that of the archive is the whole box’s', fr: 'celle du flux principal est celle de tout l’appareil' },
    en: "frame rate; the archive's is that of the whole box",
    fr: 'cadence ; celle de l’archive est celle de tout l’appareil',
    unit: FRAMES_A_SECOND,
    sis: ['encoder.fps'],
    factory: 15,
  }),
  videoKbps: bitRate(50),
  rateControl: key(z.enum(['vbr', 'cvbr', 'cbr']), {
    values: { vbr: 'variable', cvbr: { en: 'constrained', fr: 'variable, contenu' }, cbr: 'constant' },
    label: { en: 'Rate control', fr: 'Régulation du débit' },
    help: {
      en: 'variable may rise to twice the rate for a while; constrained averages over two seconds; constant is padded',
      fr: 'variable peut doubler un moment ; contenu tient la moyenne sur deux secondes ; constant ne bouge pas',
    },
    en: 'rate control: `vbr` may rise to twice the rate for a while, `cvbr` averages over two seconds, `cbr` is padded',
    fr: 'régulation du débit : vbr peut doubler un moment, cvbr tient la moyenne sur deux secondes, cbr est constant',
    sis: ['encoder.rate-control'],
    factory: 'cvbr',
  }),
  gopFrames: key(z.int().min(1).max(300), {
    label: { en: 'Key picture interval', fr: 'Intervalle d’images clés' },
    help: { en: 'from one to the next', fr: 'd’une à la suivante' },
    en: 'frames from key picture to key picture',
    fr: 'images d’une image clé à la suivante',
    unit: FRAMES,
    sis: ['encoder.gop'],
    factory: 30,
  }),
  profile: key(z.enum(['baseline', 'main', 'high']), {
    values: { baseline: 'Baseline', main: 'Main', high: 'High' },
    label: { en: 'H.264 profile', fr: 'Profil H.264' },
    en: 'profile of H.264',
    fr: 'profil H.264',
    sis: ['encoder.profile'],
    factory: 'high',
  }),
  audioKbps: key(z.union([80, 96, 128, 192, 256, 320].map((rate) => z.literal(rate))), {
    label: { en: 'Audio bit rate', fr: 'Débit audio' },
    help: { en: 'AAC, 48 kHz, stereo', fr: 'AAC, 48 kHz, stéréo' },
    en: 'bit rate of the sound (AAC, 48 kHz, stereo)',
    fr: 'débit du son (AAC, 48 kHz, stéréo)',
    unit: 'kb/s',
    sis: ['encoder.bitrate.audio'],
    factory: 80,
  }),
  hardware: key(z.enum(['auto', 'off', 'vaapi', 'qsv', 'nvenc', 'v4l2m2m']), {
    values: {
      auto: { en: 'automatic', fr: 'automatique' },
      off: { en: 'off: software', fr: 'non : logiciel' },
      vaapi: 'VA-API',
      qsv: 'Intel Quick Sync',
      nvenc: 'NVIDIA NVENC',
      v4l2m2m: 'V4L2 M2M',
    },
    label: { en: 'Hardware encoding', fr: 'Encodage matériel' },
    help: {
      en: 'automatic: what encodes a test picture at the start',
      fr: 'automatique : celui qui réussit une image d’essai au démarrage',
    },
    en: 'hardware that encodes; `auto`: what encodes a test picture at the start',
    fr: 'matériel d’encodage ; auto : celui qui réussit une image d’essai au démarrage',
    factory: 'auto',
  }),
});
/** Wanted settings of an encoder. */
export type EncoderWanted = z.output<typeof encoder>;

/** Number of the layout preset whose overlays are drawn over a channel that is encoded alone. */
const overlaysOf = key(z.int().min(0).max(LAYOUT_NUMBERS), {
  label: { en: 'Texts and logos', fr: 'Textes et logos' },
  help: {
    en: 'in dual mode: those of the layout preset of this number, over the channel alone; 0: none',
    fr: 'en mode double : ceux de la mise en page de ce numéro, sur le canal seul ; 0 : aucun',
  },
  en: 'in dual mode: number of the layout preset whose texts, logos and clocks are drawn over the channel alone; 0: none',
  fr: 'en mode double : numéro de la mise en page dont les textes, logos et horloges couvrent le canal seul ; 0 : aucun',
  factory: 0,
});

/** Encoder of the recording, within the limits of the SMP 351; the confidence stream may be smaller. */
export const archiveEncoder = encoder.extend({
  widthPx: width(512),
  heightPx: height(288),
  videoKbps: bitRate(200),
  recorded: key(z.boolean(), {
    label: { en: 'Recorded', fr: 'Enregistré' },
    help: {
      en: 'in dual mode: channel A; where neither channel is, it is all the same',
      fr: 'en mode double : le canal A ; il l’est quand même si aucun canal ne l’est',
    },
    en: 'in dual mode: whether recordings have a file of channel A; where neither channel is chosen, they have it all the same',
    fr: 'en mode double : les enregistrements ont un fichier du canal A ; ils l’ont quand même si aucun canal n’est choisi',
    sis: ['record.enable.archive'],
    factory: true,
  }),
  overlaysOf,
});

/** The encoder of channel B in dual mode, within the same limits. */
export const channelBEncoder = archiveEncoder.extend({
  recorded: key(z.boolean(), {
    label: { en: 'Recorded', fr: 'Enregistré' },
    help: { en: 'in dual mode, in a file of its own', fr: 'en mode double, dans son propre fichier' },
    en: 'in dual mode: whether recordings have a file of channel B',
    fr: 'en mode double : les enregistrements ont un fichier du canal B',
    sis: ['record.enable.archive-b'],
    factory: true,
  }),
});

/** The encoder of the confidence stream. */
export const confidenceEncoder = encoder.extend({
  enabled: key(z.boolean(), {
    label: { en: 'Confidence stream', fr: 'Flux de contrôle' },
    help: { en: 'a small second stream, to look at', fr: 'un second flux, petit, pour regarder' },
    en: 'whether there is a small stream',
    fr: 'il y a un petit flux de contrôle',
    factory: true,
  }),
});

/** The settings of an encoder preset. */
export const encoderSettings = encoder.omit({ hardware: true });
/** The settings of an encoder preset. */
export type EncoderSettings = z.output<typeof encoderSettings>;
