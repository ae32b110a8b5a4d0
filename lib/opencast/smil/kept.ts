import { merged, type Interval } from '#lib/media/intervals.ts';

/** What is kept of a recording of a known length, and what had to be made of the list, in words. */
export interface Kept {
  /** Stretches in the order of time, apart from each other, within the recording. */
  kept: readonly Interval[];
  remarks: readonly string[];
}

/** Milliseconds that a stretch must have; a shorter one would have no picture. */
const LEAST_MS = 20;
/** Milliseconds that may be missing at both ends of a list that keeps everything: lengths are rounded on the way. */
const SAME_MS = 50;

/**
 * The stretches of a cut list within a recording: those that overlap or touch are joined, what lies outside of the recording is
 * left out. Keeps nothing if nothing is left; the caller decides what that means.
 */
export function keptWithin(segments: readonly Interval[], durationMs: number): Kept {
  const remarks: string[] = [];
  const inside = segments.flatMap(({ fromMs, toMs }) => {
    const clipped = { fromMs: Math.max(0, fromMs), toMs: Math.min(toMs, durationMs) };
    if (toMs > durationMs + SAME_MS) {
      const stretch = `${seconds(fromMs)} to ${seconds(toMs)}`;
      const what =
        fromMs >= durationMs
          ? 'lies after the end of the recording and is left out'
          : 'is kept to the end of the recording';
      remarks.push(`${stretch} ${what} (${seconds(durationMs)})`);
    }
    return clipped.toMs - clipped.fromMs < LEAST_MS ? [] : [clipped];
  });
  return { kept: merged(inside), remarks };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;

/** Whether a recording is kept as a whole. */
export const isWhole = (kept: readonly Interval[], durationMs: number): boolean =>
  kept.length === 1 && kept[0]!.fromMs <= SAME_MS && kept[0]!.toMs >= durationMs - SAME_MS;
