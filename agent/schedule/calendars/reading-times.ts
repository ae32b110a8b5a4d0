import type { Clock } from '#lib/runtime/clock.ts';

/** Interval in ms in which a stored calendar is read again, so that later days are seen even without a network. */
const REREAD_MS = 6 * 3_600_000;
/**
 * Difference in ms between the times that passed on wall clock and monotonic clock; above it the wall clock was set.
 */
const JUMP_MS = 30_000;

/** The time when a calendar was read last, on both clocks, to notice that the wall clock was set. */
export interface ReadingTimes {
  /** Notes that the calendar is read now. */
  note(): void;
  /** Whether the wall clock was set since the last reading, so that other days are near now. */
  jumped(): boolean;
  /** Whether the calendar must be read again: after six hours, or since the wall clock was set. */
  isDue(): boolean;
}

/** Opens the times of a calendar that was not read yet. */
export function openReadingTimes(clock: Clock): ReadingTimes {
  let last: { monotonicMs: number; wallMs: number } | undefined;
  const jumped = (): boolean => {
    if (!last) return false;
    const passedMs = clock.monotonicMs() - last.monotonicMs;
    return Math.abs(clock.nowMs() - last.wallMs - passedMs) > JUMP_MS;
  };
  return {
    jumped,
    note: () => void (last = { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() }),
    isDue: () => !last || clock.monotonicMs() - last.monotonicMs > REREAD_MS || jumped(),
  };
}
