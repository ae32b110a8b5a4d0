import { setImmediate as setImmediatePromise } from 'node:timers/promises';

/** Divides work on foreign input into turns: after each, the rest of the process may run. */
export interface Turns {
  /** Undefined while the turn lasts; then a promise of the next turn, which a loop awaits. */
  over(): Promise<void> | undefined;
}

/** Length of a turn in milliseconds; after it, a loop over foreign input lets the process do other things first. */
export const LONGEST_TURN_MS = 4;

/** Opens the turns of one loop. To `await` something that is already done lets nobody else run; these turns do. */
export function openTurns(longestMs = LONGEST_TURN_MS, nowMs = (): number => performance.now()): Turns {
  let beganMs = nowMs();
  let isWatched = false;
  /** Begins a new turn whenever the event loop ran, since the loop itself was waiting then. */
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

/**
 * Waits until others have had their turn, if a turn is over; meanwhile `source` is paused, and what it sends stays in
 * the kernel.
 */
export async function restReading(source: { pause(): unknown; resume(): unknown }, turns: Turns): Promise<void> {
  const next = turns.over();
  if (!next) return;
  source.pause();
  await next;
  source.resume();
}
