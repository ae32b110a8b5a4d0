import { afterSockets } from '#lib/runtime/clock.ts';

/** Notices when a session has had no traffic for some time. */
export interface IdleWatch {
  touch(): void;
  /** Sets a limit in ms for this session alone, and starts the time anew. */
  setLimit(ms: number): void;
  close(): void;
}

/** Longest wait in ms between two checks, so that a change of the common limit is noticed within this time. */
const LOOK_AGAIN_MS = 10_000;

/**
 * Calls `onIdle` once when there was no traffic for the limit. `commonMs` gives the limit in ms at each check;
 * Infinity: none.
 */
export function watchIdle(commonMs: () => number, onIdle: () => void): IdleWatch {
  let ownMs: number | undefined;
  let lastMs = performance.now();
  let cancel = (): void => undefined;
  let isClosed = false;
  /** Checks after the sockets were read: a client that sent something while the box was busy is not idle. */
  const look = (): void => {
    const leftMs = lastMs + (ownMs ?? commonMs()) - performance.now();
    if (leftMs <= 0) {
      isClosed = true;
      return onIdle();
    }
    cancel = afterSockets(Math.min(leftMs, LOOK_AGAIN_MS), look);
  };
  look();
  return {
    touch: () => void (lastMs = performance.now()),
    setLimit(ms) {
      if (isClosed) return;
      ownMs = ms;
      lastMs = performance.now();
      cancel();
      look();
    },
    close() {
      isClosed = true;
      cancel();
    },
  };
}
