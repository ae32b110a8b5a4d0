import { bytesOf, type Picture } from './i420.ts';
import type { PictureMemory } from './picture-memory.ts';
import type { Size } from '#lib/media/geometry.ts';
import { fittedSizeOf } from './fitted-width.ts';

/** The last frames of one input. They are read from its pipe to their places, and found by their index, from 0. */
export interface FrameRing {
  /** Tells that a frame of this number of bytes is coming; gives its width. Throws if no frame has that size. */
  begins(bytes: number): number;
  /** The memory for the next bytes: the rest of the frame that is coming. */
  room(): Uint8Array;
  /** Tells how many bytes were read into `room()`; calls `onFrame` if a frame became complete. */
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
  /** Size of the canvas, which the largest frames have. */
  size: Size;
  /** Frames that are kept, with the one that is coming. */
  slots: number;
  /**
   * Places for frames in the picture memory, at least 2. That memory is never given back once it was used, so the
   * frames of a burst that find no place are kept elsewhere until they are shown.
   */
  places: number;
  onFrame: (index: number) => void;
}

/** A frame, and where its bytes are: in a place of the picture memory, or elsewhere. */
type Kept = { size: Size } & ({ address: number } | { outside: Buffer<ArrayBuffer> });

/** Opens the ring of an input. */
export function openFrameRing(settings: FrameRingSettings): FrameRing {
  return new PlacedFrameRing(settings);
}

class PlacedFrameRing implements FrameRing {
  readonly #settings: FrameRingSettings;
  /** Bytes of a place. */
  readonly #bytes: number;
  readonly #address: number;
  /** Addresses of free places. */
  readonly #free: number[];
  readonly #kept = new Map<number, Kept>();
  #coming: Kept | undefined;
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
  }

  get newest(): number {
    return this.#newest;
  }

  get oldest(): number {
    return this.#oldest;
  }

  begins(bytes: number): number {
    const size = fittedSizeOf(bytes, this.#settings.size);
    if (!size) throw new Error(`no frame has ${bytes} bytes`);
    if (!this.#closed) this.#coming = this.#placeFor(size);
    return size.widthPx;
  }

  room(): Uint8Array {
    return this.#coming ? this.#viewOf(this.#coming).subarray(this.#written) : Buffer.alloc(this.#bytes);
  }

  landed(count: number): void {
    if (!this.#coming) return;
    this.#written += count;
    if (this.#written < bytesOf(this.#coming.size)) return;
    this.#written = 0;
    this.#newest++;
    this.#kept.set(this.#newest, this.#coming);
    this.#coming = undefined;
    // The place of the frame that comes next counts as well.
    this.#dropBefore(this.#newest + 2 - this.#settings.slots);
    this.#settings.onFrame(this.#newest);
  }

  frame(index: number): Picture | undefined {
    const kept = this.#kept.get(index);
    if (!kept || this.#closed) return undefined;
    this.#dropBefore(index);
    return { address: 'address' in kept ? kept.address : this.#broughtIn(index, kept), ...kept.size };
  }

  close(): void {
    // Frames outside of the picture memory are left to the garbage collector: a read that has begun may still write
    // into them.
    if (!this.#closed) this.#settings.memory.release(this.#address, this.#bytes * this.#settings.places);
    this.#closed = true;
    this.#coming = undefined;
    this.#kept.clear();
  }

  /**
   * Finds room for the next frame. One place of the picture memory stays free, for a frame that is copied into it to be
   * shown.
   */
  #placeFor(size: Size): Kept {
    return this.#free.length > 1
      ? { size, address: this.#free.pop()! }
      : { size, outside: Buffer.from(new ArrayBuffer(bytesOf(size))) };
  }

  /** Copies a frame into the free place. There is one: the frame that was copied before is dropped by now. */
  #broughtIn(index: number, { size, outside }: Kept & { outside: Buffer<ArrayBuffer> }): number {
    const address = this.#free.pop()!;
    this.#settings.memory.bytes.set(outside, address);
    this.#kept.set(index, { size, address });
    outside.buffer.transfer(0);
    return address;
  }

  #dropBefore(index: number): void {
    for (; this.#oldest < index; this.#oldest++) {
      const kept = this.#kept.get(this.#oldest);
      this.#kept.delete(this.#oldest);
      if (!kept) continue;
      if ('address' in kept) this.#free.push(kept.address);
      // Memory is freed now, not when garbage is collected.
      else kept.outside.buffer.transfer(0);
    }
  }

  #viewOf(kept: Kept): Buffer {
    return 'outside' in kept
      ? kept.outside
      : this.#settings.memory.bytes.subarray(kept.address, kept.address + bytesOf(kept.size));
  }
}
