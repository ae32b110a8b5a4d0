import type { Rect } from '#lib/media/geometry.ts';
import type { FrameCode } from '#simulator/verdict/frames.ts';
import type { TimedReading } from '#simulator/verdict/timeline.ts';

export const WHOLE: Rect = { x: 0, y: 0, width: 1, height: 1 };
export const START_MS = 1_795_176_000_000;
export const STEP_MS = 1000 / 15;

/** A code as if it had been read. */
export function code(source: number, ms: number, more: Partial<FrameCode> = {}): FrameCode {
  const lit = ms % 3000 < 99;
  const rect = { x: 344, y: 624, width: 592, height: 80 };
  return { source, ms, mark: 0, rect, picture: WHOLE, flash: lit ? 'lit' : 'dark', ...more };
}

/**
 * Output frames at 15 frames/s; `clocks` gives for each the number of the camera's picture (15 a second from
 * START_MS on), or undefined where it is not seen.
 */
export function readingsOf(pictures: readonly (number | undefined)[]): TimedReading[] {
  return pictures.map((picture, at) => ({
    timeMs: at * STEP_MS,
    codes: picture === undefined ? [] : [code(2, START_MS + Math.round(picture * STEP_MS))],
  }));
}

export const count = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);
