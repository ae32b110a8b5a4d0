import type { Clock } from '#lib/runtime/clock.ts';

/** Lets no more than so many kilobits through in a second; without a limit it never waits. */
export function openPace(maxKbps: number | undefined, clock: Clock): (bytes: number) => Promise<void> {
  if (maxKbps === undefined) return async () => undefined;
  let freeAtMs = clock.monotonicMs();
  return (bytes) => {
    const nowMs = clock.monotonicMs();
    // What was not used is not saved up.
    freeAtMs = Math.max(freeAtMs, nowMs) + (bytes * 8) / maxKbps;
    const waitMs = freeAtMs - nowMs;
    return waitMs < 5 ? Promise.resolve() : new Promise((resolve) => void clock.at(nowMs + waitMs, resolve));
  };
}
