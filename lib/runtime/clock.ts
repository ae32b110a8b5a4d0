/** A source of time: `realClock` in the product, a virtual one in tests of logic. */
export interface Clock {
  /** Wall clock, in milliseconds since 1970. It may jump, so it is not for measuring. */
  nowMs(): number;
  /** Monotonic clock, in milliseconds since any start. It never jumps. */
  monotonicMs(): number;
  /** Calls `act` once, at or after the monotonic time `dueMs`; the returned function cancels the call. */
  at(dueMs: number, act: () => void): () => void;
}

/** The clocks of the machine. */
export const realClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  at(dueMs, act) {
    const timer = setTimeout(act, Math.max(0, dueMs - performance.now()));
    return () => clearTimeout(timer);
  },
};

/**
 * Calls `act` after `ms` milliseconds, once the data that has arrived on sockets was read; the returned function
 * cancels the call. Timers run before sockets: after a pause of the process, the data that would cancel the call may
 * not have been read yet. The timer keeps no process alive.
 */
export function afterSockets(ms: number, act: () => void): () => void {
  let behind: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    behind = setImmediate(act);
  }, ms).unref();
  return () => {
    clearTimeout(timer);
    clearImmediate(behind);
  };
}

/** Resolves after `ms` milliseconds. */
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves with `work`, or after `ms` milliseconds without it. Rejects if `work` does before that. */
export function withinMs(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const cancel = clock.at(clock.monotonicMs() + ms, resolve);
  work.then(() => resolve(), reject).finally(cancel);
  return promise;
}
