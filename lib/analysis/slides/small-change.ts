import { differingPixels } from './gray.ts';
import type { Patch } from './patches.ts';

/** Tiles of a side of the box that holds a pointer, a page number or a blinking cursor. */
const SMALL_TILES = 3;
/** Pixels of such a thing: an arrow of a twelfth of the picture's height has 60. */
export const SMALL_PIXELS = 90;

/** Whether a change is no bigger than a pointer. */
export function isSmall(patch: Patch, before: Uint8Array, after: Uint8Array): boolean {
  if (!isSmallBox(patch)) return false;
  return patch.tiles.reduce((sum, tile) => sum + differingPixels(before, after, tile), 0) <= SMALL_PIXELS;
}

/** Whether tiles are no further apart than those of a pointer. */
export const isSmallBox = ({ left, right, top, bottom }: Patch): boolean =>
  right - left < SMALL_TILES && bottom - top < SMALL_TILES;
