import { z } from 'zod';
import { group, key, type KeyWords, type Said } from '../key.ts';
import { part } from '../parts.ts';
import { MUST, PARTS } from '../phrases.ts';

/** A rectangle in the picture; each of its keys has words. */
export const rectOf = (words: Record<'x' | 'y' | 'width' | 'height', KeyWords>) =>
  z
    .strictObject({
      x: key(part, words.x),
      y: key(part, words.y),
      width: key(z.number().gt(0).max(1), words.width),
      height: key(z.number().gt(0).max(1), words.height),
    })
    .refine(({ x, width }) => x + width <= 1.0001, 'reaches beyond the right edge: x + width must be at most 1')
    .refine(({ y, height }) => y + height <= 1.0001, 'reaches beyond the lower edge: y + height must be at most 1');

const edge = (label: Said, en: string, fr: string, sis: string): KeyWords => ({
  label,
  en,
  fr,
  unit: PARTS,
  standard: MUST,
  sis: [sis],
});

/** A rectangle in the picture. */
export const rect = group(
  rectOf({
    x: edge({ en: 'Left edge', fr: 'Bord gauche' }, 'left edge', 'bord gauche', 'window.x'),
    y: edge({ en: 'Upper edge', fr: 'Bord supérieur' }, 'upper edge', 'bord supérieur', 'window.y'),
    width: edge({ en: 'Width', fr: 'Largeur' }, 'width; at most up to the right edge', 'largeur', 'window.width'),
    height: edge({ en: 'Height', fr: 'Hauteur' }, 'height; at most down to the lower edge', 'hauteur', 'window.height'),
  }),
  { en: 'Place', fr: 'Place' },
);
