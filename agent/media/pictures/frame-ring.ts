import { bytesOf, type Picture } from './i420.ts';
import type { PictureMemory } from './picture-memory.ts';
import type { Size } from '#lib/media/geometry.ts';

/** The last frames of one input. They are read from its pipe to their places, and found by their index, from 0. */
export interface FrameRing {
  /** The memory for the next bytes: the rest of the frame that is coming. */
  room(): Uint8Array;
  /** Tells that so many bytes were read; calls `onFrame` if a frame became complete. */
  landed(bytes: number): void;
  /** Index of the newest complete frame; -1 before the first. */
  readonly newest: number;
  /** Index of the oldest frame that is not overwritten. */
  readonly oldest: number;
  /** A frame; undefined if it has not come yet or is overwritten. */
  frame(index: number): Picture | undefined;
  /** Frees the memory; nothing may write into `room()` any more. */
  close(): void;
}

/** Opens the ring of an input. */
export function openFrameRing(
  memory: PictureMemory,
  size: Size,
  slots: number,
  onFrame: (index: number) => void,
): FrameRing {
  const bytes = bytesOf(size);
  const address = memory.allocate(bytes * slots);
  let written = 0;
  let newest = -1;
  let closed = false;
  const slotOf = (index: number): number => address + (index % slots) * bytes;
  return {
    room() {
      const start = slotOf(newest + 1);
      return closed ? Buffer.alloc(bytes) : memory.bytes.subarray(start + written, start + bytes);
    },
    landed(count) {
      if (closed) return;
      written += count;
      if (written < bytes) return;
      written = 0;
      newest++;
      onFrame(newest);
    },
    get newest() {
      return newest;
    },
    // The slot after the newest frame is being written.
    get oldest() {
      return Math.max(0, newest + 2 - slots);
    },
    frame: (index) =>
      index >= 0 && index <= newest && index > newest + 1 - slots ? { address: slotOf(index), ...size } : undefined,
    close() {
      if (!closed) memory.release(address, bytes * slots);
      closed = true;
    },
  };
}
