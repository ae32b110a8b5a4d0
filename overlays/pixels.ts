import type { Colour } from './colour.ts';
import { OverlayError } from './overlay-error.ts';

/** A picture of 4 bytes a pixel (red, green, blue, alpha), rows from the top, straight (not premultiplied) alpha. */
export interface RgbaImage {
  widthPx: number;
  heightPx: number;
  rgba: Uint8Array;
}

/** Coverage of each pixel by ink, 0 to 255. */
export interface Mask {
  widthPx: number;
  heightPx: number;
  coverage: Uint8Array;
}

/** Width and height of a picture; a larger one is refused. */
const LARGEST_SIDE_PX = 8192;

/** A transparent picture. Throws an OverlayError unless both sides are whole numbers from 1 to 8192. */
export function blankImage(widthPx: number, heightPx: number): RgbaImage {
  checkSize(widthPx, heightPx);
  return { widthPx, heightPx, rgba: new Uint8Array(widthPx * heightPx * 4) };
}

/** Throws an OverlayError unless both sides are whole numbers from 1 to 8192. */
export function checkSize(widthPx: number, heightPx: number): void {
  for (const side of [widthPx, heightPx]) {
    if (!Number.isInteger(side) || side < 1 || side > LARGEST_SIDE_PX)
      throw new OverlayError(
        'size',
        `a picture of ${widthPx}x${heightPx}: sides must be 1 to ${LARGEST_SIDE_PX} pixels`,
      );
  }
}

/** Fills the whole picture with `colour`, its corners rounded by `radiusPx`, and replaces what was there. */
export function fillBand({ widthPx, heightPx, rgba }: RgbaImage, colour: Colour, radiusPx: number): void {
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, widthPx * heightPx);
  pixels.fill(packed(colour, colour.alpha));
  const radius = Math.min(radiusPx, widthPx / 2, heightPx / 2);
  for (let y = 0; y < radius; y++) {
    for (let x = 0; x < radius; x++) {
      const inside = radius + 0.5 - Math.hypot(radius - x - 0.5, radius - y - 0.5);
      const value = packed(colour, Math.round(colour.alpha * Math.max(0, Math.min(1, inside))));
      for (const row of [y, heightPx - 1 - y]) {
        pixels[row * widthPx + x] = value;
        pixels[(row + 1) * widthPx - 1 - x] = value;
      }
    }
  }
}

/** A pixel as one number, little endian as all supported machines are: red is the lowest byte. */
function packed({ red, green, blue }: Colour, alpha: number): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Draws `colour` through `mask` at (x, y) over the picture; what is outside is left out. */
export function stampMask(image: RgbaImage, mask: Mask, left: number, top: number, colour: Colour): void {
  const columns = Math.min(mask.widthPx, image.widthPx - left);
  const rows = Math.min(mask.heightPx, image.heightPx - top);
  for (let row = Math.max(0, -top); row < rows; row++) {
    for (let column = Math.max(0, -left); column < columns; column++) {
      const ink = (mask.coverage[row * mask.widthPx + column] ?? 0) * colour.alpha;
      if (ink > 0) blend(image.rgba, ((top + row) * image.widthPx + left + column) * 4, colour, ink / 65_025);
    }
  }
}

/** Blends one pixel over another, both with straight alpha. */
function blend(rgba: Uint8Array, at: number, { red, green, blue }: Colour, ink: number): void {
  const under = ((rgba[at + 3] ?? 0) / 255) * (1 - ink);
  const alpha = ink + under;
  rgba[at] = Math.round((red * ink + (rgba[at] ?? 0) * under) / alpha);
  rgba[at + 1] = Math.round((green * ink + (rgba[at + 1] ?? 0) * under) / alpha);
  rgba[at + 2] = Math.round((blue * ink + (rgba[at + 2] ?? 0) * under) / alpha);
  rgba[at + 3] = Math.round(alpha * 255);
}
