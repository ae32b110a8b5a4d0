import type { Clock } from '#lib/runtime/clock.ts';

/** How much the programs of the finishing give way to others (nice), and for how much longer. */
export interface Haste {
  /** For a program that begins now. */
  niceness(): number;
  /** Milliseconds after which a program that gives way much has waited enough; infinite where none does. */
  patienceMs(): number;
}

/** While something is recorded: beside a program that takes what it can, a thirtieth of a processor. */
export const NICE_BESIDE = 15;
/** Otherwise: beside such a program still a quarter of a processor; what makes pictures goes first. */
export const NICE_ALONE = 5;
/** Time for which a recording's finishing gives way to the next recording; then it has its quarter whatever runs. */
export const PATIENCE_MS = 5 * 60_000;

/** The haste of the work in hand, which was asked for at `askedMs` of the monotonic clock. */
export function openHaste(clock: Clock, isRecording: () => boolean, askedMs: () => number): Haste {
  const leftMs = (): number => askedMs() + PATIENCE_MS - clock.monotonicMs();
  const givesWay = (): boolean => isRecording() && leftMs() > 0;
  return {
    niceness: () => (givesWay() ? NICE_BESIDE : NICE_ALONE),
    patienceMs: () => (givesWay() ? leftMs() : Number.POSITIVE_INFINITY),
  };
}
