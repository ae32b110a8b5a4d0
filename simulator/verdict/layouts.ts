import type { Rect } from '#lib/media/geometry.ts';
import { CAMERA, SLIDES } from '../signal.ts';
import type { FrameReading } from './frames.ts';
import type { LayoutSpan } from './result.ts';
import { samePlace } from './timeline.ts';

/** A layout in the form of `GET /api/v1/layouts`: windows in parts of the canvas. */
export interface KnownLayout {
  name: string;
  windows: readonly { channel: 'A' | 'B'; rect: Rect }[];
  /** Overlays; titles are read at the places of those of kind `text`. */
  overlays?: readonly { kind: string; name: string; rect: Rect; template?: string | undefined }[];
}

/** Places of the sources' pictures. */
export type Pictures = LayoutSpan['pictures'];

const TOLERANCE = 0.02;

/**
 * Places of the sources' pictures in a frame; a source that is shown twice is listed twice. The box itself (0) is left
 * out.
 */
export function picturesIn({ codes }: FrameReading): Pictures {
  const pictures: Pictures = [];
  for (const { source, picture, mark } of codes) {
    const known = pictures.some((other) => other.source === source && samePlace(other.rect, picture, 0.03));
    if (source !== 0 && !known && (mark === 0 || !codes.some((code) => code.source === source && code.mark === 0)))
      pictures.push({ source, rect: picture });
  }
  return pictures.sort((a, b) => a.source - b.source);
}

/**
 * The layout with a window for each picture that was seen. If several fit, the one with the fewest other windows (a
 * window may be without signal, or hidden), then the first.
 */
export function matchLayout(pictures: Pictures, layouts: readonly KnownLayout[]): { layout: string; swapped: boolean } {
  if (pictures.length === 0) return { layout: 'none', swapped: false };
  const fits = layouts.flatMap((layout) =>
    [false, true]
      .map((swapped) => ({ layout: layout.name, swapped, left: windowsLeft(pictures, layout, swapped) }))
      .filter(({ left }) => left >= 0),
  );
  const best = fits.sort((a, b) => a.left - b.left || Number(a.swapped) - Number(b.swapped))[0];
  return best ? { layout: best.layout, swapped: best.swapped } : { layout: 'unknown', swapped: false };
}

/** Number of windows without a picture; -1 if a picture has no window. */
function windowsLeft(pictures: Pictures, layout: KnownLayout, swapped: boolean): number {
  let windows = [...layout.windows];
  for (const { source, rect } of pictures) {
    const channel = channelOf(source, swapped);
    const match = windows.find((window) => window.channel === channel && fitsWindow(rect, window.rect));
    if (!match) return -1;
    windows = windows.filter((window) => window !== match);
  }
  return windows.length;
}

function channelOf(source: number, swapped: boolean): 'A' | 'B' | undefined {
  if (source === SLIDES) return swapped ? 'B' : 'A';
  return source === CAMERA ? (swapped ? 'A' : 'B') : undefined;
}

/**
 * Whether a picture fits a window: stretched, whole inside of it, or covering it. The centre is always the same, and
 * one side is equal.
 */
function fitsWindow(picture: Rect, window: Rect): boolean {
  const near = (a: number, b: number): boolean => Math.abs(a - b) < TOLERANCE;
  return (
    near(picture.x + picture.width / 2, window.x + window.width / 2) &&
    near(picture.y + picture.height / 2, window.y + window.height / 2) &&
    (near(picture.width, window.width) || near(picture.height, window.height))
  );
}

/**
 * The findings about one frame. `lost` are sources whose picture stood still before they vanished, so that their window
 * shows a slate.
 */
export interface LayoutFrame {
  timeMs: number;
  pictures: Pictures;
  lost?: Pictures;
}

/**
 * Joins frames of the same layout. `frames` are in order of time; `endMs` is the end of the last. A lost source counts
 * as present as long as a layout has all the windows.
 */
export function layoutSpans(
  frames: readonly LayoutFrame[],
  layouts: readonly KnownLayout[],
  endMs: number,
): LayoutSpan[] {
  const spans: LayoutSpan[] = [];
  for (const { timeMs, pictures, lost = [] } of frames) {
    const whole = matchLayout([...pictures, ...lost], layouts);
    const match = lost.length > 0 && whole.layout !== 'unknown' ? whole : matchLayout(pictures, layouts);
    const last = spans.at(-1);
    if (last && last.layout === match.layout && last.swapped === match.swapped && sameIfUnknown(last, pictures))
      continue;
    if (last) last.toMs = timeMs;
    spans.push({ fromMs: timeMs, toMs: endMs, ...match, pictures });
  }
  return spans;
}

function sameIfUnknown({ layout, pictures }: LayoutSpan, now: Pictures): boolean {
  if (layout !== 'unknown') return true;
  return (
    pictures.length === now.length &&
    pictures.every(({ source, rect }, at) => now[at]?.source === source && samePlace(rect, now[at].rect))
  );
}
