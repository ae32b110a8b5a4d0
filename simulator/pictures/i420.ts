import type { Rect, Size } from '#lib/media/geometry.ts';

/** A picture: luma, then both chroma planes at half size, BT.709 video range. Width and height are even. */
export interface I420 {
  size: Size;
  data: Uint8Array;
}

/** A cut-out with soft edges, multiplied by its opacity. */
export interface Sprite {
  size: Size;
  /** Luma times opacity, and opacity (0 to 255), one value per pixel. */
  luma: Uint8Array;
  opacity: Uint8Array;
  /** Values like `luma` and `opacity`, one for 2x2 pixels. */
  u: Uint8Array;
  v: Uint8Array;
  chromaOpacity: Uint8Array;
}

/** Number of bytes of a picture. */
export const frameBytes = ({ widthPx, heightPx }: Size): number => (widthPx * heightPx * 3) / 2;

/** The planes of a picture. */
export function planesOf({ data, size: { widthPx, heightPx } }: I420) {
  const luma = widthPx * heightPx;
  return {
    luma: data.subarray(0, luma),
    u: data.subarray(luma, luma + luma / 4),
    v: data.subarray(luma + luma / 4, luma + luma / 2),
  };
}

const lumaOf = (r: number, g: number, b: number): number => 16 + 0.1826 * r + 0.6142 * g + 0.062 * b;
const uOf = (r: number, g: number, b: number): number => 128 - 0.1006 * r - 0.3386 * g + 0.4392 * b;
const vOf = (r: number, g: number, b: number): number => 128 + 0.4392 * r - 0.3989 * g - 0.0403 * b;

/** A picture from RGBA of 4 bytes a pixel; opacity is ignored. */
export function i420FromRgba(rgba: Uint8Array, size: Size): I420 {
  const { luma, u, v, chromaOpacity } = spriteFromRgba(rgba, size);
  if (chromaOpacity.some((value) => value !== 255)) throw new Error('a picture has to be opaque');
  const data = new Uint8Array(frameBytes(size));
  data.set(luma);
  data.set(u, luma.length);
  data.set(v, luma.length + u.length);
  return { size, data };
}

/** A cut-out from RGBA. */
export function spriteFromRgba(rgba: Uint8Array, size: Size): Sprite {
  const { widthPx, heightPx } = size;
  const pixels = widthPx * heightPx;
  const sprite: Sprite = {
    size,
    luma: new Uint8Array(pixels),
    opacity: new Uint8Array(pixels),
    u: new Uint8Array(pixels / 4),
    v: new Uint8Array(pixels / 4),
    chromaOpacity: new Uint8Array(pixels / 4),
  };
  for (let at = 0; at < pixels; at++) {
    const [r, g, b, a] = rgba.subarray(at * 4, at * 4 + 4) as unknown as [number, number, number, number];
    sprite.luma[at] = Math.round((lumaOf(r, g, b) * a) / 255);
    sprite.opacity[at] = a;
  }
  for (let y = 0; y < heightPx / 2; y++) for (let x = 0; x < widthPx / 2; x++) chromaCell(rgba, sprite, x, y);
  return sprite;
}

function chromaCell(rgba: Uint8Array, sprite: Sprite, x: number, y: number): void {
  const { widthPx } = sprite.size;
  let u = 0;
  let v = 0;
  let opacity = 0;
  for (const [dx, dy] of CELL) {
    const at = ((y * 2 + dy) * widthPx + x * 2 + dx) * 4;
    const [r, g, b, a] = rgba.subarray(at, at + 4) as unknown as [number, number, number, number];
    u += uOf(r, g, b) * a;
    v += vOf(r, g, b) * a;
    opacity += a;
  }
  const to = (y * widthPx) / 2 + x;
  sprite.u[to] = Math.round(u / 4 / 255);
  sprite.v[to] = Math.round(v / 4 / 255);
  sprite.chromaOpacity[to] = Math.round(opacity / 4);
}

const CELL = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

/** Draws a cut-out into a picture, with its corner at an even place; the part outside is not drawn. */
export function blend(picture: I420, sprite: Sprite, x: number, y: number): void {
  const to = planesOf(picture);
  const { widthPx, heightPx } = picture.size;
  const left = x & ~1;
  const top = y & ~1;
  blendPlane(to.luma, widthPx, heightPx, sprite.luma, sprite.opacity, sprite.size.widthPx, left, top);
  const half = [widthPx / 2, heightPx / 2] as const;
  blendPlane(to.u, ...half, sprite.u, sprite.chromaOpacity, sprite.size.widthPx / 2, left / 2, top / 2);
  blendPlane(to.v, ...half, sprite.v, sprite.chromaOpacity, sprite.size.widthPx / 2, left / 2, top / 2);
}

function blendPlane(
  to: Uint8Array,
  width: number,
  height: number,
  from: Uint8Array,
  opacity: Uint8Array,
  fromWidth: number,
  left: number,
  top: number,
): void {
  const fromHeight = from.length / fromWidth;
  for (let y = Math.max(0, -top); y < Math.min(fromHeight, height - top); y++) {
    for (let x = Math.max(0, -left); x < Math.min(fromWidth, width - left); x++) {
      const at = y * fromWidth + x;
      const alpha = opacity[at] as number;
      if (alpha === 0) continue;
      const place = (top + y) * width + left + x;
      to[place] = (from[at] as number) + (((to[place] as number) * (255 - alpha) + 127) >> 8);
    }
  }
}

/** Fills a rectangle (even numbers) with a grey. */
export function fillGrey(picture: I420, { x, y, width, height }: Rect, grey: number): void {
  const planes = planesOf(picture);
  const stride = picture.size.widthPx;
  for (let line = y; line < y + height; line++) planes.luma.fill(grey, line * stride + x, line * stride + x + width);
  for (let line = y >> 1; line < (y + height) >> 1; line++) {
    const from = (line * stride + x) >> 1;
    planes.u.fill(128, from, from + (width >> 1));
    planes.v.fill(128, from, from + (width >> 1));
  }
}
