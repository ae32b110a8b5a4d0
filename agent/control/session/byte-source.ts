import type { Readable } from 'node:stream';

/** Bytes of a stream, which are read when they are asked for; until then the other side must wait. */
export interface ByteSource {
  /** Exactly `length` bytes; undefined if the stream ends before. */
  exactly(length: number): Promise<Buffer | undefined>;
  /** At least one byte, at most `length`; undefined at the end. */
  upTo(length: number): Promise<Buffer | undefined>;
  /** The text up to a LF, without it; undefined at the end, or if the line has more than `longest` bytes. */
  line(longest: number): Promise<string | undefined>;
}

/** Bytes that may be read ahead; beyond them the stream is paused. */
const AHEAD_BYTES = 512 << 10;

/** Makes a source from a stream. */
export function openByteSource(stream: Readable): ByteSource {
  let chunks: Buffer[] = [];
  let waitingBytes = 0;
  let hasEnded = false;
  let wake: (() => void) | undefined;

  const stir = (): void => {
    wake?.();
    wake = undefined;
  };
  const end = (): void => {
    hasEnded = true;
    stir();
  };
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes > AHEAD_BYTES) stream.pause();
    stir();
  });
  stream.once('end', end);
  stream.once('close', end);
  stream.once('error', end);

  const isShort = (length: number): boolean => waitingBytes <= length && !hasEnded;
  /** Waits until there are more than `length` bytes, or the end. */
  const more = async (length: number): Promise<void> => {
    while (isShort(length)) {
      stream.resume();
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const take = (length: number): Buffer => {
    const first = chunks[0];
    const isWithin = first !== undefined && first.length >= length;
    const whole = isWithin ? first : Buffer.concat(chunks);
    if (isWithin) chunks.shift();
    else chunks = [];
    if (whole.length > length) chunks.unshift(whole.subarray(length));
    waitingBytes -= length;
    return whole.subarray(0, length);
  };
  return {
    async exactly(length) {
      if (length > 0) await more(length - 1);
      return waitingBytes < length ? undefined : take(length);
    },
    async upTo(length) {
      await more(0);
      return waitingBytes === 0 ? undefined : take(Math.min(length, chunks[0]?.length ?? 0));
    },
    async line(longest) {
      for (let seen = 0; seen <= longest;) {
        await more(seen);
        if (waitingBytes <= seen) return undefined;
        const end = Buffer.concat(chunks)
          .subarray(0, longest + 1)
          .indexOf(10);
        if (end >= 0) return take(end + 1).toString('utf8', 0, end);
        seen = waitingBytes;
      }
      return undefined;
    },
  };
}
