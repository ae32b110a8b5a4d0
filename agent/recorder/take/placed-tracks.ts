import type { FoundSlide, LayoutChange, Moment, SeenSlide } from '#agent/device/recording.ts';
import type { LayoutNote } from '#lib/media/layout-notes.ts';
import type { Moments, RunMoment } from './moments.ts';

/** A file of a take, with its place in its run; `endTicks` is infinite while it is written. */
export interface PlacedPart {
  number: number;
  run: number;
  startTicks: number;
  endTicks: number;
}

/** Ticks in a millisecond. */
const TICKS_PER_MS = 90;

const offsetMsOf = (ticks: number, { startTicks, endTicks }: PlacedPart): number =>
  Math.max(0, Math.round((Math.min(ticks, endTicks) - startTicks) / TICKS_PER_MS));

/** The place of a moment: in the last file of its run that has begun by then, else at the beginning of the first one. */
export function placeOf({ run, ticks }: RunMoment, parts: readonly PlacedPart[]): Moment | undefined {
  const own = parts.filter((part) => part.run === run);
  const part = own.findLast(({ startTicks }) => startTicks <= ticks) ?? own[0];
  return part && { part: part.number, offsetMs: offsetMsOf(ticks, part) };
}

/**
 * The layouts of the files, in their order: each file begins with the one that is on then, so that it stands for itself. Of several
 * at one moment the last is meant.
 */
export function placedLayouts(
  notes: readonly LayoutNote[],
  moments: Pick<Moments, 'at'>,
  parts: readonly PlacedPart[],
): LayoutChange[] {
  const at = notes.map(({ ptsTicks }) => moments.at(ptsTicks));
  const placed: LayoutChange[] = [];
  const put = (change: LayoutChange): void => {
    const last = placed.at(-1);
    if (last && last.part === change.part && last.offsetMs === change.offsetMs) placed.pop();
    placed.push(change);
  };
  let next = 0;
  let on: LayoutNote | undefined;
  for (const part of parts) {
    for (; next < notes.length && isBy(at[next], part); next++) on = notes[next];
    if (on) put({ part: part.number, offsetMs: 0, ...on.layout });
    for (; next < notes.length && isIn(at[next], part); next++) {
      on = notes[next]!;
      put({ part: part.number, offsetMs: offsetMsOf(at[next]!.ticks, part), ...on.layout });
    }
  }
  return placed;
}

/** Whether a moment is not after the beginning of a part. */
const isBy = (at: RunMoment | undefined, { run, startTicks }: PlacedPart): boolean =>
  at === undefined || at.run < run || (at.run === run && at.ticks <= startTicks);

const isIn = (at: RunMoment | undefined, { run, endTicks }: PlacedPart): boolean =>
  at?.run === run && at.ticks < endTicks;

/**
 * Slides with their places. One that was seen only in a pause is left out; the number of an earlier one that is shown again
 * counts those that are left.
 */
export function placedSlides(
  seen: readonly SeenSlide[],
  moments: Pick<Moments, 'at'>,
  parts: readonly PlacedPart[],
): FoundSlide[] {
  const place = (rawTicks: number): Moment | undefined => {
    const at = moments.at(rawTicks);
    return at && placeOf(at, parts);
  };
  const numbers = new Map<number, number>();
  const placed: FoundSlide[] = [];
  let on: number | undefined;
  for (const [number, { fromTicks, pictureTicks, additionsTicks, sameAs }] of seen.entries()) {
    const from = place(fromTicks);
    if (!from) continue;
    const next = seen[number + 1];
    const to = next && place(next.fromTicks);
    if (to && isSame(from, to)) continue;
    const same = sameAs === undefined ? undefined : numbers.get(sameAs);
    numbers.set(number, same ?? placed.length);
    // Another slide was there in a pause alone: this one goes on.
    if (same !== undefined && same === on) continue;
    on = numbers.get(number);
    placed.push({
      ...from,
      picture: place(pictureTicks) ?? from,
      additions: additionsTicks.slice(0, MOST_ADDITIONS).flatMap((ticks) => place(ticks) ?? []),
      ...(same === undefined ? {} : { sameAs: same }),
    });
  }
  return placed;
}

/** Additions to one slide that are kept; further ones, as of a counter that runs, are not. */
export const MOST_ADDITIONS = 100;

const isSame = (a: Moment, b: Moment): boolean => a.part === b.part && a.offsetMs === b.offsetMs;

/**
 * Slides of a take that was continued: the slide that was on at the interruption goes on, since a box is back within seconds. Slides
 * of the later session count on from there.
 */
export function joinedSlides(earlier: readonly FoundSlide[], later: readonly FoundSlide[]): FoundSlide[] {
  const [first, ...rest] = later;
  const last = earlier.at(-1);
  if (!first || !last) return [...earlier, ...later];
  const goesOn = {
    ...last,
    picture: first.picture,
    additions: [...last.additions, ...first.additions].slice(0, MOST_ADDITIONS),
  };
  const before = earlier.length - 1;
  const counted = rest.map((slide) =>
    slide.sameAs === undefined ? slide : { ...slide, sameAs: slide.sameAs + before },
  );
  return [...earlier.slice(0, -1), goesOn, ...counted];
}
