/** A stretch of time, in milliseconds. */
export interface Interval {
  fromMs: number;
  toMs: number;
}

/** Intervals in order, within 0 and `durationMs`; those that touch or overlap are one, empty ones are left out. */
export function merged(intervals: readonly Interval[], durationMs = Infinity): Interval[] {
  const result: Interval[] = [];
  const within = intervals.map(({ fromMs, toMs }) => ({
    fromMs: Math.max(0, fromMs),
    toMs: Math.min(durationMs, toMs),
  }));
  for (const one of within.filter(({ fromMs, toMs }) => toMs > fromMs).toSorted((a, b) => a.fromMs - b.fromMs)) {
    const before = result.at(-1);
    if (before && one.fromMs <= before.toMs) before.toMs = Math.max(before.toMs, one.toMs);
    else result.push(one);
  }
  return result;
}

/** What intervals leave of the time from 0 to `durationMs`. */
export function complement(intervals: readonly Interval[], durationMs: number): Interval[] {
  const result: Interval[] = [];
  let atMs = 0;
  for (const { fromMs, toMs } of merged(intervals, durationMs)) {
    if (fromMs > atMs) result.push({ fromMs: atMs, toMs: fromMs });
    atMs = toMs;
  }
  if (atMs < durationMs) result.push({ fromMs: atMs, toMs: durationMs });
  return result;
}

/** Milliseconds before the end of a stretch at which its last picture is shown, at 5 pictures a second or more. */
const LAST_MS = 200;

/**
 * A moment of what is left of a film when only these stretches are kept, as a moment of the film, in ms. One after the end
 * is just before the end of the last stretch, since what follows was cut away. Undefined stretches: all is kept.
 */
export function momentIn(kept: readonly Interval[] | undefined, ms: number): number {
  if (!kept) return ms;
  let left = ms;
  for (const { fromMs, toMs } of kept) {
    if (left < toMs - fromMs) return fromMs + left;
    left -= toMs - fromMs;
  }
  const last = kept.at(-1);
  return last ? Math.max(last.fromMs, last.toMs - LAST_MS) : ms;
}

/** Length of stretches that are apart from each other, in ms. */
export const lengthOf = (stretches: readonly Interval[]): number =>
  stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
