// Kernels on 8-bit planes in one linear memory. AssemblyScript, compiled by build.ts to kernels.wasm.
// Addresses are bytes; strides and sizes are pixels (one byte each). Widths need no alignment.

/** Copies a rectangle of rows. */
export function copyPlane(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, height: i32): void {
  if (srcStride == width && dstStride == width) {
    memory.copy(dst, src, <usize>(width * height));
    return;
  }
  for (let y = 0; y < height; y++) {
    memory.copy(dst + y * dstStride, src + y * srcStride, width);
  }
}

export function fillPlane(dst: usize, dstStride: i32, width: i32, height: i32, value: i32): void {
  for (let y = 0; y < height; y++) memory.fill(dst + y * dstStride, <u8>value, width);
}

/**
 * Vertical half of a separable scale: `height` rows of `width` pixels out.
 * For row y: starts[y] is the first source row, weights[y * taps + k] (i16, sum 16384, taps even) its weights.
 * Source rows are clamped by the table's maker; reads stay inside the plane.
 */
export function scaleRows(
  src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, height: i32,
  starts: usize, weights: usize, taps: i32,
): void {
  const half = i32x4.splat(8192);
  for (let y = 0; y < height; y++) {
    const first = src + load<i32>(starts + (y << 2)) * srcStride;
    const w = weights + ((y * taps) << 1);
    const out = dst + y * dstStride;
    let x = 0;
    for (; x + 8 <= width; x += 8) {
      let low = half;
      let high = half;
      for (let k = 0; k < taps; k += 2) {
        const row = first + k * srcStride + x;
        const a = v128.load8x8_u(row);
        const b = v128.load8x8_u(row + srcStride);
        const pair = v128.load32_splat(w + (k << 1));
        low = i32x4.add(low, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), pair));
        high = i32x4.add(high, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), pair));
      }
      const words = i16x8.narrow_i32x4_s(i32x4.shr_s(low, 14), i32x4.shr_s(high, 14));
      v128.store64_lane(out + x, i8x16.narrow_i16x8_u(words, words), 0);
    }
    for (; x < width; x++) {
      let sum = 8192;
      for (let k = 0; k < taps; k++) sum += <i32>load<u8>(first + k * srcStride + x) * <i32>load<i16>(w + (k << 1));
      store<u8>(out + x, clamp(sum >> 14));
    }
  }
}

/**
 * Horizontal half: for column x, starts[x] is the first source pixel and weights[x * taps + k] its weights;
 * taps is a multiple of 8 (padded by zero weights), and up to 8 bytes behind a row's end may be read.
 */
export function scaleColumns(
  src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, height: i32,
  starts: usize, weights: usize, taps: i32,
): void {
  for (let y = 0; y < height; y++) {
    const row = src + y * srcStride;
    const out = dst + y * dstStride;
    let w = weights;
    let x = 0;
    if (taps == 8) {
      for (; x + 4 <= width; x += 4, w += 64) {
        const from = starts + (x << 2);
        const a = eightTaps(row + load<i32>(from), w);
        const b = eightTaps(row + load<i32>(from, 4), w + 16);
        const c = eightTaps(row + load<i32>(from, 8), w + 32);
        const d = eightTaps(row + load<i32>(from, 12), w + 48);
        const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 1, 4, 5), v128.shuffle<i32>(a, b, 2, 3, 6, 7));
        const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 1, 4, 5), v128.shuffle<i32>(c, d, 2, 3, 6, 7));
        const sums = i32x4.add(v128.shuffle<i32>(ab, cd, 0, 2, 4, 6), v128.shuffle<i32>(ab, cd, 1, 3, 5, 7));
        const words = i32x4.shr_s(i32x4.add(sums, i32x4.splat(8192)), 14);
        const bytes = i16x8.narrow_i32x4_s(words, words);
        v128.store32_lane(out + x, i8x16.narrow_i16x8_u(bytes, bytes), 0);
      }
    }
    for (; x < width; x++) {
      const first = row + load<i32>(starts + (x << 2));
      let sum = i32x4.splat(0);
      for (let k = 0; k < taps; k += 8, w += 16) {
        sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load8x8_u(first + k), v128.load(w)));
      }
      store<u8>(out + x, clamp((8192 + sumLanes(sum)) >> 14));
    }
  }
}

/** Makes each pixel the mean of 4x4: what a quarter of the size takes, without a table and without a picture between. */
export function quarterPlane(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, height: i32): void {
  const half = i32x4.splat(8);
  for (let y = 0; y < height; y++) {
    const row = src + (y << 2) * srcStride;
    const out = dst + y * dstStride;
    let x = 0;
    for (; x + 16 <= width; x += 16) {
      const from = row + (x << 2);
      const a = i32x4.shr_u(i32x4.add(sumOfFour(from, srcStride), half), 4);
      const b = i32x4.shr_u(i32x4.add(sumOfFour(from + 16, srcStride), half), 4);
      const c = i32x4.shr_u(i32x4.add(sumOfFour(from + 32, srcStride), half), 4);
      const d = i32x4.shr_u(i32x4.add(sumOfFour(from + 48, srcStride), half), 4);
      v128.store(out + x, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_u(a, b), i16x8.narrow_i32x4_u(c, d)));
    }
    for (; x < width; x++) {
      let sum = 8;
      for (let k = 0; k < 16; k++) sum += <i32>load<u8>(row + (k >> 2) * srcStride + (x << 2) + (k & 3));
      store<u8>(out + x, sum >> 4);
    }
  }
}

/** Four sums of 4x4 pixels. */
// @ts-ignore: decorator
@inline
function sumOfFour(from: usize, stride: i32): v128 {
  const upper = i16x8.add(
    i16x8.extadd_pairwise_i8x16_u(v128.load(from)),
    i16x8.extadd_pairwise_i8x16_u(v128.load(from + stride)),
  );
  const lower = i16x8.add(
    i16x8.extadd_pairwise_i8x16_u(v128.load(from + 2 * stride)),
    i16x8.extadd_pairwise_i8x16_u(v128.load(from + 3 * stride)),
  );
  return i32x4.extadd_pairwise_i16x8_u(i16x8.add(upper, lower));
}

// @ts-ignore: decorator
@inline
function eightTaps(pixels: usize, weights: usize): v128 {
  return i32x4.dot_i16x8_s(v128.load8x8_u(pixels), v128.load(weights));
}

// @ts-ignore: decorator
@inline
function sumLanes(v: v128): i32 {
  const pairs = i32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
}

// @ts-ignore: decorator
@inline
function clamp(value: i32): i32 {
  return max(0, min(255, value));
}

/** dst = colour + dst * keep / 256, where colour is already multiplied by its alpha and keep is 0..255 for 1 - alpha (255 = untouched). */
export function blendPlane(
  colour: usize, keep: usize, overlayStride: i32, dst: usize, dstStride: i32, width: i32, height: i32,
): void {
  const one = i16x8.splat(1);
  for (let y = 0; y < height; y++) {
    const c = colour + y * overlayStride;
    const k = keep + y * overlayStride;
    const d = dst + y * dstStride;
    let x = 0;
    for (; x + 8 <= width; x += 8) {
      const kept = v128.load8x8_u(k + x);
      // 0..255 becomes 0..256, so that 255 keeps the picture exactly.
      const factor = i16x8.add(kept, i16x8.shr_u(i16x8.add(kept, one), 8));
      const under = i16x8.shr_u(i16x8.add(i16x8.mul(v128.load8x8_u(d + x), factor), i16x8.splat(128)), 8);
      const sum = i16x8.add(under, v128.load8x8_u(c + x));
      v128.store64_lane(d + x, i8x16.narrow_i16x8_u(sum, sum), 0);
    }
    for (; x < width; x++) {
      const kept = <i32>load<u8>(k + x);
      const factor = kept + ((kept + 1) >> 8);
      store<u8>(d + x, clamp(<i32>load<u8>(c + x) + ((<i32>load<u8>(d + x) * factor + 128) >> 8)));
    }
  }
}

/** dst = table[src], for brightness and contrast. */
export function lookUpPlane(src: usize, srcStride: i32, dst: usize, dstStride: i32, width: i32, height: i32, table: usize): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) store<u8>(dst + y * dstStride + x, load<u8>(table + load<u8>(src + y * srcStride + x)));
  }
}

/** Turns and stretches chroma around 128: cos and sin are fixed-point with 12 bits and hold the saturation too. */
export function turnChroma(
  u: usize, v: usize, srcStride: i32, dstU: usize, dstV: usize, dstStride: i32, width: i32, height: i32, cos: i32, sin: i32,
): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const a = <i32>load<u8>(u + y * srcStride + x) - 128;
      const b = <i32>load<u8>(v + y * srcStride + x) - 128;
      store<u8>(dstU + y * dstStride + x, clamp(128 + ((a * cos - b * sin + 2048) >> 12)));
      store<u8>(dstV + y * dstStride + x, clamp(128 + ((a * sin + b * cos + 2048) >> 12)));
    }
  }
}

/** Limited-range BT.709 to packed RGB, 3 bytes a pixel; even sizes. */
export function toRgb(y: usize, u: usize, v: usize, width: i32, height: i32, dst: usize): void {
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) {
      const luma = (<i32>load<u8>(y + row * width + x) - 16) * 4769;
      const chroma = (row >> 1) * (width >> 1) + (x >> 1);
      const b = <i32>load<u8>(u + chroma) - 128;
      const r = <i32>load<u8>(v + chroma) - 128;
      const at = dst + (row * width + x) * 3;
      store<u8>(at, clamp((luma + 7343 * r + 2048) >> 12), 0);
      store<u8>(at, clamp((luma - 873 * b - 2183 * r + 2048) >> 12), 1);
      store<u8>(at, clamp((luma + 8652 * b + 2048) >> 12), 2);
    }
  }
}

/**
 * RGBA (straight alpha) to planes of BT.709: colour multiplied by alpha, and what is kept of the picture (255 - alpha);
 * chroma is the mean of four pixels. `rgba` is the first pixel of the part, `rgbaWidth` its picture's width; even sizes.
 */
export function fromRgba(
  rgba: usize, rgbaWidth: i32, width: i32, height: i32,
  y: usize, keepY: usize, u: usize, v: usize, keepC: usize,
): void {
  const half = width >> 1;
  for (let row = 0; row < height; row += 2) {
    for (let x = 0; x < width; x += 2) {
      let sumU: f32 = 0, sumV: f32 = 0, sumA: f32 = 0;
      for (let k = 0; k < 4; k++) {
        const px = x + (k & 1);
        const py = row + (k >> 1);
        const from = rgba + ((py * rgbaWidth + px) << 2);
        const a = <f32>load<u8>(from, 3) / 255;
        const r = <f32>load<u8>(from, 0);
        const g = <f32>load<u8>(from, 1);
        const b = <f32>load<u8>(from, 2);
        const luma: f32 = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        store<u8>(y + py * width + px, <u8>((16 + luma * (219.0 / 255.0)) * a + 0.5));
        store<u8>(keepY + py * width + px, <u8>(255 * (1 - a) + 0.5));
        sumU += (128 + (b - luma) * (224.0 / (255.0 * 1.8556))) * a;
        sumV += (128 + (r - luma) * (224.0 / (255.0 * 1.5748))) * a;
        sumA += a;
      }
      const at = (row >> 1) * half + (x >> 1);
      store<u8>(u + at, <u8>(sumU / 4 + 0.5));
      store<u8>(v + at, <u8>(sumV / 4 + 0.5));
      store<u8>(keepC + at, <u8>(255 * (1 - sumA / 4) + 0.5));
    }
  }
}

/** Whether any of `width` pixels has alpha. */
export function isVisible(rgba: usize, width: i32): bool {
  for (let x = 0; x < width; x++) if (load<u8>(rgba + (x << 2), 3)) return true;
  return false;
}
