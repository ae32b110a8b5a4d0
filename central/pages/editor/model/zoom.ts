import type { Range } from './segments.ts';

/** The visible part of the timeline, in pictures; fractions of a picture are allowed. Pure. */
export type View = Range;

/** Pictures that are visible at the strongest zoom. */
const LEAST_FRAMES = 12;

/** The whole recording. */
export const wholeView = (frames: number): View => ({ from: 0, to: Math.max(1, frames) });

/** A view that is moved inside the recording. */
function inside({ from, to }: View, frames: number): View {
  const length = Math.min(to - from, frames);
  const start = Math.max(0, Math.min(from, frames - length));
  return { from: start, to: start + length };
}

/** A view after zooming in (factor above 1) or out; the picture `at` stays where it is. */
export function zoomed(view: View, frames: number, factor: number, at: number): View {
  const length = Math.max(Math.min(LEAST_FRAMES, frames), Math.min(frames, (view.to - view.from) / factor));
  const part = (at - view.from) / (view.to - view.from);
  return inside({ from: at - part * length, to: at + (1 - part) * length }, frames);
}

/** A view after moving by a part of its length. */
export const moved = (view: View, frames: number, part: number): View => {
  const by = part * (view.to - view.from);
  return inside({ from: view.from + by, to: view.to + by }, frames);
};

/** A view in which a picture is visible: as it is, or moved so that the picture is a tenth behind the left edge. */
export function showing(view: View, frames: number, frame: number): View {
  if (frame >= view.from && frame < view.to) return view;
  const length = view.to - view.from;
  return inside({ from: frame - length / 10, to: frame + (length * 9) / 10 }, frames);
}

/** Place of a picture in the view: 0 at the left edge, 1 at the right one. */
export const placeOf = (view: View, frame: number): number => (frame - view.from) / (view.to - view.from);

/** Picture at a place of the view. */
export const frameAtPlace = (view: View, place: number): number =>
  Math.round(view.from + place * (view.to - view.from));

/** Steps between the marks of the ruler, in seconds. */
const STEPS_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Pictures of the ruler's marks in a view, at most `most` of them; closer than a second they are pictures. */
export function rulerMarks(view: View, rate: number, most: number): number[] {
  const length = view.to - view.from;
  const seconds = STEPS_SECONDS.find((one) => length / (one * rate) <= most) ?? 7200;
  const pictures = [1, 2, 5, 10].find((one) => one < rate && length / one <= most);
  const step = pictures ?? seconds * rate;
  const first = Math.ceil(view.from / step);
  const count = Math.floor((view.to - first * step) / step) + 1;
  return Array.from({ length: Math.max(0, count) }, (_none, n) => Math.round((first + n) * step));
}
