import { BEEP_LENGTHS_MS, FLASH_EVERY_MS, beepLengthMs, phaseOf, slotOf } from '../signal.ts';
import type { LipSync, SourceVerdict } from './result.ts';
import type { Sighting } from './timeline.ts';

/**
 * Half of the time in milliseconds after which the lengths of beeps repeat; a beep within it, early or late, is
 * unambiguous.
 */
const REACH_MS = (FLASH_EVERY_MS * BEEP_LENGTHS_MS.length) / 2;

/**
 * Compares each beep of a source with the picture that flashed with it. The picture's time is that of the first output
 * frame that shows it. The slot of both is known: of the picture by the code, of the sound by the beep's length.
 */
export function judgeLipSync(
  sightings: readonly Sighting[],
  stepMs: number,
  beeps: readonly { atMs: number; lengthMs: number }[],
): LipSync {
  const flashes = flashTimes(sightings, stepMs);
  const heard = new Set<number>();
  const found = beeps.flatMap(({ atMs, lengthMs }) => {
    const near = flashes
      .filter(({ slot, flashMs }) => beepLengthMs(slot) === lengthMs && Math.abs(atMs - flashMs) < REACH_MS)
      .sort((a, b) => Math.abs(atMs - a.flashMs) - Math.abs(atMs - b.flashMs))[0];
    if (!near) return [];
    heard.add(near.flashMs);
    return [{ atMs, offsetMs: Math.round((atMs - near.flashMs) * 10) / 10 }];
  });
  const measured = withoutCutBeeps(found);
  const offsets = measured.map(({ offsetMs }) => offsetMs);
  return {
    measured,
    earliestMs: offsets.length > 0 ? Math.min(...offsets) : undefined,
    latestMs: offsets.length > 0 ? Math.max(...offsets) : undefined,
    beepsAlone: beeps.length - measured.length,
    flashesAlone: flashes.length - heard.size,
  };
}

/** A beep that is too far from its picture. */
export interface OutOfSync {
  source: number;
  atMs: number;
  /** Sound minus picture in milliseconds. */
  offsetMs: number;
}

/** The beeps of all sources that are outside of the limits, in ms: sound minus picture. */
export const outOfSync = (
  sources: readonly Pick<SourceVerdict, 'source' | 'lipSync'>[],
  { min, max }: { min: number; max: number },
): OutOfSync[] =>
  sources.flatMap(({ source, lipSync }) =>
    lipSync.measured
      .filter(({ offsetMs }) => offsetMs < min || offsetMs > max)
      .map(({ atMs, offsetMs }) => ({ source, atMs, offsetMs })),
  );

/** Time in the file at which each slot begins in the pictures of a source. */
function flashTimes(sightings: readonly Sighting[], stepMs: number): { slot: number; flashMs: number }[] {
  const times: { slot: number; flashMs: number }[] = [];
  for (const [at, { clockMs, timeMs }] of sightings.entries()) {
    const sinceMs = phaseOf(clockMs);
    const isFirst = at > 0 && slotOf(sightings[at - 1]?.clockMs ?? clockMs) < slotOf(clockMs);
    if (!isFirst || !(sinceMs < stepMs + 1)) continue;
    times.push({ slot: slotOf(clockMs), flashMs: timeMs - (startsOnGrid(sinceMs, stepMs) ? sinceMs : 0) });
  }
  return times;
}

/**
 * Whether the source flashed at the beginning of the slot, `sinceMs` before the first picture that was seen in it. It
 * did, if the beginning is on the grid of a source up to four times as fast: an output of fewer frames left out the
 * first picture. If not, an odd clock offset puts pictures between the whole slots, and the picture seen is the first.
 */
function startsOnGrid(sinceMs: number, stepMs: number): boolean {
  return [1, 2, 3, 4].some((parts) => {
    const rest = sinceMs % (stepMs / parts);
    return Math.min(rest, stepMs / parts - rest) < 1;
  });
}

/**
 * The beeps without those that were cut off. A beep that is cut off where its source is lost has the length of another
 * beep, whose flash is elsewhere. If most beeps are within half a slot of their flash, those beyond are cut ones.
 */
function withoutCutBeeps<Beep extends { offsetMs: number }>(beeps: Beep[]): Beep[] {
  const near = beeps.filter(({ offsetMs }) => Math.abs(offsetMs) < FLASH_EVERY_MS / 2);
  return near.length * 2 > beeps.length ? near : beeps;
}
