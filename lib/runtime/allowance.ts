/** Limits how much a client may ask for: so much at once, and so much per second after that. */
export interface Allowance {
  /** Takes `count`, also if less is left; it then gives false. */
  take(count: number): boolean;
}

/** Makes an allowance that is full: `atOnce` at first, `aSecond` more each second. */
export function openAllowance(atOnce: number, aSecond: number, nowMs = (): number => performance.now()): Allowance {
  let left = atOnce;
  let filledMs = nowMs();
  return {
    take(count) {
      const now = nowMs();
      left = Math.min(atOnce, left + ((now - filledMs) * aSecond) / 1000);
      filledMs = now;
      left -= count;
      return left >= 0;
    },
  };
}
