import { EARLY_MS } from '#lib/media/groups/key-pictures.ts';
import type { Interval } from '#lib/media/intervals.ts';
import { firstWhere } from '#lib/runtime/lists/bisect.ts';
import { openTurns } from '#lib/runtime/turns.ts';

/** Key pictures of a film that are looked at: their numbers, and when each is shown, in order. */
export interface ShownKeys {
  numbers: readonly number[];
  /** Milliseconds since the beginning of what is kept. */
  timesMs: readonly number[];
}

/**
 * Key pictures of a film that are searched at a time without a break: six hours with one each 2 s. A film with more is looked
 * at as a whole.
 */
const MOST_KEYS = 12_000;

/**
 * The key pictures of what is kept of a film, or of all of it, at least so far apart. The first one of a part stands for its
 * beginning too; a part without any has the newest one before it. Undefined: they are too many. `timesMs` are in order.
 */
export async function shownKeys(
  timesMs: Float64Array,
  kept: readonly Interval[] = [{ fromMs: 0, toMs: Infinity }],
  apartMs = 0,
): Promise<ShownKeys | undefined> {
  const shown = { numbers: [] as number[], timesMs: [] as number[] };
  const turns = openTurns();
  const show = (number: number, atMs: number): void => {
    if (atMs - (shown.timesMs.at(-1) ?? -Infinity) < apartMs) return;
    shown.numbers.push(number);
    shown.timesMs.push(atMs);
  };
  let beforeMs = 0;
  for (const { fromMs, toMs } of kept) {
    const [first, next] = [fromMs, toMs].map((ms) =>
      firstWhere(timesMs.length, (n) => timesMs[n]! >= ms - EARLY_MS),
    ) as [number, number];
    if (first === next && first > 0) show(first - 1, beforeMs);
    for (let number = first; number < next; number++) {
      const isFirst = number === first && first > 0;
      show(number, beforeMs + (isFirst ? 0 : Math.max(0, timesMs[number]! - fromMs)));
      if (number % 4096 === 0) await turns.over();
    }
    if (shown.numbers.length > MOST_KEYS) return undefined;
    beforeMs += toMs - fromMs;
  }
  return shown;
}
