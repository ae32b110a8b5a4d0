import { setImmediate } from 'node:timers/promises';

/** Work on foreign input in turns: after so long everybody else in the process has one. */
export interface Turns {
  /** Undefined while the turn lasts; then a promise of the next one, which a loop awaits. */
  over(): Promise<void> | undefined;
}

/** One turn. Beyond it a loop over what came from outside lets the process do other things first. */
export const LONGEST_TURN_MS = 4;

/** Turns for one loop. An `await` of what is done already gives nobody a turn: this does. */
export function openTurns(longestMs = LONGEST_TURN_MS, nowMs = (): number => performance.now()): Turns {
  let beganMs = nowMs();
  let lookedMs = beganMs;
  const next = async (): Promise<void> => {
    await setImmediate();
    beganMs = lookedMs = nowMs();
  };
  return {
    over() {
      const now = nowMs();
      // The loop waited for something in between: others had their turn.
      if (now - lookedMs > longestMs) beganMs = now;
      lookedMs = now;
      return now - beganMs < longestMs ? undefined : next();
    },
  };
}
