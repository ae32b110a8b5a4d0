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
  let timer: NodeJS.Timeout | undefined;
  let last: NodeJS.Immediate | undefined;
  let isClosed = false;
  const leftMs = (): number => lastMs + (ownMs ?? commonMs()) - performance.now();
  const look = (): void => {
    const waitMs = leftMs();
    if (waitMs <= 0) {
      last = setImmediate(lookOnceMore);
      return;
    }
    timer = setTimeout(look, Math.min(waitMs, LOOK_AGAIN_MS));
    timer.unref();
  };
  /** Timers run before what came on sockets is read: who sent something while the box was busy is not idle. */
  const lookOnceMore = (): void => {
    if (leftMs() > 0) return look();
    isClosed = true;
    onIdle();
  };
  const cancel = (): void => {
    clearTimeout(timer);
    clearImmediate(last);
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
