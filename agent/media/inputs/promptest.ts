/** The shortest delay, in the last seconds, between the moments of a source by its own clock and their arrival. */
export interface Promptest {
  arrived(sourceMs: number, nowMs: number): void;
  /** Our time less the source's; undefined before the first arrival. */
  lagMs(): number | undefined;
  /** Starts again with the last arrival. */
  keepLast(): void;
  /** Starts again with nothing. */
  forget(): void;
}

/** Time for which an arrival counts, if others follow. */
const WINDOW_MS = 3000;
/** Step back of a source's clock that counts as a jump: what was measured before is then worth nothing. */
export const JUMP_BACK_MS = 500;

/** Makes a measure of the shortest delay. */
export function openPromptest(): Promptest {
  let lags: { atMs: number; lagMs: number }[] = [];
  let newestMs = -Infinity;
  return {
    arrived(sourceMs, nowMs) {
      if (sourceMs < newestMs - JUMP_BACK_MS) lags = [];
      newestMs = sourceMs;
      const lagMs = nowMs - sourceMs;
      // Arrivals that are no better than this one cannot become the best any more.
      lags = lags.filter((lag) => nowMs - lag.atMs < WINDOW_MS && lag.lagMs < lagMs);
      lags.push({ atMs: nowMs, lagMs });
    },
    lagMs: () => lags[0]?.lagMs,
    keepLast: () => void (lags = lags.slice(-1)),
    forget() {
      lags = [];
      newestMs = -Infinity;
    },
  };
}
