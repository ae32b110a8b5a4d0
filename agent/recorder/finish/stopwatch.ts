import type { Clock } from '#lib/runtime/clock.ts';

/** Measures a time without its pauses, on the monotonic clock. */
export interface Stopwatch {
  pause(): void;
  resume(): void;
  elapsedMs(): number;
}

/** Starts a stopwatch at `fromMs`. */
export function startStopwatch(clock: Clock, fromMs = 0): Stopwatch {
  let soFarMs = fromMs;
  let sinceMs: number | undefined = clock.monotonicMs();
  const elapsedMs = (): number => soFarMs + (sinceMs === undefined ? 0 : clock.monotonicMs() - sinceMs);
  return {
    elapsedMs: () => Math.round(elapsedMs()),
    pause() {
      soFarMs = elapsedMs();
      sinceMs = undefined;
    },
    resume() {
      sinceMs ??= clock.monotonicMs();
    },
  };
}
