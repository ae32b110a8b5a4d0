import type { Writable } from 'node:stream';

/** The output to a client, which may read slowly or not at all. */
export interface Outlet {
  /**
   * Writes in this turn of the event loop, in one piece with what else is written in it. After the outlet was closed or
   * given up, the text is dropped.
   */
  write(text: string | Buffer): void;
  /** Whether so many bytes wait that no further commands should be read from the client. */
  isFull(): boolean;
  close(): void;
}

/** Bytes that may wait for a client; beyond them its commands are not read until it has taken some. */
const FULL_BYTES = 64 << 10;
/** Bytes that may wait for a client at most, enough for a long list; a client that leaves more is disconnected. */
const MOST_BYTES = 4 << 20;
/** Time in ms in which a client must take something of what waits; then it is given up. */
const STUCK_MS = 30_000;

/**
 * Makes the output to a client. `lost` is called when the client does not read and was given up, `changed` when
 * `isFull` may have changed.
 */
export function openOutlet(
  stream: Writable,
  { lost, changed, stuckMs = STUCK_MS }: { lost: (reason: string) => void; changed: () => void; stuckMs?: number },
): Outlet {
  let isClosed = false;
  let isCorked = false;
  let stuck: NodeJS.Timeout | undefined;
  const giveUp = (reason: string): void => {
    close();
    stream.destroy();
    lost(reason);
  };
  const watch = (): void => {
    const beforeBytes = stream.writableLength;
    stuck = setTimeout(() => {
      stuck = undefined;
      if (stream.writableLength === 0) return;
      if (stream.writableLength >= beforeBytes) giveUp('does not read');
      else watch();
    }, stuckMs);
    stuck.unref();
  };
  const written = (): void => {
    if (stream.writableLength === 0) {
      clearTimeout(stuck);
      stuck = undefined;
    }
    if (!isClosed) changed();
  };
  const flush = (): void => {
    if (!isCorked) return;
    isCorked = false;
    stream.uncork();
    if (!isClosed && stream.writableLength > 0 && !stuck) watch();
  };
  const close = (): void => {
    isClosed = true;
    flush();
    clearTimeout(stuck);
  };
  return {
    write(text) {
      if (isClosed || !stream.writable) return;
      if (!isCorked) {
        isCorked = true;
        stream.cork();
        setImmediate(flush);
      }
      stream.write(text, written);
      if (stream.writableLength > MOST_BYTES) giveUp('does not read');
    },
    isFull: () => stream.writableLength > FULL_BYTES,
    close,
  };
}
