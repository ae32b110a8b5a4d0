import type { Aspect, Size } from '#lib/media/geometry.ts';
import type { Channel } from '#lib/media/layout.ts';
import { bytesOf } from './i420.ts';
import type { SceneWindow } from './scene.ts';
import { fitWindow, type Crop } from './window-fit.ts';

/**
 * The width that the frames of a channel's input need: that of the largest window, or of a snapshot of the channel
 * alone.
 */
export interface FittedWidth {
  readonly widthPx: number;
  /** Tells the width that the windows need now, with each frame. */
  shown(widthPx: number, nowMs: number): void;
  /** Tells that a picture of the channel alone, of this width, was asked for. */
  looked(widthPx: number, nowMs: number): void;
}

/**
 * The smallest width of a frame. A channel that is not seen may be shown at the next moment, and small frames cost
 * little.
 */
const LEAST_PX = 320;
/** Time for which a picture of the channel alone counts; pages ask again sooner. */
const LOOK_MS = 5000;
/** Time after which frames become smaller: a layout is often changed back. */
const SHRINK_MS = 2000;
/** Part of the canvas's width from which on frames are as wide as the canvas: smaller ones would save too little. */
const NEARLY_ALL = 0.95;

/** Opens the width for one channel of a canvas. `isWhole` tells whether the channel is encoded alone too, as large as the canvas. */
export function openFittedWidth(canvas: Size, isWhole = (): boolean => false): FittedWidth {
  let widthPx = allowed(0, canvas);
  let look = { widthPx: 0, atMs: -Infinity };
  let shownPx = 0;
  let largeMs = -Infinity;
  const judge = (nowMs: number): void => {
    const lookedPx = nowMs - look.atMs < LOOK_MS ? look.widthPx : 0;
    const needed = isWhole() ? canvas.widthPx : allowed(Math.max(shownPx, lookedPx), canvas);
    if (needed >= widthPx) largeMs = nowMs;
    if (needed > widthPx || nowMs - largeMs > SHRINK_MS) widthPx = needed;
  };
  return {
    get widthPx() {
      return widthPx;
    },
    shown(wide, nowMs) {
      shownPx = wide;
      judge(nowMs);
    },
    looked(wide, nowMs) {
      if (wide >= look.widthPx || nowMs - look.atMs >= LOOK_MS) look = { widthPx: wide, atMs: nowMs };
      judge(nowMs);
    },
  };
}

function allowed(widthPx: number, canvas: Size): number {
  const even = Math.max(Math.min(LEAST_PX, canvas.widthPx), 2 * Math.ceil(widthPx / 2 - 1e-6));
  return even >= NEARLY_ALL * canvas.widthPx ? canvas.widthPx : even;
}

/** How a channel's picture is put into its windows. */
export interface Placing {
  native: Size;
  aspect: Aspect;
  crop: Crop;
}

/** The width of a whole frame from which each window of the channel gets every pixel that it can show. */
export function neededWidth(canvas: Size, windows: readonly SceneWindow[], channel: Channel, placing: Placing): number {
  const { native, aspect, crop } = placing;
  const parts = windows
    .filter((window) => window.channel === channel)
    .map(({ rect }) => {
      const { from, to } = fitWindow(rect, canvas, native, aspect, crop);
      return Math.max(to.width / from.width, to.height / from.height);
    });
  return Math.max(0, ...parts) * canvas.widthPx;
}

/** The size of a frame of an even width: it has the shape of the canvas. FFmpeg reckons the same (see `inputArgv`). */
export const fittedSize = (widthPx: number, canvas: Size): Size => ({
  widthPx,
  heightPx: 2 * Math.round((widthPx * canvas.heightPx) / canvas.widthPx / 2),
});

/** The size of a frame by its number of bytes; undefined if no size has that number. */
export function fittedSizeOf(bytes: number, canvas: Size): Size | undefined {
  const near = 2 * Math.round(Math.sqrt(((bytes / 1.5) * canvas.widthPx) / canvas.heightPx) / 2);
  const widths = [near - 4, near - 2, near, near + 2, near + 4].filter(
    (width) => width >= 2 && width <= canvas.widthPx,
  );
  return widths.map((width) => fittedSize(width, canvas)).find((size) => bytesOf(size) === bytes);
}
