import { yuvOf } from './i420.ts';
import type { PictureMemory } from './picture-memory.ts';
import type { Rect } from '#lib/media/geometry.ts';

/** An RGBA picture with straight alpha, as the overlay renderer gives it. */
export interface RgbaPicture {
  widthPx: number;
  heightPx: number;
  rgba: Uint8Array;
}

/** An overlay ready to blend: colour already multiplied by alpha, and what is kept of the picture, for luma and chroma. */
export interface OverlayPlanes {
  rect: Rect;
  colour: readonly [number, number, number];
  keep: readonly [number, number, number];
  release(): void;
}

/**
 * Makes an overlay's planes for a place in the canvas. Only the part that is not transparent is kept; edges are made even.
 * `x`, `y`: where the picture's top left lies (even). Undefined when nothing would be seen.
 */
export function overlayPlanes(
  memory: PictureMemory,
  picture: RgbaPicture,
  x: number,
  y: number,
): OverlayPlanes | undefined {
  const box = visibleBox(picture);
  if (!box) return undefined;
  const luma = box.width * box.height;
  const size = luma * 2 + luma;
  const base = memory.allocate(size);
  const quarter = luma / 4;
  const planes: OverlayPlanes = {
    rect: { ...box, x: x + box.x, y: y + box.y },
    colour: [base, base + 2 * luma, base + 2 * luma + quarter],
    keep: [base + luma, base + 2 * luma + 2 * quarter, base + 2 * luma + 2 * quarter],
    release: () => memory.release(base, size),
  };
  fillPlanes(memory.bytes, picture, box, planes);
  return planes;
}

/** The smallest even rectangle that holds every pixel which is not fully transparent. */
function visibleBox({ widthPx, heightPx, rgba }: RgbaPicture): Rect | undefined {
  let [left, right, top, bottom] = [widthPx, -1, heightPx, -1];
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      if (rgba[(y * widthPx + x) * 4 + 3] === 0) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  if (right < 0) return undefined;
  left &= ~1;
  top &= ~1;
  const width = Math.min((right + 2 - left) & ~1, (widthPx - left) & ~1);
  const height = Math.min((bottom + 2 - top) & ~1, (heightPx - top) & ~1);
  return width > 0 && height > 0 ? { x: left, y: top, width, height } : undefined;
}

/** Chroma is the mean of four pixels, weighed by their alpha; so is what is kept under it. */
function fillPlanes(bytes: Buffer, { widthPx, rgba }: RgbaPicture, box: Rect, { colour, keep }: OverlayPlanes): void {
  const half = box.width / 2;
  const sums = new Float32Array(half * 3);
  for (let y = 0; y < box.height; y++) {
    if (y % 2 === 0) sums.fill(0);
    for (let x = 0; x < box.width; x++) {
      const from = ((box.y + y) * widthPx + box.x + x) * 4;
      const alpha = (rgba[from + 3] ?? 0) / 255;
      const [luma, u, v] = yuvOf(rgba[from] ?? 0, rgba[from + 1] ?? 0, rgba[from + 2] ?? 0);
      bytes[colour[0] + y * box.width + x] = Math.round(luma * alpha);
      bytes[keep[0] + y * box.width + x] = Math.round(255 * (1 - alpha));
      const sum = (x >> 1) * 3;
      sums[sum] = (sums[sum] ?? 0) + u * alpha;
      sums[sum + 1] = (sums[sum + 1] ?? 0) + v * alpha;
      sums[sum + 2] = (sums[sum + 2] ?? 0) + alpha;
    }
    if (y % 2 === 0) continue;
    const row = (y >> 1) * half;
    for (let x = 0; x < half; x++) {
      bytes[colour[1] + row + x] = Math.round((sums[x * 3] ?? 0) / 4);
      bytes[colour[2] + row + x] = Math.round((sums[x * 3 + 1] ?? 0) / 4);
      bytes[keep[1] + row + x] = Math.round(255 * (1 - (sums[x * 3 + 2] ?? 0) / 4));
    }
  }
}

/** An opaque RGBA picture as planes of I420 at `address` (its sizes even). */
export function writeOpaque(bytes: Buffer, address: number, { widthPx, heightPx, rgba }: RgbaPicture): void {
  const luma = widthPx * heightPx;
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const from = (y * widthPx + x) * 4;
      const [value, u, v] = yuvOf(rgba[from] ?? 0, rgba[from + 1] ?? 0, rgba[from + 2] ?? 0);
      bytes[address + y * widthPx + x] = Math.round(value);
      if ((x | y) & 1) continue;
      const chroma = (y >> 1) * (widthPx / 2) + (x >> 1);
      bytes[address + luma + chroma] = Math.round(u);
      bytes[address + luma + luma / 4 + chroma] = Math.round(v);
    }
  }
}
