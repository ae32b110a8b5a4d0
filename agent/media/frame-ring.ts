import { bytesOf, type Picture } from './i420.ts';
import type { PictureMemory } from './picture-memory.ts';
import type { Size } from '#lib/media/geometry.ts';

/** The last frames of one input, written as they come from its pipe, read by their index (0 is the first one). */
export interface FrameRing {
  /** Takes bytes cut anywhere; calls `onFrame` for each frame that became whole. */
  write(chunk: Buffer): void;
  /** Index of the newest whole frame, -1 before the first. */
  readonly newest: number;
  /** Undefined when that frame has not come yet or is overwritten. */
  frame(index: number): Picture | undefined;
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
    write(chunk) {
      if (closed) return;
      for (let at = 0; at < chunk.length;) {
        const count = Math.min(chunk.length - at, bytes - written);
        chunk.copy(memory.bytes, slotOf(newest + 1) + written, at, at + count);
        at += count;
        written += count;
        if (written < bytes) continue;
        written = 0;
        newest++;
        onFrame(newest);
      }
    },
    get newest() {
      return newest;
    },
    // The slot behind the newest is being written.
    frame: (index) =>
      index >= 0 && index <= newest && index > newest + 1 - slots ? { address: slotOf(index), ...size } : undefined,
    close() {
      if (!closed) memory.release(address, bytes * slots);
      closed = true;
    },
  };
}
