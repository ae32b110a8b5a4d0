/**
 * Waiting times between tries, which grow. `next()` gives the milliseconds to wait before the next try; `reset()`
 * begins again with the shortest, after a lasting success.
 */
export interface Backoff {
  next(): number;
  reset(): void;
}

/** Makes a backoff from a list of waits in milliseconds; the last one is repeated. */
export function backoff(ladder: readonly [number, ...number[]]): Backoff {
  let step = 0;
  return {
    next: () => ladder[Math.min(step++, ladder.length - 1)] as number,
    reset: () => void (step = 0),
  };
}
