import { EARLY_MS } from '#lib/media/groups/key-pictures.ts';
import { firstWhere } from '#lib/runtime/lists/bisect.ts';
import type { Interval } from '#lib/media/intervals.ts';

/**
 * Numbers of the key pictures that previews show, one for each of `count` stretches of `everyMs`: the newest one at the
 * middle of its stretch. Of a film of which only parts are kept, no key picture of what was cut away is shown where the
 * part has one of its own. `timesMs` are in order, at least one. Pure.
 */
export function keysForPreviews(
  timesMs: Float64Array,
  { count, everyMs }: { count: number; everyMs: number },
  kept: readonly Interval[],
): number[] {
  const numbers: number[] = [];
  let [part, beforeMs] = [0, 0];
  for (let at = 0; at < count; at++) {
    const middleMs = (at + 0.5) * everyMs;
    while (part < kept.length - 1 && middleMs >= beforeMs + lengthMs(kept[part]!)) beforeMs += lengthMs(kept[part++]!);
    const { fromMs, toMs } = kept[part]!;
    const newest = newestAt(timesMs, Math.min(fromMs + middleMs - beforeMs, toMs));
    const next = newest + 1;
    const isBefore = newest < 0 || timesMs[newest]! < fromMs - EARLY_MS;
    numbers.push(isBefore && (newest < 0 || timesMs[next]! < toMs) ? next : newest);
  }
  return numbers;
}

const lengthMs = ({ fromMs, toMs }: Interval): number => toMs - fromMs;

/** Number of the last of some times that is not later; -1: all are. */
const newestAt = (timesMs: Float64Array, ms: number): number =>
  firstWhere(timesMs.length, (n) => timesMs[n]! > ms + EARLY_MS) - 1;
