import type { Clock } from './clock.ts';

/** The wall clock was set if it goes off from the monotonic one by so much. */
const JUMP_MS = 60_000;
/** Time for which a clock that was set ahead must stay so before it is believed: a wrong one is mended within. */
const BELIEVED_AFTER_MS = 7 * 24 * 3_600_000;

/**
 * The wall clock for what deletes by age, in milliseconds since 1970: a jump ahead does not count before it has lasted for a week, so nothing is
 * ever taken for older than it is by a clock that was set wrongly. A jump back counts at once.
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
