import { merged, type Interval } from '#lib/media/intervals.ts';

/** A caption: what is shown, and when. */
export interface Cue {
  fromMs: number;
  toMs: number;
  /** Lines of plain text, divided by line feeds; no markup. */
  text: string;
  /** Name of the speaker, if it is known. */
  speaker?: string;
}

/** Shortest caption that is kept when a recording is cut, in milliseconds. */
const LEAST_MS = 200;

/** Captions that are so much later (or earlier, if negative). What would end before the beginning is left out. */
export const shiftedCues = (cues: readonly Cue[], byMs: number): Cue[] =>
  cues.flatMap((cue) => {
    const [fromMs, toMs] = [Math.max(0, cue.fromMs + byMs), cue.toMs + byMs];
    return toMs > fromMs ? [{ ...cue, fromMs, toMs }] : [];
  });

/**
 * Captions of a recording of which only some intervals are kept, with the times of what is left. A caption that reaches
 * over a cut is shown before it and after it without a pause; pieces that nobody could read are left out.
 */
export function cutCues(cues: readonly Cue[], kept: readonly Interval[]): Cue[] {
  const ordered = cues.toSorted((a, b) => a.fromMs - b.fromMs);
  const result: Cue[] = [];
  let [beforeMs, first] = [0, 0];
  for (const { fromMs, toMs } of merged(kept)) {
    // Captions may overlap: those that have ended before this interval are not looked at again.
    while (first < ordered.length && ordered[first]!.toMs <= fromMs) first += 1;
    for (let at = first; at < ordered.length && ordered[at]!.fromMs < toMs; at++) {
      const cue = ordered[at]!;
      const from = Math.max(cue.fromMs, fromMs) - fromMs + beforeMs;
      const to = Math.min(cue.toMs, toMs) - fromMs + beforeMs;
      const isWhole = cue.fromMs >= fromMs && cue.toMs <= toMs;
      if (to - from >= LEAST_MS || (isWhole && to > from)) addOrGoOn(result, { ...cue, fromMs: from, toMs: to });
    }
    beforeMs += toMs - fromMs;
  }
  return result.toSorted((a, b) => a.fromMs - b.fromMs);
}

/** Lengthens the last caption if the next piece of it follows at once. */
function addOrGoOn(cues: Cue[], cue: Cue): void {
  const before = cues.at(-1);
  const isSame = before?.text === cue.text && before.speaker === cue.speaker && Math.abs(before.toMs - cue.fromMs) < 1;
  if (before && isSame) before.toMs = cue.toMs;
  else cues.push(cue);
}
