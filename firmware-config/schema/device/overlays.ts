import { z } from 'zod';
import type { Overlay, TextStyle } from '#lib/media/layout.ts';
import { group, key, type Said } from '../key.ts';
import { colour, imageFile, layer, part, shortText } from '../parts.ts';
import { rect } from './rect.ts';
import { CSS_COLOUR, FILE_OF_OVERLAYS, MUST, PARTS_OF_HEIGHT } from '../phrases.ts';

/** Texts, logos and clocks over the picture. */

const textStyle = z.strictObject({
  colour: key(colour, {
    label: { en: 'Letter colour', fr: 'Couleur des lettres' },
    en: 'colour of the letters',
    fr: 'couleur des lettres',
    form: CSS_COLOUR,
    standard: MUST,
  }),
  background: key(colour, {
    label: { en: 'Band colour', fr: 'Couleur du bandeau' },
    en: 'colour of the band behind the letters; empty: none',
    fr: 'couleur du bandeau derrière les lettres ; vide : aucun',
    form: CSS_COLOUR,
    standard: MUST,
  }),
  align: key(z.enum(['left', 'centre', 'right']), {
    values: {
      left: { en: 'left', fr: 'à gauche' },
      centre: { en: 'centred', fr: 'centré' },
      right: { en: 'right', fr: 'à droite' },
    },
    label: { en: 'Alignment', fr: 'Alignement' },
    en: 'alignment of lines',
    fr: 'alignement des lignes',
    standard: MUST,
  }),
  valign: key(z.enum(['top', 'middle', 'bottom']), {
    values: {
      top: { en: 'top', fr: 'en haut' },
      middle: { en: 'middle', fr: 'au milieu' },
      bottom: { en: 'bottom', fr: 'en bas' },
    },
    label: { en: 'Vertical alignment', fr: 'Alignement vertical' },
    en: 'place of the text, up and down',
    fr: 'place du texte en hauteur',
    standard: MUST,
  }),
  bold: key(z.boolean(), {
    label: { en: 'Bold', fr: 'Gras' },
    en: 'thick letters',
    fr: 'lettres grasses',
    standard: MUST,
  }),
  size: key(z.number().min(0.01).max(0.5), {
    label: { en: 'Letter height', fr: 'Hauteur des lettres' },
    en: 'largest letters; the text shrinks until it fits',
    fr: 'hauteur maximale des lettres ; le texte rétrécit jusqu’à tenir',
    unit: PARTS_OF_HEIGHT,
    standard: MUST,
  }),
}) satisfies z.ZodType<TextStyle>;

const style = group(textStyle, { en: 'Style', fr: 'Style' });

const KINDS: Readonly<Record<string, Said>> = {
  text: { en: 'text', fr: 'texte' },
  logo: 'logo',
  clock: { en: 'clock', fr: 'horloge' },
  timecode: { en: 'time code', fr: 'code temporel' },
};

/** The keys that all overlays have. */
const common = <Kind extends string>(kind: Kind) => ({
  kind: key(z.literal(kind), {
    values: KINDS,
    label: { en: 'Kind', fr: 'Genre' },
    en: 'what lies over the picture',
    fr: 'ce qui est posé sur l’image',
    standard: MUST,
  }),
  name: key(shortText(32).min(1), {
    label: { en: 'Name', fr: 'Nom' },
    en: 'name, each once',
    fr: 'nom, une fois chacun',
    standard: MUST,
  }),
  rect,
  z: layer,
});

const text = z.strictObject({
  ...common('text'),
  template: key(shortText(1000), {
    label: { en: 'Text', fr: 'Texte' },
    help: {
      en: 'with {title}, {presenter}, {series}, {date}, {time}…',
      fr: 'avec {title}, {presenter}, {series}, {date}, {time}…',
    },
    en: 'text (kind `text`), with `{title}`, `{presenter}`, `{series}`, `{date}`, `{time}`…',
    fr: 'texte, avec {title}, {presenter}, {series}, {date}, {time}…',
    standard: MUST,
  }),
  style,
});

const logo = z.strictObject({
  ...common('logo'),
  file: key(imageFile, {
    label: { en: 'Picture file', fr: 'Fichier image' },
    help: '',
    en: 'picture (kind `logo`)',
    fr: 'image',
    form: FILE_OF_OVERLAYS,
    standard: MUST,
  }),
  opacity: key(part, {
    label: { en: 'Opacity', fr: 'Opacité' },
    help: { en: '1 hides what is behind', fr: '1 cache ce qui est derrière' },
    en: 'opacity (kind `logo`); 1 hides what is behind',
    fr: 'opacité ; 1 cache ce qui est derrière',
    standard: MUST,
  }),
});

const clock = z.strictObject({
  ...common('clock'),
  format: key(z.enum(['time', 'date-time']), {
    values: { time: { en: 'time', fr: 'heure' }, 'date-time': { en: 'date and time', fr: 'date et heure' } },
    label: { en: 'Clock format', fr: 'Format de l’horloge' },
    help: '',
    en: 'what a clock shows (kind `clock`)',
    fr: 'ce que montre l’horloge',
    standard: MUST,
  }),
  style,
});

/** An overlay of a layout. */
export const overlay = z.discriminatedUnion('kind', [
  text,
  logo,
  clock,
  z.strictObject(common('timecode')),
]) satisfies z.ZodType<Overlay>;
