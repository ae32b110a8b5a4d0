import type { Rect, Size } from '#lib/media/geometry.ts';
import { timecodeRectIn } from '#lib/media/timecode.ts';

/**
 * What generator and verdict agree on. At each whole multiple of 3 s of its own clock a source flashes two patches beside its
 * time code and beeps, both beginning with the same picture. The beep's length tells which of four
 * consecutive flashes it belongs to, so that sound late by more than 1.5 s is not taken for sound that is early.
 */
export const FLASH_EVERY_MS = 3000;
export const FLASH_MS = 100;
export const BEEP_LENGTHS_MS = [60, 100, 140, 180] as const;
export const BEEP_AMPLITUDE = 0.4;
/** The background is silent this long before and after a beep, so that its edges are exact. */
export const BEEP_HUSH_MS = 60;
export const SAMPLE_RATE_HZ = 48_000;

export const SLIDES = 1;
export const CAMERA = 2;

/** Beep frequency of a source, by the id in its time code. */
export const BEEP_HZ: ReadonlyMap<number, number> = new Map([
  [SLIDES, 1000],
  [CAMERA, 1500],
]);

/** The number of the 3 s slot that a clock time lies in. */
export const slotOf = (clockMs: number): number => Math.floor(clockMs / FLASH_EVERY_MS);

/** How long ago its slot began, ms. */
export const phaseOf = (clockMs: number): number => clockMs % FLASH_EVERY_MS;

export const beepLengthMs = (slot: number): number =>
  BEEP_LENGTHS_MS[slot % BEEP_LENGTHS_MS.length] ?? BEEP_LENGTHS_MS[0];

/** The two flash patches of a picture, left and right of the main code, one cell apart from it. */
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
