import type { Rect, Size } from '#lib/media/geometry.ts';
import type { Channel } from '#lib/media/layout.ts';
import type { TimedLayout } from './layout-track.ts';
import type { SlideWindow } from './slide-detector.ts';

/** Where something is in the picture, from when to when. */
export interface Window {
  fromMs: number;
  toMs: number;
  /** Part of the picture, in parts (0 to 1) of it; undefined: the whole. */
  rect: Rect | undefined;
  /** What lies over it, such as the camera, in parts of the picture. */
  covered?: readonly Rect[];
}

/** Milliseconds of a window, at least; during a shorter one the slides are not looked at. */
const LEAST_MS = 1000;
/** Part of the picture's width, below which a window is too small for its slides to be seen. */
const LEAST_WIDTH = 0.12;
/** Windows of a file; later ones are not looked at. */
const MOST_WINDOWS = 2000;

/**
 * The windows of a channel during a recording, from the layouts that the box wrote down, in the order of time. Times in which the
 * channel is not seen, is mostly covered or is very small are left out.
 */
export function windowsOf(layouts: readonly TimedLayout[], channel: Channel, durationMs: number): Window[] {
  const windows: Window[] = [];
  for (const [at, layout] of layouts.entries()) {
    const place = placeOf(layout, channel);
    const [fromMs, toMs] = [Math.max(0, layout.atMs), Math.min(durationMs, layouts[at + 1]?.atMs ?? durationMs)];
    if (!place || toMs - fromMs < LEAST_MS || windows.length >= MOST_WINDOWS) continue;
    const before = windows.at(-1);
    if (before && before.toMs === fromMs && isSame(before, place)) before.toMs = toMs;
    else windows.push({ fromMs, toMs, ...place });
  }
  return windows;
}

interface Place {
  rect: Rect;
  covered: readonly Rect[];
}

/** The largest window of the channel; undefined if there is none that can be looked at. */
function placeOf({ sizePx, windows }: TimedLayout, channel: Channel): Place | undefined {
  const placed = windows.map((window, z) => ({ ...window, z, rect: partsOf(window.rect, sizePx) }));
  const own = placed.filter((window) => window.channel === channel && window.shown);
  const [largest] = own.toSorted((a, b) => areaOf(b.rect) - areaOf(a.rect));
  if (!largest || largest.rect.width < LEAST_WIDTH) return undefined;
  const above = placed.filter(({ z, channel: other }) => other !== channel && z > largest.z);
  const covered = above.map(({ rect }) => rect).filter((rect) => overlap(rect, largest.rect) > 0);
  const hidden = covered.reduce((sum, rect) => sum + overlap(rect, largest.rect), 0);
  return hidden > areaOf(largest.rect) / 2 ? undefined : { rect: largest.rect, covered };
}

/** A rectangle of pixels in parts of the frame, within it. */
function partsOf({ x, y, width, height }: Rect, { widthPx, heightPx }: Size): Rect {
  const [left, top] = [Math.min(1, x / widthPx), Math.min(1, y / heightPx)];
  return { x: left, y: top, width: Math.min(1 - left, width / widthPx), height: Math.min(1 - top, height / heightPx) };
}

const isSame = (a: unknown, b: Place): boolean => {
  const { rect, covered } = a as Place;
  return JSON.stringify([rect, covered]) === JSON.stringify([b.rect, b.covered]);
};

const areaOf = ({ width, height }: Rect): number => width * height;

function overlap(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}

const WHOLE: Rect = { x: 0, y: 0, width: 1, height: 1 };

/** A window as the detector of slides wants it. */
export function slideWindowOf({ rect = WHOLE, covered = [] }: Pick<Window, 'rect' | 'covered'>): SlideWindow {
  const within = covered.map(({ x, y, width, height }) => ({
    x: (x - rect.x) / rect.width,
    y: (y - rect.y) / rect.height,
    width: width / rect.width,
    height: height / rect.height,
  }));
  return { name: JSON.stringify([rect, covered]), covered: within };
}
