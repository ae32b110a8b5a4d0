import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { sleep } from '#lib/runtime/clock.ts';

/**
 * Milliseconds for which a test waits for something; after it the test fails and says what it waited for. It is long
 * enough for a busy machine, and no judgement: lateness is judged with `inTime`.
 */
export const PATIENCE_MS = 120_000;

/**
 * Milliseconds between two looks: a twentieth of the time waited so far, within these limits, since many requests would
 * make a busy box late.
 */
const LOOK_MS = { least: 20, most: 100 };

/**
 * Waits until something is true: checks again and again, or every `everyMs`. Rejects with its name, and what `seen`
 * gives, if it does not become true.
 */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { limitMs = PATIENCE_MS, everyMs, seen }: { limitMs?: number; everyMs?: number; seen?: () => string } = {},
): Promise<void> {
  const beganMs = performance.now();
  while (!(await isSo())) {
    const waitedMs = performance.now() - beganMs;
    if (waitedMs > limitMs) {
      const told = seen ? `; seen: ${seen()}` : '';
      throw new Error(`waited ${Math.round(limitMs / 1000)} s in vain: ${what}${told}`);
    }
    await sleep(everyMs ?? Math.min(LOOK_MS.most, Math.max(LOOK_MS.least, waitedMs / 20)));
  }
}

/** Number of checks in a quiet time, so that a machine that stands still once does not count as quiet. */
const QUIET_LOOKS = 10;

/** Waits until a number has not changed for a while, so that everything that was under way has arrived. */
export async function quiet(count: () => number, forMs = 500): Promise<void> {
  let before = count();
  for (let looks = 0; looks < QUIET_LOOKS; looks++) {
    await sleep(forMs / QUIET_LOOKS);
    // Timers run before data that has arrived on sockets is read.
    await turnOfTheLoop();
    if (before !== count()) [before, looks] = [count(), -1];
  }
}
