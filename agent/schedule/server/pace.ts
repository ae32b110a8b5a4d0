import type { Clock } from '#lib/runtime/clock.ts';

/** Limits a transfer to `maxKbps` kilobits per second; without a limit it never waits. */
export function openPace(maxKbps: number | undefined, clock: Clock): (bytes: number) => Promise<void> {
  if (maxKbps === undefined) return async () => undefined;
  let freeAtMs = clock.monotonicMs();
  return (bytes) => {
    const nowMs = clock.monotonicMs();
    // Unused time is not saved.
    freeAtMs = Math.max(freeAtMs, nowMs) + (bytes * 8) / maxKbps;
    const waitMs = freeAtMs - nowMs;
    return waitMs < 5 ? Promise.resolve() : new Promise((resolve) => void clock.at(nowMs + waitMs, resolve));
  };
}
