import type { Range } from './segments.ts';

/** Pictures at each side of a silence that stay, in seconds: a cut right at a word sounds cut off. */
const MARGIN_SECONDS = 0.5;
/** Shortest silence that is proposed as a cut, in seconds. */
const LEAST_SECONDS = 3;

/**
 * Cuts that are proposed for silences: each a little shorter than the silence, except where the recording begins or
 * ends. Silences of fewer than three seconds are breaths, and are left out.
 */
export function proposedCuts(silences: readonly Range[], frames: number, rate: number): Range[] {
  const margin = Math.round(MARGIN_SECONDS * rate);
  return silences.flatMap(({ from, to }) => {
    if (to - from < LEAST_SECONDS * rate) return [];
    const cut = { from: from <= 0 ? 0 : from + margin, to: to >= frames ? frames : to - margin };
    return cut.from < cut.to ? [cut] : [];
  });
}
