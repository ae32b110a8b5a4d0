import type { ShownSprite } from '../../../editing/shown-edit.ts';

/** Place of a small picture in the picture that has all: CSS values for a box of a size. Pure. */
export interface Tile {
  /** Number of the small picture, from 0. */
  n: number;
  /** `background-size` and `background-position`, in pixels. */
  size: string;
  position: string;
}

/** The small picture of a frame, as the background of a box that is `widePx` wide and `tallPx` high. */
export function tileOf(
  { count, columns, rows }: Pick<ShownSprite, 'count' | 'columns' | 'rows'>,
  { frame, frames }: { frame: number; frames: number },
  { widePx, tallPx }: { widePx: number; tallPx: number },
): Tile {
  const n = Math.max(0, Math.min(count - 1, Math.floor((frame * count) / Math.max(1, frames))));
  const [column, row] = [n % columns, Math.floor(n / columns)];
  return {
    n,
    size: `${columns * widePx}px ${rows * tallPx}px`,
    position: `${-column * widePx}px ${-row * tallPx}px`,
  };
}
