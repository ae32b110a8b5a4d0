/** A press that counts when it lasts: for what nobody may do by leaning on it. Pure; times in milliseconds. */
export type Hold = { phase: 'idle' } | { phase: 'held'; sinceMs: number } | { phase: 'asked'; untilMs: number };

export const HOLD_MS = 1000;
export const ASKED_MS = 4000;

/** How much of the hold is done, 0 to 1. */
export const heldPart = (hold: Hold, nowMs: number): number =>
  hold.phase === 'held' ? Math.min(1, (nowMs - hold.sinceMs) / HOLD_MS) : 0;

/** A press without a length, as a screen reader makes it, asks first and counts the second time. */
export function pressedOnce(hold: Hold, nowMs: number): { hold: Hold; counts: boolean } {
  if (hold.phase === 'asked' && nowMs < hold.untilMs) return { hold: { phase: 'idle' }, counts: true };
  return { hold: { phase: 'asked', untilMs: nowMs + ASKED_MS }, counts: false };
}
