import { z } from 'zod';
import type { Layout } from '#lib/media/layout.ts';
import { group, key } from '../key.ts';
import { overlay } from './overlays.ts';
import { channel, colour, imageFile, layer, shortText } from '../parts.ts';
import { rect } from './rect.ts';
import { inputNumber } from './inputs.ts';
import { CSS_COLOUR, FILE_OF_OVERLAYS, MUST } from '../phrases.ts';

/** Layouts: windows of a picture, and what is drawn over them. */

/**
 * Highest number of a layout preset; a higher one is refused. A number that was never saved has the factory's layout,
 * or an empty one.
 */
export const LAYOUT_NUMBERS = 32;

/** Number of a layout preset. */
export const layoutNumber = z.int().min(1).max(LAYOUT_NUMBERS);

const window = z.strictObject({
  channel: key(channel, {
    values: { A: 'A', B: 'B' },
    label: { en: 'Channel', fr: 'Canal' },
    en: 'channel that a window shows',
    fr: 'canal montré par la fenêtre',
  }),
  rect,
  z: layer,
});

const background = z.strictObject({
  colour: key(colour, {
    label: { en: 'Background colour', fr: 'Couleur de fond' },
    en: 'colour behind the windows',
    fr: 'couleur derrière les fenêtres',
    form: CSS_COLOUR,
    standard: MUST,
  }),
  image: key(imageFile.optional(), {
    label: { en: 'Background picture', fr: 'Image de fond' },
    en: 'a picture behind the windows',
    fr: 'image derrière les fenêtres',
    form: FILE_OF_OVERLAYS,
    standard: 'none',
    sis: ['layout.background'],
  }),
});

const layoutName = shortText(16).min(1);

/** A layout. */
export const layout = z.strictObject({
  name: layoutName,
  background: group(background, { en: 'Background', fr: 'Fond' }),
  windows: group(z.array(window).max(8), { en: 'Windows', fr: 'Fenêtres' }),
  overlays: group(
    z
      .array(overlay)
      .max(32)
      .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two overlays have the same name'),
    { en: 'Texts, logos, clocks', fr: 'Textes, logos, horloges' },
  ),
}) satisfies z.ZodType<Layout>;

/** Layout that is shown now. */
export const shownLayout = layout.extend({
  name: key(layoutName, {
    label: { en: 'Name', fr: 'Nom' },
    en: 'name of the layout on show',
    fr: 'nom de la mise en page à l’antenne',
    standard: MUST,
  }),
});

const recalled = key(inputNumber, {
  label: { en: 'Recalled input', fr: 'Entrée rappelée' },
  en: 'input that is recalled with the layout, if any',
  fr: 'entrée rappelée avec la mise en page',
});

/** A layout preset with the inputs with which it was saved. */
export const savedLayout = layout.extend({
  name: key(layoutName, {
    label: { en: 'Name', fr: 'Nom' },
    en: 'name of the layout',
    fr: 'nom de la mise en page',
    standard: MUST,
    sis: ['preset.layout.name'],
  }),
  routing: group(z.strictObject({ A: recalled, B: recalled }).optional(), {
    en: 'Input of each channel',
    fr: 'Entrée de chaque canal',
  }),
});
/** A layout preset. */
export type SavedLayout = z.output<typeof savedLayout>;
