import { z } from 'zod';
import type { Overlay, TextStyle } from '#lib/media/layout.ts';
import { group, key } from '../key.ts';
import { colour, imageFile, layer, part, shortText } from '../parts.ts';
import { rect } from './rect.ts';
import { CSS_COLOUR, FILE_OF_OVERLAYS, MUST, PARTS_OF_HEIGHT } from '../phrases.ts';

/** Texts, logos and clocks over the picture. */

const textStyle = z.strictObject({
  colour: key(colour, { en: 'colour of the letters', fr: 'couleur des lettres', form: CSS_COLOUR, standard: MUST }),
  background: key(colour, {
    en: 'colour of the band behind the letters; empty: none',
    fr: 'couleur du bandeau derrière les lettres ; vide : aucun',
    form: CSS_COLOUR,
    standard: MUST,
  }),
  align: key(z.enum(['left', 'centre', 'right']), {
    en: 'alignment of lines',
    fr: 'alignement des lignes',
    standard: MUST,
  }),
  valign: key(z.enum(['top', 'middle', 'bottom']), {
    en: 'place of the text, up and down',
    fr: 'place du texte en hauteur',
    standard: MUST,
  }),
  bold: key(z.boolean(), { en: 'thick letters', fr: 'lettres grasses', standard: MUST }),
  size: key(z.number().min(0.01).max(0.5), {
    en: 'largest letters; the text shrinks until it fits',
    fr: 'hauteur maximale des lettres ; le texte rétrécit jusqu’à tenir',
    unit: PARTS_OF_HEIGHT,
    standard: MUST,
  }),
}) satisfies z.ZodType<TextStyle>;

const style = group(textStyle, { en: 'Style', fr: 'Style' });

/** The keys that all overlays have. */
const common = <Kind extends string>(kind: Kind) => ({
  kind: key(z.literal(kind), { en: 'what lies over the picture', fr: 'ce qui est posé sur l’image', standard: MUST }),
  name: key(shortText(32).min(1), { en: 'name, each once', fr: 'nom, une fois chacun', standard: MUST }),
  rect,
  z: layer,
});

const text = z.strictObject({
  ...common('text'),
  template: key(shortText(1000), {
    en: 'text (kind `text`), with `{title}`, `{presenter}`, `{series}`, `{date}`, `{time}`…',
    fr: 'texte, avec {title}, {presenter}, {series}, {date}, {time}…',
    standard: MUST,
  }),
  style,
});

const logo = z.strictObject({
  ...common('logo'),
  file: key(imageFile, { en: 'picture (kind `logo`)', fr: 'image', form: FILE_OF_OVERLAYS, standard: MUST }),
  opacity: key(part, {
    en: 'opacity (kind `logo`); 1 hides what is behind',
    fr: 'opacité ; 1 cache ce qui est derrière',
    standard: MUST,
  }),
});

const clock = z.strictObject({
  ...common('clock'),
  format: key(z.enum(['time', 'date-time']), {
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
