import type { Rect } from '#lib/media/geometry.ts';
import { FLASH_MS, phaseOf, slotOf } from '../signal.ts';
import type { FrameCode, FrameReading } from './frames.ts';
import type { Missing, SourceVerdict, Span } from './result.ts';

/** The codes that were read from a picture, with its time. */
export interface TimedReading extends FrameReading {
  timeMs: number;
}

/** A picture of one source in one output frame. */
export interface Sighting {
  frame: number;
  timeMs: number;
  clockMs: number;
  picture: Rect;
  flash: FrameCode['flash'];
}

/**
 * Number of frames without a code up to which the code counts as unreadable; after more, the source is not in the
 * picture.
 */
const BLINK_FRAMES = 2;
const FREEZE_MS = 250;
/** Error in milliseconds of codes, which are whole milliseconds. */
const ROUNDING_MS = 1.5;

/** All findings about one source except lip sync. `readings` are in order of time. */
export function judgeSource(
  source: number,
  readings: readonly TimedReading[],
  outputStepMs: number,
): Omit<SourceVerdict, 'lipSync'> & { sightings: Sighting[] } {
  const sightings = sightingsOf(source, readings);
  const stepMs = stepOf(sightings);
  const endOf = (sighting: Sighting): number => readings[sighting.frame + 1]?.timeMs ?? sighting.timeMs + outputStepMs;
  const missing = missingIn(sightings, stepMs);
  return {
    source,
    sightings,
    frames: sightings.length,
    firstClockMs: sightings[0]?.clockMs ?? Number.NaN,
    lastClockMs: sightings.at(-1)?.clockMs ?? Number.NaN,
    stepMs,
    seen: runsOf(sightings, (a, b) => b.frame - a.frame <= BLINK_FRAMES + 1, endOf),
    missing,
    missingMs: sum(missing.map(({ lostMs }) => lostMs)),
    cutMs: cutIn(sightings),
    repeated: repeatedIn(sightings, stepMs, outputStepMs),
    freezes: runsOf(sightings, (a, b) => b.frame === a.frame + 1 && b.clockMs === a.clockMs, endOf).filter(
      ({ fromMs, toMs }) => toMs - fromMs > Math.max(FREEZE_MS, 2 * stepMs),
    ),
    outOfOrder: pairs(sightings)
      .filter(([a, b]) => b.clockMs < a.clockMs)
      .map(([a, b]) => ({ atMs: b.timeMs, fromClockMs: a.clockMs, toClockMs: b.clockMs })),
    unreadable: unreadableIn(sightings).map((frame) => readings[frame]?.timeMs ?? Number.NaN),
    torn: readings
      .filter(({ codes }) => new Set(codes.filter((code) => code.source === source).map(({ ms }) => ms)).size > 1)
      .map(({ timeMs }) => timeMs),
    ...flashesIn(sightings, stepMs),
  };
}

/** The best code of the source in each frame: the main one, else the second; of several windows the largest. */
function sightingsOf(source: number, readings: readonly TimedReading[]): Sighting[] {
  return readings.flatMap(({ codes, timeMs }, frame) => {
    const mine = codes.filter((code) => code.source === source);
    const best = mine.sort((a, b) => a.mark - b.mark || b.rect.width - a.rect.width)[0];
    return best ? [{ frame, timeMs, clockMs: best.ms, picture: best.picture, flash: best.flash }] : [];
  });
}

/** Frames without a code between two near ones with the source at the same place. */
export function unreadableIn(sightings: readonly Sighting[]): number[] {
  return pairs(sightings).flatMap(([a, b]) => {
    const absent = b.frame - a.frame - 1;
    if (absent < 1 || absent > BLINK_FRAMES || !samePlace(a.picture, b.picture)) return [];
    return Array.from({ length: absent }, (_, n) => a.frame + 1 + n);
  });
}

/** Frames in which a source is missing after its picture stood still: it was lost, not hidden by a layout. */
export function lostAfterFreeze(
  sightings: readonly Sighting[],
  freezes: readonly Span[],
  frames: number,
): { frame: number; untilFrame: number; rect: Rect }[] {
  return sightings.flatMap(({ frame, timeMs, picture }, at) => {
    const untilFrame = sightings[at + 1]?.frame ?? frames;
    const stood = freezes.some(({ fromMs, toMs }) => fromMs <= timeMs && timeMs < toMs);
    return stood && untilFrame > frame + 1 ? [{ frame: frame + 1, untilFrame, rect: picture }] : [];
  });
}

/** Whether two places are the same. */
export const samePlace = (a: Rect, b: Rect, tolerance = 0.02): boolean =>
  (['x', 'y', 'width', 'height'] as const).every((key) => Math.abs(a[key] - b[key]) < tolerance);

/** The usual step of the code: mean of the steps near the median, so that 66 and 67 give 66.7. */
function stepOf(sightings: readonly Sighting[]): number {
  const steps = pairs(sightings)
    .filter(([a, b]) => b.frame === a.frame + 1 && b.clockMs > a.clockMs)
    .map(([a, b]) => b.clockMs - a.clockMs)
    .sort((a, b) => a - b);
  const median = steps[Math.floor(steps.length / 2)];
  if (median === undefined) return Number.NaN;
  const near = steps.filter((step) => Math.abs(step - median) <= ROUNDING_MS);
  return sum(near) / near.length;
}

function missingIn(sightings: readonly Sighting[], stepMs: number): Missing[] {
  const changes = sightings.filter((sighting, at) => at === 0 || sighting.clockMs !== sightings[at - 1]?.clockMs);
  return pairs(changes).flatMap(([a, b]) => {
    const clock = b.clockMs - a.clockMs;
    const unread = b.frame - a.frame - 1;
    const lostMs = clock - stepMs;
    const cutMs = clock - (b.timeMs - a.timeMs);
    if (clock <= stepMs * 1.5 + ROUNDING_MS) return [];
    // The source was out of the picture for some frames, and back at the right time: nothing of it is missing.
    const wasShown = sightings.some(({ frame }) => frame > a.frame && frame < b.frame);
    if (unread > 0 && !wasShown && Math.abs(cutMs) < stepMs * 1.5 + ROUNDING_MS) return [];
    return [{ atMs: b.timeMs, fromClockMs: a.clockMs, toClockMs: b.clockMs, lostMs, cutMs }];
  });
}

/**
 * The greatest time by which the source's clock was ahead of the file's since the first second. A hole of the recorder
 * stays ahead; a picture that stood still and caught up does not count.
 */
function cutIn(sightings: readonly Sighting[]): number {
  const leads = sightings.map(({ clockMs, timeMs }) => clockMs - timeMs);
  const first = leads.slice(0, 15).sort((a, b) => a - b);
  const usual = first[Math.floor(first.length / 2)] ?? 0;
  return leads.reduce((most, lead) => Math.max(most, lead - usual), 0);
}

/** Number of repeated pictures, without those that a faster output must repeat. */
function repeatedIn(sightings: readonly Sighting[], stepMs: number, outputStepMs: number): number {
  const next = pairs(sightings).filter(([a, b]) => b.frame === a.frame + 1);
  const repeats = next.filter(([a, b]) => a.clockMs === b.clockMs).length;
  const necessary = stepMs > outputStepMs * 1.02 ? Math.ceil(next.length * (1 - outputStepMs / stepMs)) + 1 : 0;
  return Math.max(0, repeats - necessary);
}

function flashesIn(sightings: readonly Sighting[], stepMs: number): { flashes: number; flashMismatches: number[] } {
  const lit = new Set<number>();
  const flashMismatches: number[] = [];
  for (const { clockMs, flash, timeMs } of sightings) {
    const phase = phaseOf(clockMs);
    // Between the two limits is the end of a flash that began between two pictures: both states are right.
    const expected = phase < FLASH_MS - ROUNDING_MS ? 'lit' : phase > FLASH_MS + stepMs ? 'dark' : flash;
    if (flash === 'lit' && expected === 'lit') lit.add(slotOf(clockMs));
    if (flash !== 'unknown' && flash !== expected) flashMismatches.push(timeMs);
  }
  return { flashes: lit.size, flashMismatches };
}

/** Joins neighbours for which `together` holds. */
export function runsOf<T extends { timeMs: number }>(
  items: readonly T[],
  together: (a: T, b: T) => boolean,
  endOf: (item: T) => number,
): Span[] {
  const spans: Span[] = [];
  for (const [at, item] of items.entries()) {
    const before = items[at - 1];
    const last = spans.at(-1);
    if (before && last && together(before, item)) last.toMs = endOf(item);
    else spans.push({ fromMs: item.timeMs, toMs: endOf(item) });
  }
  return spans;
}

function pairs<T>(items: readonly T[]): [T, T][] {
  return items.slice(1).map((item, at) => [items[at] as T, item]);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
