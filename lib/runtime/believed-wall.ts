import type { Clock } from './clock.ts';

/** Difference in milliseconds between the steps of wall clock and monotonic clock; beyond it the wall clock was set. */
const JUMP_MS = 60_000;
/**
 * Time in milliseconds that a clock which was set forward must stay so before it is believed; a wrong one is corrected
 * sooner.
 */
const BELIEVED_AFTER_MS = 7 * 24 * 3_600_000;

/**
 * Gives the wall clock for what deletes by age, in milliseconds since 1970. A jump forward counts only after a week, so
 * that a clock that was set wrongly never makes anything seem older than it is. A jump back counts at once.
 */
export function openBelievedWall(clock: Clock): () => number {
  const offset = (): number => clock.nowMs() - clock.monotonicMs();
  let believed = offset();
  let ahead: { offset: number; sinceMs: number } | undefined;
  return () => {
    const [now, monotonicMs] = [offset(), clock.monotonicMs()];
    if (now <= believed + JUMP_MS) [believed, ahead] = [now, undefined];
    else if (!ahead || Math.abs(now - ahead.offset) > JUMP_MS) ahead = { offset: now, sinceMs: monotonicMs };
    else if (monotonicMs - ahead.sinceMs >= BELIEVED_AFTER_MS) [believed, ahead] = [now, undefined];
    return monotonicMs + believed;
  };
}
