import type { Clock } from '#lib/runtime/clock.ts';

/** Interval at which what is on disk is read again, so that later days are seen even without a network. */
const REREAD_MS = 6 * 3_600_000;
/** The wall clock was set if it went so much farther than the monotonic one. */
const JUMP_MS = 30_000;

/** When a calendar was read last, by a clock that nobody sets. */
export interface ReadingTimes {
  /** Notes that the calendar is read now. */
  note(): void;
  /** Whether the wall clock was set since: the days that were looked at are others. */
  jumped(): boolean;
  /** Whether it has to be read again: after six hours, or since the wall clock was set. */
  isDue(): boolean;
}

/** Opens the times; nothing was read yet. */
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
