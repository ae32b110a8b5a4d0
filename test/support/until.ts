import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { sleep } from '#lib/runtime/clock.ts';

/**
 * How long a test waits for what must come, ms. It is no judgement: what is late is judged with `inTime`. It is long enough for a
 * machine that has other work to do; beyond it the test fails and says what it waited for.
 */
export const PATIENCE_MS = 120_000;

/** It is looked again after a twentieth of what was waited already, within these limits: who asks a busy box all the time makes it late. */
const LOOK_MS = { least: 20, most: 100 };

/**
 * Waits until something is so: looks again and again, or each `everyMs`. Rejects with its name, and what `seen` tells, if it does not
 * come to be.
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

/** A quiet time is looked at so many times: a machine that stands still once is not taken for quiet. */
const QUIET_LOOKS = 10;

/** Waits until a number has not changed for a while: what was under way has come. */
export async function quiet(count: () => number, forMs = 500): Promise<void> {
  let before = count();
  for (let looks = 0; looks < QUIET_LOOKS; looks++) {
    await sleep(forMs / QUIET_LOOKS);
    // Timers run before what came on sockets is read.
    await turnOfTheLoop();
    if (before !== count()) [before, looks] = [count(), -1];
  }
}
