import { z } from 'zod';
import type { Layout, Overlay, TextStyle } from '#lib/media/layout.ts';
import { channel, part, shortText } from './parts.ts';

/** Windows, and what lies over them. */

export const layoutNumber = z.int().min(1).max(16);

export const rect = z
  .strictObject({ x: part, y: part, width: z.number().gt(0).max(1), height: z.number().gt(0).max(1) })
  .refine(({ x, width }) => x + width <= 1.0001, 'reaches beyond the right edge: x + width must be at most 1')
  .refine(({ y, height }) => y + height <= 1.0001, 'reaches beyond the lower edge: y + height must be at most 1');

const colour = z.string().max(40);

const textStyle = z.strictObject({
  colour,
  background: colour,
  align: z.enum(['left', 'centre', 'right']),
  valign: z.enum(['top', 'middle', 'bottom']),
  bold: z.boolean(),
  size: z.number().min(0.01).max(0.5),
}) satisfies z.ZodType<TextStyle>;

const overlayName = shortText(32).min(1);
const z_ = z.int().min(-100).max(100);
const fileName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^/\\]+$/, 'must be the name of a file in the overlays folder');

export const overlay = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    name: overlayName,
    rect,
    z: z_,
    template: shortText(1000),
    style: textStyle,
  }),
  z.strictObject({ kind: z.literal('logo'), name: overlayName, rect, z: z_, file: fileName, opacity: part }),
  z.strictObject({
    kind: z.literal('clock'),
    name: overlayName,
    rect,
    z: z_,
    format: z.enum(['time', 'date-time']),
    style: textStyle,
  }),
  z.strictObject({ kind: z.literal('timecode'), name: overlayName, rect, z: z_ }),
]) satisfies z.ZodType<Overlay>;

export const layout = z.strictObject({
  name: shortText(16).min(1),
  background: z.strictObject({ colour, image: fileName.optional() }),
  windows: z.array(z.strictObject({ channel, rect, z: z_ })).max(8),
  overlays: z
    .array(overlay)
    .max(32)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two overlays have the same name'),
}) satisfies z.ZodType<Layout>;
