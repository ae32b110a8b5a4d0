import { planesOf, type Picture } from './i420.ts';
import type { PictureMemory } from './picture-memory.ts';
import type { Rect } from '#lib/media/geometry.ts';

/** An RGBA picture with straight alpha, as the overlay renderer gives it. */
export interface RgbaPicture {
  widthPx: number;
  heightPx: number;
  rgba: Uint8Array;
}

/**
 * An overlay that is ready to blend: colour multiplied by alpha, and the part of the picture that stays, for luma and
 * chroma.
 */
export interface OverlayPlanes {
  rect: Rect;
  colour: readonly [number, number, number];
  keep: readonly [number, number, number];
  release(): void;
}

/**
 * Makes the planes of an overlay. Only the visible part is kept; its edges are made even. `x` and `y` are the place of
 * the picture's top left corner (even). Undefined if nothing is visible.
 */
export function overlayPlanes(
  memory: PictureMemory,
  picture: RgbaPicture,
  x: number,
  y: number,
): OverlayPlanes | undefined {
  return withRgba(memory, picture, (rgba) => {
    const box = visibleBox(memory, rgba, picture);
    if (!box) return undefined;
    const luma = box.width * box.height;
    const quarter = luma / 4;
    const size = 2 * luma + 3 * quarter;
    const base = memory.allocate(size);
    const [keep, u, v, keepC] = [
      base + luma,
      base + 2 * luma,
      base + 2 * luma + quarter,
      base + 2 * luma + 2 * quarter,
    ];
    const first = rgba + (box.y * picture.widthPx + box.x) * 4;
    memory.kernels.fromRgba(first, picture.widthPx, box.width, box.height, base, keep, u, v, keepC);
    return {
      rect: { ...box, x: x + box.x, y: y + box.y },
      colour: [base, u, v],
      keep: [keep, keepC, keepC],
      release: () => memory.release(base, size),
    };
  });
}

/** Rows that are drawn at a time: what they need is little, and memory of the kernels is never given back. Even. */
const ROWS = 32;

/** Draws an opaque picture of the same even size into `target`. */
export function drawOpaque(memory: PictureMemory, { widthPx, heightPx, rgba }: RgbaPicture, target: Picture): void {
  const [y, u, v] = planesOf(target);
  const unused = memory.allocate(ROWS * widthPx);
  for (let row = 0; row < heightPx; row += ROWS) {
    const rows = Math.min(ROWS, heightPx - row);
    const part = { widthPx, heightPx: rows, rgba: rgba.subarray(row * widthPx * 4, (row + rows) * widthPx * 4) };
    const [luma, chroma] = [row * widthPx, (row * widthPx) / 4];
    withRgba(memory, part, (address) =>
      memory.kernels.fromRgba(
        ...([address, widthPx, widthPx, rows, y.address + luma, unused] as const),
        ...([u.address + chroma, v.address + chroma, unused] as const),
      ),
    );
  }
  memory.release(unused, ROWS * widthPx);
}

/** Copies the picture's bytes to where the kernels can read them, while `act` runs. */
function withRgba<T>(memory: PictureMemory, { rgba }: RgbaPicture, act: (address: number) => T): T {
  const address = memory.allocate(rgba.length);
  try {
    memory.bytes.set(rgba, address);
    return act(address);
  } finally {
    memory.release(address, rgba.length);
  }
}

/** The smallest even rectangle with all visible pixels. */
function visibleBox(
  { kernels, bytes }: PictureMemory,
  rgba: number,
  { widthPx, heightPx }: RgbaPicture,
): Rect | undefined {
  const rowSeen = (y: number): boolean => kernels.isVisible(rgba + y * widthPx * 4, widthPx) !== 0;
  let top = 0;
  while (top < heightPx && !rowSeen(top)) top++;
  if (top === heightPx) return undefined;
  let bottom = heightPx;
  while (!rowSeen(bottom - 1)) bottom--;
  const columnSeen = (x: number): boolean => {
    for (let y = top; y < bottom; y++) if (bytes[rgba + (y * widthPx + x) * 4 + 3] !== 0) return true;
    return false;
  };
  let left = 0;
  while (!columnSeen(left)) left++;
  let right = widthPx;
  while (!columnSeen(right - 1)) right--;
  const [x, y] = [left & ~1, top & ~1];
  const width = Math.min((right + 1 - x) & ~1, (widthPx - x) & ~1);
  const height = Math.min((bottom + 1 - y) & ~1, (heightPx - y) & ~1);
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
