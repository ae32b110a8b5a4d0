import type { Clock } from '#lib/runtime/clock.ts';

/** Priority of the programs that finish recordings, and for how long they leave the processor to others. */
export interface Haste {
  /** Niceness (0 to 19) for a program that begins now. */
  niceness(): number;
  /** Milliseconds after which a program with low priority has waited enough; infinite if it need not be raised. */
  patienceMs(): number;
}

/** Niceness while a recording runs: beside a program that uses all it can get, a thirtieth of a processor. */
export const NICE_BESIDE = 15;
/**
 * Niceness at other times: beside such a program a quarter of a processor; the programs that make the pictures have
 * precedence.
 */
export const NICE_ALONE = 5;
/**
 * Time in ms for which the finishing of a recording leaves the processor to the next recording; then it gets its
 * quarter all the same.
 */
export const PATIENCE_MS = 5 * 60_000;

/** Gives the priority of the running work, which was asked for at `askedMs` of the monotonic clock. */
export function openHaste(clock: Clock, isRecording: () => boolean, askedMs: () => number): Haste {
  const leftMs = (): number => askedMs() + PATIENCE_MS - clock.monotonicMs();
  const givesWay = (): boolean => isRecording() && leftMs() > 0;
  return {
    niceness: () => (givesWay() ? NICE_BESIDE : NICE_ALONE),
    patienceMs: () => (givesWay() ? leftMs() : Number.POSITIVE_INFINITY),
  };
}
