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

/** For an ffmpeg: the memory of a picture is not given back to the system (glibc) and asked for again with each. */
export const KEEPS_MEMORY = { MALLOC_MMAP_THRESHOLD_: '33554432', MALLOC_TRIM_THRESHOLD_: '33554432' };
