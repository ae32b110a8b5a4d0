/**
 * The clock of a source, in milliseconds. It starts at the wall clock and follows the monotonic clock with the source's
 * drift, so that a step of the wall clock does not change it.
 */
export interface SourceClock {
  nowMs(): number;
  /** Sets by how many millionths it is too fast, from now on. */
  setDriftPpm(ppm: number): void;
}

/** Starts the clock of a source. */
export function startSourceClock(monotonicMs: () => number = () => performance.now()): SourceClock {
  let ppm = 0;
  let anchorMs = monotonicMs();
  let clockMs = performance.timeOrigin + performance.now();
  const nowMs = (): number => clockMs + (monotonicMs() - anchorMs) * (1 + ppm / 1e6);
  return {
    nowMs,
    setDriftPpm(next) {
      clockMs = nowMs();
      anchorMs = monotonicMs();
      ppm = next;
    },
  };
}
