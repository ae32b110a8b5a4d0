import { bytesOf, type Picture } from './i420.ts';
import type { PictureMemory } from './picture-memory.ts';
import type { Size } from '#lib/media/geometry.ts';

/** The last frames of one input, read from its pipe into their place, and shown by their index (0 is the first one). */
export interface FrameRing {
  /** Where the next bytes belong: what is left of the frame that is coming. */
  room(): Uint8Array;
  /** So many bytes were put there; calls `onFrame` if that made a frame whole. */
  landed(bytes: number): void;
  /** Index of the newest whole frame, -1 before the first. */
  readonly newest: number;
  /** The oldest frame that is not overwritten. */
  readonly oldest: number;
  /** Undefined when that frame has not come yet or is overwritten. */
  frame(index: number): Picture | undefined;
  /** Gives the memory back: nobody may still be writing into `room()`. */
  close(): void;
}

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
    // The slot behind the newest is being written.
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
