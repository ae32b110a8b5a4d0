import type { Writable } from 'node:stream';

/** The way out to a client that may be slow, or not read at all. */
export interface Outlet {
  /** One write. What comes after the outlet was closed or given up is dropped. */
  write(text: string | Buffer): void;
  /** So much waits that nothing should be asked for the client now. */
  isFull(): boolean;
  close(): void;
}

/** From here on nothing more is read from the client until it has read. */
const FULL_BYTES = 64 << 10;
/** A long list may wait; more is a client that does not read. */
const MOST_BYTES = 4 << 20;
const STUCK_MS = 30_000;

/** `lost`: the client does not read, and was given up. `changed`: it may be full now, or no longer. */
export function openOutlet(
  stream: Writable,
  { lost, changed, stuckMs = STUCK_MS }: { lost: (reason: string) => void; changed: () => void; stuckMs?: number },
): Outlet {
  let isClosed = false;
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
  const close = (): void => {
    isClosed = true;
    clearTimeout(stuck);
  };
  return {
    write(text) {
      if (isClosed || !stream.writable) return;
      stream.write(text, written);
      if (stream.writableLength > MOST_BYTES) return giveUp('does not read');
      if (stream.writableLength > 0 && !stuck) watch();
    },
    isFull: () => stream.writableLength > FULL_BYTES,
    close,
  };
}
