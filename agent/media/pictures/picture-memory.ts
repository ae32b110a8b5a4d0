import { readFileSync } from 'node:fs';

/** The kernels of kernels/kernels.as.ts. Addresses are in bytes, strides and sizes in pixels. */
export interface Kernels {
  copyPlane(src: number, srcStride: number, dst: number, dstStride: number, width: number, height: number): void;
  fillPlane(dst: number, dstStride: number, width: number, height: number, value: number): void;
  scaleRows(...args: ScaleArguments): void;
  scaleColumns(...args: ScaleArguments): void;
  /** Scales a plane down to a quarter of its width and height. */
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
  /** Whether a row has a visible pixel: 0 or 1. */
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
 * The memory that pictures, tables and overlays share with the kernels. It is reserved once and never grows, so views
 * of it stay valid; only pages that were used take real memory.
 */
export interface PictureMemory {
  kernels: Kernels;
  /** The whole memory as bytes. */
  bytes: Buffer;
  /** Allocates at least `size` bytes, aligned to 16, and gives the address. Throws when the memory is used up. */
  allocate(size: number): number;
  /** Frees what `allocate(size)` gave. */
  release(address: number, size: number): void;
}

const PAGE = 65536;
const wasm = new WebAssembly.Module(readFileSync(new URL('../kernels/kernels.wasm', import.meta.url)));

/** Opens the memory. */
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

/**
 * The allocated size: sizes are rounded up in steps, so that freed memory fits others, with 32 bytes for wide reads of
 * the kernels.
 */
function roomFor(size: number): number {
  const step = size > 1 << 20 ? 1 << 16 : 1 << 12;
  return Math.ceil((size + 32) / step) * step;
}
