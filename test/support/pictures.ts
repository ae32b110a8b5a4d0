import { bytesOf, planesOf, type Picture } from '#agent/media/pictures/i420.ts';
import type { PictureMemory } from '#agent/media/pictures/picture-memory.ts';
import type { Rect } from '#lib/media/geometry.ts';

export const newPicture = (memory: PictureMemory, widthPx: number, heightPx: number): Picture => ({
  address: memory.allocate(bytesOf({ widthPx, heightPx })),
  widthPx,
  heightPx,
});

/** Sets every pixel of each plane to what `value` gives for plane (0 to 2) and place in that plane. */
export function paint(
  memory: PictureMemory,
  picture: Picture,
  value: (plane: number, x: number, y: number) => number,
): void {
  planesOf(picture).forEach(({ address, stride, shift }, plane) => {
    const rows = picture.heightPx >> shift;
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < stride; x++) memory.bytes[address + y * stride + x] = value(plane, x, y);
  });
}

export const copyOf = (memory: PictureMemory, picture: Picture): Buffer =>
  Buffer.from(memory.bytes.subarray(picture.address, picture.address + bytesOf(picture)));

/** The values of a rectangle of one plane, row by row; `rect` in pixels of luma. */
export function valuesIn(memory: PictureMemory, picture: Picture, plane: 0 | 1 | 2, rect: Rect): number[][] {
  const { address, stride, shift } = planesOf(picture)[plane];
  return Array.from({ length: rect.height >> shift }, (_, y) => {
    const start = address + ((rect.y >> shift) + y) * stride + (rect.x >> shift);
    return [...memory.bytes.subarray(start, start + (rect.width >> shift))];
  });
}

export const wholeOf = ({ widthPx, heightPx }: Picture): Rect => ({ x: 0, y: 0, width: widthPx, height: heightPx });

/** Whether a pixel of a plane (shift 1: chroma) lies in a rectangle given in luma. */
export const isIn = (rect: Rect, x: number, y: number, shift: number): boolean =>
  x >= rect.x >> shift &&
  x < (rect.x + rect.width) >> shift &&
  y >= rect.y >> shift &&
  y < (rect.y + rect.height) >> shift;
