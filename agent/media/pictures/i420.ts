import type { Rect, Size } from '#lib/media/geometry.ts';

/** A picture in the picture memory: three planes of 8 bits, chroma at half size (FFmpeg's yuv420p). Sizes are even. */
export interface Picture {
  address: number;
  widthPx: number;
  heightPx: number;
}

/** A plane of a picture. */
export interface Plane {
  address: number;
  stride: number;
  /** Shift of sizes: 0 for Y, 1 for U and V, which have half of it. */
  shift: 0 | 1;
}

/** Number of bytes of a picture. */
export const bytesOf = (size: Size): number => (size.widthPx * size.heightPx * 3) / 2;

/** The planes Y, U and V. */
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

/**
 * Environment of an ffmpeg that makes glibc keep the memory of pictures, instead of returning it to the system with
 * each.
 */
export const KEEPS_MEMORY = { MALLOC_MMAP_THRESHOLD_: '33554432', MALLOC_TRIM_THRESHOLD_: '33554432' };
