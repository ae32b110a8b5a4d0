/**
 * The clock of a source in ms: the wall clock when it was started, from then on the monotonic clock with the source's drift,
 * so that a step of the machine's wall clock does not show in it.
 */
export interface SourceClock {
  nowMs(): number;
  /** Millionths by which it runs too fast; counts from now on. */
  setDriftPpm(ppm: number): void;
}

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
