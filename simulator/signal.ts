import type { Rect, Size } from '#lib/media/geometry.ts';
import { timecodeRectIn } from '#lib/media/timecode.ts';

/**
 * Interval of flashes, on which generator and verdict agree, in milliseconds. At each whole multiple of it on its own
 * clock, a source flashes two patches beside its time code and beeps; both begin with the same picture. The beep's
 * length shows which of four consecutive flashes it belongs to, so that sound that is late by more than half the
 * interval is not taken for early sound.
 */
export const FLASH_EVERY_MS = 3000;
/** Length of a flash. */
export const FLASH_MS = 100;
/** Lengths of four consecutive beeps. */
export const BEEP_LENGTHS_MS = [60, 100, 140, 180] as const;
/** Amplitude of a beep. */
export const BEEP_AMPLITUDE = 0.4;
/** Silence of the background before and after a beep, so that its edges are exact. */
export const BEEP_HUSH_MS = 60;
/** Sample rate of all sound. */
export const SAMPLE_RATE_HZ = 48_000;

/** Id of the slides in time codes. */
export const SLIDES = 1;
/** Id of the camera in time codes. */
export const CAMERA = 2;

/** Beep frequency of a source by its id. */
export const BEEP_HZ: ReadonlyMap<number, number> = new Map([
  [SLIDES, 1000],
  [CAMERA, 1500],
]);

/** Number of the 3 s slot of a clock time. */
export const slotOf = (clockMs: number): number => Math.floor(clockMs / FLASH_EVERY_MS);

/** Milliseconds since the slot of a clock time began. */
export const phaseOf = (clockMs: number): number => clockMs % FLASH_EVERY_MS;

/** Length of the beep of a slot. */
export const beepLengthMs = (slot: number): number =>
  BEEP_LENGTHS_MS[slot % BEEP_LENGTHS_MS.length] ?? BEEP_LENGTHS_MS[0];

/** The two flash patches of a picture, left and right of the main code, at a distance of one cell. */
export function flashRectsIn(size: Size): [Rect, Rect] {
  const code = timecodeRectIn(size);
  const width = even(size.widthPx / 16);
  const gap = even(size.widthPx / 80);
  const patch = { y: code.y, width, height: code.height };
  return [
    { ...patch, x: code.x - gap - width },
    { ...patch, x: code.x + code.width + gap },
  ];
}

const even = (value: number): number => Math.round(value / 2) * 2;
