/** Time as a value: `real` in the product, a virtual one in tests of logic. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. May jump; never use it to measure. */
  nowMs(): number;
  /** Monotonic clock, milliseconds since some start. Never jumps. */
  monotonicMs(): number;
  /** Calls `act` once at or after the monotonic time `dueMs`; the result cancels it. */
  at(dueMs: number, act: () => void): () => void;
}

export const realClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  at(dueMs, act) {
    const timer = setTimeout(act, Math.max(0, dueMs - performance.now()));
    return () => clearTimeout(timer);
  },
};

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
