import { readFileSync } from 'node:fs';

/** The kernels of kernels/kernels.as.ts: addresses in bytes, strides and sizes in pixels. */
export interface Kernels {
  copyPlane(src: number, srcStride: number, dst: number, dstStride: number, width: number, height: number): void;
  fillPlane(dst: number, dstStride: number, width: number, height: number, value: number): void;
  scaleRows(...args: ScaleArguments): void;
  scaleColumns(...args: ScaleArguments): void;
  /** The source part is four times as wide and high. */
  quarterPlane(src: number, srcStride: number, dst: number, dstStride: number, width: number, height: number): void;
  blendPlane(
    colour: number,
    keep: number,
    overlayStride: number,
    dst: number,
    dstStride: number,
    width: number,
    height: number,
  ): void;
  lookUpPlane(
    src: number,
    srcStride: number,
    dst: number,
    dstStride: number,
    width: number,
    height: number,
    table: number,
  ): void;
  fromRgba(
    rgba: number,
    rgbaWidth: number,
    width: number,
    height: number,
    y: number,
    keepY: number,
    u: number,
    v: number,
    keepC: number,
  ): void;
  /** 0 or 1. */
  isVisible(rgba: number, width: number): number;
  toRgb(y: number, u: number, v: number, width: number, height: number, dst: number): void;
  turnChroma(
    u: number,
    v: number,
    srcStride: number,
    dstU: number,
    dstV: number,
    dstStride: number,
    width: number,
    height: number,
    cos: number,
    sin: number,
  ): void;
}

/** src, srcStride, dst, dstStride, width, height, starts, weights, taps */
type ScaleArguments = [number, number, number, number, number, number, number, number, number];

/**
 * One memory that pictures, tables and overlays share with the kernels. It is reserved once and never grows, so views of
 * it stay valid; only pages that were touched take real memory.
 */
export interface PictureMemory {
  kernels: Kernels;
  /** All of it, as bytes. */
  bytes: Buffer;
  /** Address of at least `size` bytes, aligned to 16. Throws when the memory is used up. */
  allocate(size: number): number;
  /** Gives back what `allocate(size)` gave. */
  release(address: number, size: number): void;
}

const PAGE = 65536;
const wasm = new WebAssembly.Module(readFileSync(new URL('../../kernels/kernels.wasm', import.meta.url)));

export function openPictureMemory(reserveBytes = 768 << 20): PictureMemory {
  const pages = Math.ceil(reserveBytes / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const instance = new WebAssembly.Instance(wasm, { env: { memory } });
  const free = new Map<number, number[]>();
  let top = PAGE;
  return {
    kernels: instance.exports as unknown as Kernels,
    bytes: Buffer.from(memory.buffer),
    allocate(size) {
      const room = roomFor(size);
      const reused = free.get(room)?.pop();
      if (reused !== undefined) return reused;
      if (top + room > memory.buffer.byteLength) throw new Error(`picture memory of ${reserveBytes} bytes is used up`);
      const address = top;
      top += room;
      return address;
    },
    release(address, size) {
      const room = roomFor(size);
      const list = free.get(room);
      if (list) list.push(address);
      else free.set(room, [address]);
    },
  };
}

/** Sizes come in steps, so that what one overlay leaves another can take; 32 bytes more for the kernels' wide reads. */
function roomFor(size: number): number {
  const step = size > 1 << 20 ? 1 << 16 : 1 << 12;
  return Math.ceil((size + 32) / step) * step;
}
