import type { Clock } from '#lib/runtime/clock.ts';

/**
 * Limits a transfer to `maxKbps` kilobits per second: the result resolves when so many bytes may be sent. Without a
 * limit it never waits.
 */
export function openPace(maxKbps: number | undefined, clock: Clock): (bytes: number) => Promise<void> {
  if (maxKbps === undefined) return async () => undefined;
  let freeAtMs = clock.monotonicMs();
  return (bytes) => {
    const nowMs = clock.monotonicMs();
    // Time without transfer is not saved for later.
    freeAtMs = Math.max(freeAtMs, nowMs) + (bytes * 8) / maxKbps;
    const waitMs = freeAtMs - nowMs;
    return waitMs < 5 ? Promise.resolve() : new Promise((resolve) => void clock.at(nowMs + waitMs, resolve));
  };
}
