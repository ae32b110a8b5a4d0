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
  /** Index of the oldest frame that can be read. */
  readonly oldest: number;
  /** A frame, after which older ones cannot be read any more; undefined if it has not come yet, or is gone. */
  frame(index: number): Picture | undefined;
  /** Frees the memory; nothing may write into `room()` any more. */
  close(): void;
}

export interface FrameRingSettings {
  memory: PictureMemory;
  size: Size;
  /** Frames that are kept, with the one that is coming. */
  slots: number;
  /**
   * Places for frames in the picture memory, at least 2. It is never given back once it was used, so what a burst brings beyond them is kept
   * elsewhere until it is shown.
   */
  places: number;
  onFrame: (index: number) => void;
}

/** Where the bytes of a frame are: in a place of the picture memory, or elsewhere. */
type Kept = { address: number } | { outside: Buffer<ArrayBuffer> };

/** Opens the ring of an input. */
export function openFrameRing(settings: FrameRingSettings): FrameRing {
  return new PlacedFrameRing(settings);
}

class PlacedFrameRing implements FrameRing {
  readonly #settings: FrameRingSettings;
  readonly #bytes: number;
  readonly #address: number;
  /** Addresses of free places. */
  readonly #free: number[];
  readonly #kept = new Map<number, Kept>();
  #coming: Kept;
  #written = 0;
  #newest = -1;
  #oldest = 0;
  #closed = false;

  constructor(settings: FrameRingSettings) {
    const { memory, size, places } = settings;
    this.#settings = settings;
    this.#bytes = bytesOf(size);
    this.#address = memory.allocate(this.#bytes * places);
    this.#free = Array.from({ length: places }, (_, at) => this.#address + at * this.#bytes);
    this.#coming = this.#placeForNext();
  }

  get newest(): number {
    return this.#newest;
  }

  get oldest(): number {
    return this.#oldest;
  }

  room(): Uint8Array {
    return this.#closed ? Buffer.alloc(this.#bytes) : this.#viewOf(this.#coming).subarray(this.#written);
  }

  landed(count: number): void {
    if (this.#closed) return;
    this.#written += count;
    if (this.#written < this.#bytes) return;
    this.#written = 0;
    this.#newest++;
    this.#kept.set(this.#newest, this.#coming);
    // The place of the frame that is coming counts as well.
    this.#dropBefore(this.#newest + 2 - this.#settings.slots);
    this.#coming = this.#placeForNext();
    this.#settings.onFrame(this.#newest);
  }

  frame(index: number): Picture | undefined {
    const kept = this.#kept.get(index);
    if (!kept || this.#closed) return undefined;
    this.#dropBefore(index);
    return { address: 'address' in kept ? kept.address : this.#broughtIn(index, kept.outside), ...this.#settings.size };
  }

  close(): void {
    // What is kept outside goes with this ring: somebody may still write into it.
    if (!this.#closed) this.#settings.memory.release(this.#address, this.#bytes * this.#settings.places);
    this.#closed = true;
    this.#kept.clear();
  }

  /** One place stays free for a frame that is brought in. */
  #placeForNext(): Kept {
    return this.#free.length > 1
      ? { address: this.#free.pop()! }
      : { outside: Buffer.from(new ArrayBuffer(this.#bytes)) };
  }

  /** Copies a frame to a free place: there is one, since the frame that was brought in before is dropped by then. */
  #broughtIn(index: number, outside: Buffer<ArrayBuffer>): number {
    const address = this.#free.pop()!;
    this.#settings.memory.bytes.set(outside, address);
    this.#kept.set(index, { address });
    outside.buffer.transfer(0);
    return address;
  }

  #dropBefore(index: number): void {
    for (; this.#oldest < index; this.#oldest++) {
      const kept = this.#kept.get(this.#oldest);
      this.#kept.delete(this.#oldest);
      if (!kept) continue;
      if ('address' in kept) this.#free.push(kept.address);
      // Freed now, not when garbage is collected.
      else kept.outside.buffer.transfer(0);
    }
  }

  #viewOf(kept: Kept): Buffer {
    return 'outside' in kept
      ? kept.outside
      : this.#settings.memory.bytes.subarray(kept.address, kept.address + this.#bytes);
  }
}
