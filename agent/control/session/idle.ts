import { afterSockets } from '#lib/runtime/clock.ts';

/** Tells when a session has had no traffic for some time. */
export interface IdleWatch {
  touch(): void;
  /** Sets a limit for this session alone. */
  setLimit(ms: number): void;
  close(): void;
}

/** Longest wait between two checks: a change of the common limit is noticed within this time. */
const LOOK_AGAIN_MS = 10_000;

/** Watches for silence. `commonMs` is asked at each check; Infinity is no limit. `onIdle` is called once. */
export function watchIdle(commonMs: () => number, onIdle: () => void): IdleWatch {
  let ownMs: number | undefined;
  let lastMs = performance.now();
  let cancel = (): void => undefined;
  let isClosed = false;
  /** Behind the sockets: who sent something while the box was busy is not idle. */
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
