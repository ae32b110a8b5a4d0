import type { Clock } from '#lib/runtime/clock.ts';

/** How long something has been running, pauses left out; by the clock that never jumps. */
export interface Stopwatch {
  pause(): void;
  resume(): void;
  elapsedMs(): number;
}

/** It runs at once, from `fromMs` on. */
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
