/**
 * Waiting times between tries: quick at first, patient later.
 * `next()` gives the milliseconds to wait before the next try, `reset()` is called after a success that lasted.
 */
export interface Backoff {
  next(): number;
  reset(): void;
}

/** `ladder` is a list of waits in milliseconds; its last step repeats for ever. */
export function backoff(ladder: readonly [number, ...number[]]): Backoff {
  let step = 0;
  return {
    next: () => ladder[Math.min(step++, ladder.length - 1)] as number,
    reset: () => void (step = 0),
  };
}
