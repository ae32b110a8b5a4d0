import { z } from 'zod';
import { OperationFailed } from '../../../run/operation.ts';

/** A size in pixels. */
export interface Size {
  widthPx: number;
  heightPx: number;
}

/** Where a picture lies on the canvas, and how large it is there. */
export interface Place extends Size {
  leftPx: number;
  topPx: number;
}

const part = z.number().min(0).max(1);
const point = z.object({ left: part, top: part });
const layout = z.object({
  horizontalCoverage: part.optional(),
  anchorOffset: z.object({
    referring: point,
    reference: point,
    offset: z.object({ x: z.number().int(), y: z.number().int() }),
  }),
});

/**
 * Layout of one picture: the part of the canvas' width that it covers, and the distance of a point of it (`referring`) from a
 * point of the canvas (`reference`).
 */
export type Layout = z.output<typeof layout>;

/** Characters of a layout that are read. */
const MOST_CHARACTERS = 20_000;

/** Reads layouts as JSON, with semicolons between: lower, upper, watermark. Throws `OperationFailed` for others. */
export function readLayouts(text: string, key: string): Layout[] {
  if (text.length > MOST_CHARACTERS) throw new OperationFailed(`${key} has more than ${MOST_CHARACTERS} characters`);
  return text
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one, n) => {
      const read = layout.safeParse(jsonOf(one));
      if (read.success) return read.data;
      const { path = [], message = '' } = read.error.issues[0] ?? {};
      throw new OperationFailed(`${key}: layout ${n + 1} is wrong at ${path.join('.') || 'its beginning'}: ${message}`);
    });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Place of a picture on a canvas: as large as the layout says, with its own shape, and never beyond the canvas: it is made smaller
 * or moved for that. Sizes are even.
 */
export function placeOf(picture: Size, canvas: Size, { horizontalCoverage = 1, anchorOffset }: Layout): Place {
  const wanted = Math.max(2, horizontalCoverage * canvas.widthPx);
  const scale = Math.min(wanted / picture.widthPx, canvas.heightPx / picture.heightPx);
  const size = { widthPx: evenBelow(picture.widthPx * scale), heightPx: evenBelow(picture.heightPx * scale) };
  return { ...size, ...cornerOf(size, canvas, anchorOffset) };
}

/** Place of a watermark: its size stays, unless it is larger than the canvas. */
export function placeOfWatermark(picture: Size, canvas: Size, { anchorOffset }: Layout): Place {
  return { ...picture, ...cornerOf(picture, canvas, anchorOffset) };
}

function cornerOf(
  { widthPx, heightPx }: Size,
  canvas: Size,
  { referring, reference, offset }: Layout['anchorOffset'],
): Pick<Place, 'leftPx' | 'topPx'> {
  const along = (from: number, own: number, shift: number, length: number, whole: number): number =>
    Math.round(Math.max(0, Math.min(from * whole - own * length + shift, whole - length)));
  return {
    leftPx: along(reference.left, referring.left, offset.x, widthPx, canvas.widthPx),
    topPx: along(reference.top, referring.top, offset.y, heightPx, canvas.heightPx),
  };
}

const evenBelow = (px: number): number => Math.max(2, Math.floor(px / 2 + 1e-9) * 2);
