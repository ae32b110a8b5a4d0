/** A press that counts when it lasts, for actions that must not happen by accident. Pure; times in milliseconds. */
export type Hold = { phase: 'idle' } | { phase: 'held'; sinceMs: number } | { phase: 'asked'; untilMs: number };

/** Time in milliseconds that a press must last to count. */
export const HOLD_MS = 1000;
/** Time in milliseconds for which the question after a short press stays; a second press within it counts. */
export const ASKED_MS = 4000;

/** A press without a length, as a screen reader makes it, asks first and counts the second time. */
export function pressedOnce(hold: Hold, nowMs: number): { hold: Hold; counts: boolean } {
  if (hold.phase === 'asked' && nowMs < hold.untilMs) return { hold: { phase: 'idle' }, counts: true };
  return { hold: { phase: 'asked', untilMs: nowMs + ASKED_MS }, counts: false };
}
