import { bytesOf, type Picture } from './i420.ts';
import type { PictureMemory } from './picture-memory.ts';
import type { Size } from '#lib/media/geometry.ts';

/** Pictures that are drawn, written to a pipe, and used again. */
export interface PicturePool {
  /** A picture to draw, the same until it is sent; undefined if as many as may be are still being written. */
  take(): Picture | undefined;
  /** The bytes of the picture that was taken, and what is to be called, once, when they are written. */
  send(picture: Picture): SentPicture;
  close(): void;
}

/** A picture on its way to an encoder. */
export interface SentPicture {
  bytes: Buffer;
  done: () => void;
}

/**
 * Pictures that have a place of their own; one of them is being drawn. Memory of the kernels is never given back once it was used, so when an
 * encoder is slow to begin, further pictures are copied, and the copies freed as soon as they are written.
 */
const PLACES = 3;

/** Opens a pool of which at most `count` pictures are on their way at the same time. */
export function openPicturePool(memory: PictureMemory, size: Size, count: number): PicturePool {
  const pictureBytes = bytesOf(size);
  const places = Array.from({ length: PLACES }, (): Picture => ({ address: memory.allocate(pictureBytes), ...size }));
  const idle = [...places];
  let sent = 0;
  const viewOf = ({ address }: Picture): Buffer => memory.bytes.subarray(address, address + pictureBytes);
  const copyOf = (picture: Picture): SentPicture => {
    const copy = new ArrayBuffer(pictureBytes);
    const bytes = Buffer.from(copy);
    viewOf(picture).copy(bytes);
    // Whoever waits for a collection of garbage holds all of them for minutes: `transfer` frees it now.
    return { bytes, done: () => void copy.transfer(0) };
  };
  return {
    take: () => (sent < count ? idle.at(-1) : undefined),
    send(picture) {
      sent++;
      const isLast = idle.length === 1;
      if (!isLast) idle.pop();
      const { bytes, done } = isLast
        ? copyOf(picture)
        : { bytes: viewOf(picture), done: () => void idle.push(picture) };
      return {
        bytes,
        done() {
          sent--;
          done();
        },
      };
    },
    close: () => places.forEach(({ address }) => memory.release(address, pictureBytes)),
  };
}
