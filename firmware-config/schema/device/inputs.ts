import { z } from 'zod';
import { group, inEnglish, key, type Said } from '../key.ts';
import { shortText } from '../parts.ts';
import { inputSource } from './sources.ts';
import { PARTS } from '../phrases.ts';

/** Inputs, and how their pictures are treated. */

/** Number of an input. */
export const inputNumber = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]);
/** Number of an input: 1 and 2 feed channel A, 3 to 5 channel B. */
export type InputNumber = z.output<typeof inputNumber>;

/** A picture control; 64 changes nothing (SMP 351 BRIT, CONT, COLR, TINT). */
const control = (label: Said, sis: string) =>
  key(z.int().min(0).max(127), {
    label,
    en: `${inEnglish(label).toLowerCase()}; 64 is neutral`,
    fr: '64 est neutre',
    sis: [sis],
    factory: 64,
  });

/** The picture controls. */
export const picture = z.strictObject({
  brightness: control({ en: 'Brightness', fr: 'Luminosité' }, 'picture.brightness'),
  contrast: control({ en: 'Contrast', fr: 'Contraste' }, 'picture.contrast'),
  colour: control({ en: 'Colour', fr: 'Couleur' }, 'picture.colour'),
  tint: control({ en: 'Tint', fr: 'Teinte' }, 'picture.tint'),
});
/** The picture controls. */
export type Picture = z.output<typeof picture>;
export const PICTURE = { en: 'Picture', fr: 'Image' };

const cut = (label: Said, en: string, fr: string) =>
  key(z.number().min(0).max(0.9), { label, en, fr, unit: PARTS, factory: 0 });

/** Parts of the picture that are cut off at each edge. */
const crop = group(
  z
    .strictObject({
      left: cut(
        { en: 'Left', fr: 'Gauche' },
        'cut away at the left edge; all four are given',
        'coupé au bord gauche ; les quatre se donnent ensemble',
      ),
      top: cut({ en: 'Top', fr: 'Haut' }, 'cut away above', 'coupé en haut'),
      right: cut(
        { en: 'Right', fr: 'Droite' },
        'cut away at the right edge; left and right leave a tenth',
        'coupé au bord droit',
      ),
      bottom: cut({ en: 'Bottom', fr: 'Bas' }, 'cut away below; top and bottom leave a tenth', 'coupé en bas'),
    })
    .refine(({ left, right }) => left + right <= 0.9, 'left and right together must leave a tenth of the picture')
    .refine(({ top, bottom }) => top + bottom <= 0.9, 'top and bottom together must leave a tenth of the picture'),
  { en: 'Crop', fr: 'Rognage' },
);

const aspect = key(z.enum(['fill', 'follow', 'fit']), {
  values: {
    fill: { en: 'stretched to fill', fr: 'étirée' },
    follow: { en: 'whole, with margins', fr: 'entière, avec marges' },
    fit: { en: 'filling, edges cut', fr: 'remplit, bords coupés' },
  },
  label: { en: 'Picture shape', fr: 'Forme de l’image' },
  help: { en: 'in a window of another shape', fr: 'dans une fenêtre d’une autre forme' },
  en: 'shape in a window of another shape: `fill` stretches, `follow` keeps the shape and leaves margins, `fit` keeps it and cuts',
  fr: 'forme dans une fenêtre d’une autre forme : fill étire, follow garde la forme et laisse des marges, fit la garde et coupe',
  sis: ['input.aspect'],
  factory: 'follow',
});

/** The part of an input that a preset keeps. */
export const pictureSettings = z.strictObject({ aspect, crop, picture: group(picture, PICTURE) });
/** The part of an input that a preset keeps. */
export type PictureSettings = z.output<typeof pictureSettings>;

/** An input. */
export const inputWanted = z.strictObject({
  name: key(shortText(16).min(1), {
    label: { en: 'Input name', fr: 'Nom de l’entrée' },
    help: { en: 'on the slate and the page', fr: 'sur les pages et l’écran « pas de signal »' },
    en: 'name of the input: on the slate and the page',
    fr: 'nom de l’entrée',
    standard: '`Input N`',
    sis: ['input.name'],
  }),
  source: inputSource,
  ...pictureSettings.shape,
});
/** Wanted settings of an input. */
export type InputWanted = z.output<typeof inputWanted>;
