/** Tells when nothing has happened for a while. */
export interface IdleWatch {
  touch(): void;
  /** A limit of its own, from now on. */
  setLimit(ms: number): void;
  close(): void;
}

/** The common limit may change while we wait; so long a change takes to be noticed at most. */
const LOOK_AGAIN_MS = 10_000;

/** `commonMs` is asked again each time; Infinity is no limit. `onIdle` is called once. */
export function watchIdle(commonMs: () => number, onIdle: () => void): IdleWatch {
  let ownMs: number | undefined;
  let lastMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const look = (): void => {
    const leftMs = lastMs + (ownMs ?? commonMs()) - performance.now();
    if (leftMs <= 0) {
      isClosed = true;
      return onIdle();
    }
    timer = setTimeout(look, Math.min(leftMs, LOOK_AGAIN_MS));
    timer.unref();
  };
  look();
  return {
    touch: () => void (lastMs = performance.now()),
    setLimit(ms) {
      if (isClosed) return;
      ownMs = ms;
      lastMs = performance.now();
      clearTimeout(timer);
      look();
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
