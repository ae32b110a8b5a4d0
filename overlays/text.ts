import type { TextStyle } from '#lib/media/layout.ts';

import { parseColour } from './colour.ts';
import { OverlayError } from './overlay-error.ts';
import { blankImage, fillBand, type RgbaImage, stampMask } from './pixels.ts';
import type { TextBlock, Typesetter } from './typeset.ts';

/** A text to draw. */
export interface TextSpec {
  /** Plain text: `<` and `&` have no meaning; `\n` begins a new line. */
  text: string;
  style: TextStyle;
  widthPx: number;
  heightPx: number;
  /** Height of the canvas; `style.size` is a part of it. */
  canvasHeightPx: number;
  /** Corners of the band: plain at an edge of the canvas; rounded by default. */
  corners?: 'rounded' | 'plain';
}

/**
 * The smallest letters, in parts of the canvas height: 13 pixels of 720, readable on a telephone. A longer text is cut.
 */
const SMALLEST = 0.018;
/** The smallest letters in pixels, where `SMALLEST` would give less. */
const SMALLEST_PX = 6;

/** The room for text in a picture. */
interface Room {
  left: number;
  top: number;
  widthPx: number;
  heightPx: number;
}

/** Draws the text in its band into a picture of `widthPx` x `heightPx`. Throws an OverlayError for a wrong style. */
export async function drawText(typesetter: Typesetter, spec: TextSpec): Promise<RgbaImage> {
  const { style, text } = spec;
  const image = blankImage(spec.widthPx, spec.heightPx);
  if (text === '') return image;
  const sizePx = letterSizePx(style, spec.canvasHeightPx);
  const colour = parseColour(style.colour);
  const room = drawBand(image, style, sizePx, spec.corners ?? 'rounded');
  const smallestPx = Math.min(sizePx, Math.max(SMALLEST_PX, SMALLEST * spec.canvasHeightPx));
  const box = { text, bold: style.bold, align: style.align, sizePx, smallestPx, ...room };
  const block = room.widthPx > 0 && room.heightPx > 0 ? await typesetter.typeset(box) : undefined;
  if (block) stampMask(image, block, leftOf(block, style, room), topOf(block, style, room), colour);
  return image;
}

/** The largest font size (em) that `style` allows, in pixels. */
export function letterSizePx({ size }: TextStyle, canvasHeightPx: number): number {
  const sizePx = size * canvasHeightPx;
  if (sizePx >= 1 && size <= 1) return sizePx;
  throw new OverlayError('size', `letters of ${size} canvas heights: write a part of the height, such as 0.05`);
}

/** Draws the band if the style has one; gives the room for letters inside of it. */
export function drawBand(image: RgbaImage, style: TextStyle, sizePx: number, corners: 'rounded' | 'plain'): Room {
  const { widthPx, heightPx } = image;
  const shortest = Math.min(widthPx, heightPx);
  if (style.background !== '')
    fillBand(
      image,
      parseColour(style.background),
      corners === 'plain' ? 0 : Math.round(Math.min(sizePx * 0.3, shortest * 0.2)),
    );
  const sidePx = style.background === '' ? 1 : Math.ceil(Math.min(sizePx * 0.45, widthPx * 0.08));
  const edgePx = style.background === '' ? 1 : Math.ceil(Math.min(sizePx * 0.15, heightPx * 0.06));
  return { left: sidePx, top: edgePx, widthPx: widthPx - 2 * sidePx, heightPx: heightPx - 2 * edgePx };
}

/** The left edge of a text in its room. */
export function leftOf(block: { widthPx: number }, { align }: TextStyle, room: Room): number {
  const spare = room.widthPx - block.widthPx;
  return room.left + (align === 'left' ? 0 : align === 'right' ? spare : spare >> 1);
}

/**
 * The top of a text in its room. Capitals and baseline decide, not the ink, so that neighbours with and without accents
 * or descenders stand on one line; the text stays inside of the room.
 */
export function topOf(block: TextBlock, { valign }: TextStyle, room: Room): number {
  const baseline = {
    top: room.top + block.sizePx * 0.21 + block.bodyPx,
    middle: room.top + (room.heightPx + block.bodyPx) / 2,
    bottom: room.top + room.heightPx - block.sizePx * 0.24,
  }[valign];
  const top = Math.round(baseline) + block.descentPx - block.heightPx;
  return Math.max(room.top, Math.min(room.top + room.heightPx - block.heightPx, top));
}
