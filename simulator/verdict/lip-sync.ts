import { BEEP_LENGTHS_MS, FLASH_EVERY_MS, beepLengthMs, phaseOf, slotOf } from '../signal.ts';
import type { LipSync } from './result.ts';
import type { Sighting } from './timeline.ts';

/** Beeps repeat their lengths after so long; half of it on either side is unambiguous. */
const REACH_MS = (FLASH_EVERY_MS * BEEP_LENGTHS_MS.length) / 2;

/**
 * Sets each beep of a source against the picture that flashed with it. The picture's time is that of the first output
 * frame that shows it; the slot of both is known (picture: from the code; sound: from the beep's length).
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

/** When, in the file, each 3 s slot begins in the pictures of a source. */
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
 * A source flashes with its first picture in the slot. Is that the one seen (an odd clock offset puts pictures between the
 * whole slots), or an earlier one which an output of fewer frames left out? The latter if the
 * slot's begin is on the grid of a source two to four times as fast.
 */
function startsOnGrid(sinceMs: number, stepMs: number): boolean {
  return [1, 2, 3, 4].some((parts) => {
    const rest = sinceMs % (stepMs / parts);
    return Math.min(rest, stepMs / parts - rest) < 1;
  });
}

/**
 * A beep that is cut off where its source is lost has the length of another one, whose flash is elsewhere. Where most beeps
 * lie within half a turn of their flash, those beyond it are such cuts.
 */
function withoutCutBeeps<Beep extends { offsetMs: number }>(beeps: Beep[]): Beep[] {
  const near = beeps.filter(({ offsetMs }) => Math.abs(offsetMs) < FLASH_EVERY_MS / 2);
  return near.length * 2 > beeps.length ? near : beeps;
}
