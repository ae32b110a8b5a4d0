/** How much of something a stranger may ask: so many at once, and so many a second after that. */
export interface Allowance {
  /** Takes some; false if there is not so much left. */
  take(count: number): boolean;
}

/** Makes an allowance that is full. */
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
