import type { Fault } from './fault.ts';
import { openPictureStretches, type PictureLimits, type Seen } from './picture-faults.ts';

/** Pictures that follow each other, by their numbers: all from `first` to `last`. */
export interface PictureRun {
  first: number;
  last: number;
}

/**
 * A search for faults that looks at few pictures, and finds what looking at all of them finds: a stretch of black is as long
 * as a fault only if every picture of it is black, so that one in ten seconds tells where there is none.
 */
export interface KeySearch {
  /** Pictures that have to be looked at next, in order; none: the faults are known. */
  wanted(): PictureRun[];
  /** Takes what was seen of a picture that was looked at. */
  see(number: number, seen: Seen): void;
  /** The faults, in order. */
  faults(): Fault[];
}

/** What is known of a picture. */
const UNKNOWN = 0;
const NO = 1;
const YES = 2;

/** Pictures of a gap that are looked at one by one; of a larger one the middle tells first whether it is worth it. */
const FEW = 16;

/** Opens a search over pictures that are shown at these times, in order. */
export function openKeySearch(timesMs: readonly number[], durationMs: number, limits: PictureLimits): KeySearch {
  const count = timesMs.length;
  const black = new Uint8Array(count);
  const still = new Uint8Array(count);
  // The first picture has none before it.
  if (count > 0) still[0] = NO;
  const timeOf = (number: number): number => timesMs[number] ?? durationMs;
  const blackMs: SpanMs = (first, next) => timeOf(next) - timeOf(first);
  const stillMs: SpanMs = (first, next) => timeOf(next) - timeOf(first - 1);
  return {
    wanted() {
      // What stands still comes first: who has looked at all of it knows too whether it is black.
      const pairs = runsOf(openIn(still, stillMs, limits.frozenMs ?? Infinity), 1);
      return pairs.length > 0 ? pairs : runsOf(openIn(black, blackMs, limits.blackMs));
    },
    see(number, { isBlack, isStill }) {
      black[number] = isBlack ? YES : NO;
      if (isStill !== undefined) still[number] = isStill ? YES : NO;
    },
    faults() {
      const stretches = openPictureStretches(limits);
      for (let number = 0; number < count; number++)
        stretches.push({ isBlack: black[number] === YES, isStill: still[number] === YES }, timeOf(number));
      return stretches.end(durationMs);
    },
  };
}

/** Milliseconds that a stretch lasts which has the pictures from `first` up to, not including, `next`. */
type SpanMs = (first: number, next: number) => number;

/** Numbers of pictures that have to be looked at, so that stretches are found which last `leastMs` or longer. */
function* openIn(known: Uint8Array, spanMs: SpanMs, leastMs: number): Generator<number> {
  for (const { first, next } of runsWhere(0, known.length, (number) => known[number] !== NO)) {
    if (spanMs(first, next) < leastMs) continue;
    for (const gap of runsWhere(first, next, (number) => known[number] === UNKNOWN))
      yield* probesIn(gap.first, gap.next, spanMs, leastMs);
  }
}

/** Numbers of pictures of a gap: as far apart as a fault may be long, or the middle where none has room. */
function* probesIn(first: number, next: number, spanMs: SpanMs, leastMs: number): Generator<number> {
  if (spanMs(first, next) >= leastMs) {
    let from = first;
    for (let number = first; number < next; number++) {
      if (spanMs(from, number + 1) < leastMs) continue;
      yield number;
      from = number + 1;
    }
  } else if (next - first > FEW) yield (first + next) >> 1;
  else for (let number = first; number < next; number++) yield number;
}

/** Longest runs of numbers for which something holds. */
function* runsWhere(
  from: number,
  to: number,
  isSo: (number: number) => boolean,
): Generator<{ first: number; next: number }> {
  for (let first = from; first < to; first++) {
    if (!isSo(first)) continue;
    let next = first + 1;
    while (next < to && isSo(next)) next++;
    yield { first, next };
    first = next;
  }
}

/** Numbers in order as runs, each with so many pictures before it. */
function runsOf(numbers: Iterable<number>, before = 0): PictureRun[] {
  const runs: PictureRun[] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && run.last >= number - before - 1) run.last = number;
    else runs.push({ first: number - before, last: number });
  }
  return runs;
}
