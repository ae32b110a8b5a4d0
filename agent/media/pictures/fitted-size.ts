import type { Size } from '#lib/media/geometry.ts';
import { bytesOf } from './i420.ts';

/** Frames of an input have the shape of the canvas, and any even width up to its own. */

/** The size of a frame of an even width. FFmpeg reckons the same (see `inputArgv`). */
export const fittedSize = (widthPx: number, canvas: Size): Size => ({
  widthPx,
  heightPx: 2 * Math.round((widthPx * canvas.heightPx) / canvas.widthPx / 2),
});

/** The size of a frame of so many bytes; undefined if none has as many. */
export function fittedSizeOf(bytes: number, canvas: Size): Size | undefined {
  const near = 2 * Math.round(Math.sqrt(((bytes / 1.5) * canvas.widthPx) / canvas.heightPx) / 2);
  const widths = [near - 4, near - 2, near, near + 2, near + 4].filter(
    (width) => width >= 2 && width <= canvas.widthPx,
  );
  return widths.map((width) => fittedSize(width, canvas)).find((size) => bytesOf(size) === bytes);
}
