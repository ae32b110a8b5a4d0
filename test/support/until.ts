import { sleep } from '#lib/runtime/clock.ts';

/**
 * How long a test waits for what must come, ms. It is no judgement: what is late is judged with `inTime`. It is long enough for a
 * machine that has other work to do; beyond it the test fails and says what it waited for.
 */
export const PATIENCE_MS = 120_000;

/** Waits until something is so. Rejects with its name, and what `seen` tells, if it does not come to be. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { limitMs = PATIENCE_MS, everyMs = 20, seen }: { limitMs?: number; everyMs?: number; seen?: () => string } = {},
): Promise<void> {
  const endsAtMs = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > endsAtMs) {
      const told = seen ? `; seen: ${seen()}` : '';
      throw new Error(`waited ${Math.round(limitMs / 1000)} s in vain: ${what}${told}`);
    }
    await sleep(everyMs);
  }
}

/** Waits until a number has not changed for a while: what was under way has come. */
export async function quiet(count: () => number, forMs = 500): Promise<void> {
  for (let before = -1; before !== count(); await sleep(forMs)) before = count();
}
