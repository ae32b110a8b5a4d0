import type { Rect } from '#lib/media/geometry.ts';

/** Small gray pictures, in which slides are looked for: their size, their tiles, and what differs between two. */

/** Size of a gray picture in pixels: enough to see letters of ordinary size as strokes. */
export const GRAY = { widthPx: 216, heightPx: 136 } as const;
/** Bytes of a gray picture: one for each pixel, row by row. */
export const GRAY_BYTES = GRAY.widthPx * GRAY.heightPx;

/** Pixels of a side of a tile. */
export const TILE_PX = 8;
/** Tiles in a row, and rows of tiles. */
export const COLUMNS = GRAY.widthPx / TILE_PX;
export const ROWS = GRAY.heightPx / TILE_PX;
export const TILES = COLUMNS * ROWS;

/** Difference of two pixels, of 255, up to which they count as equal: that much comes from encoding. */
export const EQUAL_TO = 20;
/** Pixels of a tile that must differ, so that the tile does. */
const LEAST_PIXELS = 2;

/** The index of the first pixel of a tile. */
const originOf = (tile: number): number =>
  Math.floor(tile / COLUMNS) * TILE_PX * GRAY.widthPx + (tile % COLUMNS) * TILE_PX;

const PIXELS: readonly Uint16Array[] = Array.from({ length: TILES }, (_, tile) =>
  Uint16Array.from(
    { length: TILE_PX ** 2 },
    (_, n) => originOf(tile) + Math.floor(n / TILE_PX) * GRAY.widthPx + (n % TILE_PX),
  ),
);
/** The indexes of all pixels of a tile. */
export const pixelsOf = (tile: number): Uint16Array => PIXELS[tile]!;

/** Number of pixels of a tile that differ; 0 if they are too few to make the tile differ. */
export function differingPixels(a: Uint8Array, b: Uint8Array, tile: number): number {
  let count = 0;
  const origin = originOf(tile);
  for (let y = 0; y < TILE_PX; y++) {
    const row = origin + y * GRAY.widthPx;
    for (let at = row; at < row + TILE_PX; at++) if (Math.abs((a[at] ?? 0) - (b[at] ?? 0)) > EQUAL_TO) count += 1;
  }
  return count < LEAST_PIXELS ? 0 : count;
}

/** Copies one tile. */
export function copyTile(from: Uint8Array, to: Uint8Array, tile: number): void {
  const origin = originOf(tile);
  for (let y = 0; y < TILE_PX; y++) {
    const row = origin + y * GRAY.widthPx;
    to.set(from.subarray(row, row + TILE_PX), row);
  }
}

/** The mean level of each tile. */
export function tileMeans(picture: Uint8Array): Float32Array {
  return Float32Array.from({ length: TILES }, (_, tile) => {
    let sum = 0;
    const origin = originOf(tile);
    for (let y = 0; y < TILE_PX; y++) {
      const row = origin + y * GRAY.widthPx;
      for (let at = row; at < row + TILE_PX; at++) sum += picture[at] ?? 0;
    }
    return sum / TILE_PX ** 2;
  });
}

/** The tiles that rectangles touch, in parts (0 to 1) of the picture: 1 for each. */
export function tilesIn(rects: readonly Rect[]): Uint8Array {
  const isIn = (tile: number, { x, y, width, height }: Rect): boolean => {
    const [column, row] = [tile % COLUMNS, Math.floor(tile / COLUMNS)];
    const [left, top] = [x * COLUMNS, y * ROWS];
    return column + 1 > left && column < left + width * COLUMNS && row + 1 > top && row < top + height * ROWS;
  };
  return Uint8Array.from({ length: TILES }, (_, tile) => (rects.some((rect) => isIn(tile, rect)) ? 1 : 0));
}
