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
 * Pictures that have a place of their own, one of them for drawing. Memory of the kernels is never given back once it
 * was used, so when an encoder is slow to begin, further pictures are copied, and the copies freed as soon as they are
 * written.
 */
const PLACES = 3;
/**
 * Copies whose memory is kept for the next ones: for an encoder that stays behind, new memory would cost a page for
 * each 4 KB of each picture. They are freed after `CALM_AFTER` pictures without a copy.
 */
const SPARES = 2;
const CALM_AFTER = 30;

/** Opens a pool from which at most `count` pictures are on their way at the same time. */
export function openPicturePool(memory: PictureMemory, size: Size, count: number): PicturePool {
  const pictureBytes = bytesOf(size);
  const places = Array.from({ length: PLACES }, (): Picture => ({ address: memory.allocate(pictureBytes), ...size }));
  const idle = [...places];
  let sent = 0;
  const spares: ArrayBuffer[] = [];
  let sinceCopy = 0;
  const viewOf = ({ address }: Picture): Buffer => memory.bytes.subarray(address, address + pictureBytes);
  const copyOf = (picture: Picture): SentPicture => {
    sinceCopy = 0;
    const copy = spares.pop() ?? new ArrayBuffer(pictureBytes);
    const bytes = Buffer.from(copy);
    viewOf(picture).copy(bytes);
    return { bytes, done: () => (spares.length < SPARES ? void spares.push(copy) : free(copy)) };
  };
  const freeSpares = (): void => {
    for (const spare of spares.splice(0)) free(spare);
  };
  return {
    take: () => (sent < count ? idle.at(-1) : undefined),
    send(picture) {
      sent++;
      if (++sinceCopy > CALM_AFTER) freeSpares();
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
    close() {
      freeSpares();
      places.forEach(({ address }) => memory.release(address, pictureBytes));
    },
  };
}

/** Frees the memory of a picture at once, by `transfer`: a collection of garbage comes minutes later. */
function free(copy: ArrayBuffer): void {
  copy.transfer(0);
}
