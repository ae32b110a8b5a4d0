import { bytesOf, type Picture } from './i420.ts';
import type { PictureMemory } from './picture-memory.ts';
import type { Size } from '#lib/media/geometry.ts';

/** Pictures that are drawn, written to a pipe, and used again. */
export interface PicturePool {
  /** A free picture; undefined if all are still being written. */
  take(): Picture | undefined;
  give(picture: Picture): void;
  /** The picture's bytes, without copying. */
  bytes(picture: Picture): Buffer;
  close(): void;
}

/** Opens a pool of `count` pictures. */
export function openPicturePool(memory: PictureMemory, size: Size, count: number): PicturePool {
  const all = Array.from({ length: count }, (): Picture => ({ address: memory.allocate(bytesOf(size)), ...size }));
  const idle = [...all];
  return {
    take: () => idle.pop(),
    give: (picture) => void idle.push(picture),
    bytes: ({ address }) => memory.bytes.subarray(address, address + bytesOf(size)),
    close: () => all.forEach(({ address }) => memory.release(address, bytesOf(size))),
  };
}
