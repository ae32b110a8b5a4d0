import type { Rect, Size } from '#lib/media/geometry.ts';

/** A picture of three planes, 8 bits, chroma at half size (FFmpeg's yuv420p), in the picture memory. Even sizes only. */
export interface Picture {
  address: number;
  widthPx: number;
  heightPx: number;
}

export interface Plane {
  address: number;
  stride: number;
  /** 0 for Y; 1 for U and V, whose sizes are halved. */
  shift: 0 | 1;
}

export const bytesOf = (size: Size): number => (size.widthPx * size.heightPx * 3) / 2;

/** Y, U and V. */
export function planesOf(picture: Picture): readonly [Plane, Plane, Plane] {
  const { address, widthPx, heightPx } = picture;
  const luma = widthPx * heightPx;
  return [
    { address, stride: widthPx, shift: 0 },
    { address: address + luma, stride: widthPx / 2, shift: 1 },
    { address: address + luma + luma / 4, stride: widthPx / 2, shift: 1 },
  ];
}

/** Address of the first byte of `rect` in a plane. */
export const at = (plane: Plane, rect: Rect): number =>
  plane.address + (rect.y >> plane.shift) * plane.stride + (rect.x >> plane.shift);

/** The pixels of `rect` (parts of a canvas) with even edges, inside the canvas and never empty. */
export function pixelsOf(rect: Rect, canvas: Size): Rect {
  const even = (value: number, most: number): number => Math.max(0, Math.min(most, Math.round(value / 2) * 2));
  const x = even(rect.x * canvas.widthPx, canvas.widthPx - 2);
  const y = even(rect.y * canvas.heightPx, canvas.heightPx - 2);
  return {
    x,
    y,
    width: Math.max(2, even((rect.x + rect.width) * canvas.widthPx, canvas.widthPx) - x),
    height: Math.max(2, even((rect.y + rect.height) * canvas.heightPx, canvas.heightPx) - y),
  };
}
