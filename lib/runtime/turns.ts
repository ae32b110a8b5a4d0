import { setImmediate as setImmediatePromise } from 'node:timers/promises';

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
  let isWatched = false;
  /** Whoever else has a turn begins a new one here: the loop waited for something in between. */
  const watch = (): void => {
    if (isWatched) return;
    isWatched = true;
    setImmediate(() => {
      isWatched = false;
      beganMs = nowMs();
    }).unref();
  };
  const next = async (): Promise<void> => {
    await setImmediatePromise();
    beganMs = nowMs();
  };
  return {
    over() {
      watch();
      return nowMs() - beganMs < longestMs ? undefined : next();
    },
  };
}

/** Lets others have theirs when a turn is over; what comes from `source` meanwhile stays in the kernel. */
export async function restReading(source: { pause(): unknown; resume(): unknown }, turns: Turns): Promise<void> {
  const next = turns.over();
  if (!next) return;
  source.pause();
  await next;
  source.resume();
}
