import { readFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';

/** Figures that show how well the machine kept up during a measurement. */
export interface Pace {
  spanMs: number;
  /**
   * Milliseconds for which work that could run waited for a core, as the kernel reports it (`/proc/pressure/cpu`); 0 if
   * it does not.
   */
  waitedMs: number;
  /** The worst lateness of a timer, in milliseconds, in a thread that does nothing else. */
  latestMs: number;
}

/**
 * Limits of lateness: of a timer in milliseconds, and of waiting as a part of the time. Beyond either, the machine was
 * late.
 */
const LATE_TIMER_MS = 15;
const LATE_PART = 0.1;
/** Number of times that a judgement is made at most. */
const ROUNDS = 3;
/** Number of kinds of lateness that are reported; of the others only the number is. */
const MOST_TOLD = 3;

/** Whether the machine was late, by the limits above. */
export const wasLate = ({ spanMs, waitedMs, latestMs }: Pace): boolean =>
  latestMs > LATE_TIMER_MS || waitedMs > spanMs * LATE_PART;

const wordsOf = ({ spanMs, waitedMs, latestMs }: Pace): string =>
  `in ${(spanMs / 1000).toFixed(1)} s work waited ${(waitedMs / 1000).toFixed(1)} s for a core, a timer was ${Math.round(latestMs)} ms late`;

/** Begins to watch the machine; the returned function ends it and gives how the machine kept up. */
export async function watchPace(): Promise<() => Promise<Pace>> {
  const latest = new Float64Array(new SharedArrayBuffer(8));
  const probe = new Worker(new URL('./pace-probe.ts', import.meta.url), { workerData: latest });
  probe.unref();
  await new Promise((resolve, reject) => probe.once('online', resolve).once('error', reject));
  const [startedMs, before] = [performance.now(), await waitedForCoresMs()];
  return async () => {
    const pace = {
      spanMs: performance.now() - startedMs,
      waitedMs: (await waitedForCoresMs()) - before,
      latestMs: latest[0] ?? 0,
    };
    await probe.terminate();
    return pace;
  };
}

/**
 * Milliseconds for which work that could run has waited for a core since the machine started; 0 if the kernel does not
 * report it.
 */
export async function waitedForCoresMs(): Promise<number> {
  const text = await readFile('/proc/pressure/cpu', 'utf8').catch(() => '');
  return Number(/^some .*total=(\d+)/m.exec(text)?.[1] ?? 0) / 1000;
}

/** Reports that something took this long, or was this late; more than `limitMs` is too late. */
export type InTime = (what: string, tookMs: number, limitMs: number) => void;

interface Late {
  what: string;
  tookMs: number;
  limitMs: number;
}

/** The worst of each kind of lateness, and the number of the others, in words. */
function lateWords(late: readonly Late[]): string {
  const kinds = new Map<string, Late[]>();
  for (const one of late) kinds.set(one.what, [...(kinds.get(one.what) ?? []), one]);
  const words = [...kinds.values()].map((all) => {
    const [{ what, tookMs, limitMs }] = all.toSorted((a, b) => b.tookMs - a.tookMs) as [Late];
    const more = all.length > 1 ? ` (and ${all.length - 1} times less)` : '';
    return `${what}: ${Math.round(tookMs)} ms, more than ${limitMs}${more}`;
  });
  return words.length > MOST_TOLD
    ? `${words.slice(0, MOST_TOLD).join('; ')} and ${words.length - MOST_TOLD} more`
    : words.join('; ');
}

/**
 * Runs a measurement that judges lateness. If something is too late and the machine kept up, it fails; if the machine
 * did not, the measurement is made again, at most twice, and the report of `bin/test` says so. The last time, the time
 * that the machine withheld is added to the limit, since it is no lateness of the product. Everything else that
 * `measure` asserts (lost, torn, repeated, wrong) fails at once.
 */
export async function inTime(
  test: Pick<TestContext, 'diagnostic'>,
  measure: (judge: InTime) => Promise<void>,
  watch = watchPace,
): Promise<void> {
  for (let round = 1; ; round++) {
    const late: Late[] = [];
    const stop = await watch();
    let pace: Pace;
    try {
      await measure((what, tookMs, limitMs) => {
        if (!(tookMs <= limitMs)) late.push({ what, tookMs, limitMs });
      });
    } finally {
      pace = await stop();
    }
    if (late.length === 0) return;
    const words = lateWords(late);
    if (!wasLate(pace)) throw new Error(`${words} (the machine kept up: ${wordsOf(pace)})`);
    if (round === ROUNDS) return endOf(test, late, pace);
    test.diagnostic(`note: repeated: the machine was late (${wordsOf(pace)}): ${words}`);
  }
}

function endOf(test: Pick<TestContext, 'diagnostic'>, late: readonly Late[], pace: Pace): void {
  const withheldMs = Math.max(pace.waitedMs, pace.latestMs);
  const words = `${lateWords(late)} (${wordsOf(pace)})`;
  const tooLate = late.some(({ tookMs, limitMs }) => !(tookMs - limitMs <= withheldMs));
  if (tooLate) throw new Error(`${words}: later than the machine, three times`);
  test.diagnostic(`note: no later than the machine, three times: ${words}`);
}
