import type { Rect, Size } from '#lib/media/geometry.ts';
import { findTimecodes, readTimecode } from '#lib/media/timecode.ts';

/** What one frame of the recording shows, as far as it can be seen in its luma. */
export interface Look {
  /** The box's time code, ms; undefined when it cannot be read. */
  codeMs: number | undefined;
  /** Where each source's picture is: source@x,y,width of its time code on a grid of 8 pixels. */
  places: string;
  /** What each source shows: its time code, ms. */
  clocks: Readonly<Record<number, number>>;
  /** Two codes of one picture that are not of the same time. */
  torn: boolean;
  /** Mean luma of each region that is watched. */
  means: Readonly<Record<string, number>>;
}

/** Reads a frame. `code` is where the box burns its own time code. */
export function lookAtFrame(luma: Uint8Array, size: Size, code: Rect, regions: Readonly<Record<string, Rect>>): Look {
  const stride = size.widthPx;
  const found = findTimecodes(luma, stride, size.widthPx, size.heightPx).filter(({ source }) => source !== 0);
  const mains = found.filter(({ mark }) => mark === 0).toSorted((a, b) => a.source - b.source);
  const grid = (px: number): number => Math.round(px / 8);
  return {
    codeMs: readTimecode(luma, stride, code)?.ms,
    places: mains
      .map(({ source, rect: { x, y, width } }) => `${source}@${grid(x)},${grid(y)},${grid(width)}`)
      .join(' '),
    clocks: Object.fromEntries(mains.map(({ source, ms }) => [source, ms])),
    torn: mains.some(({ source, ms }) => found.some((other) => other.source === source && other.ms !== ms)),
    means: Object.fromEntries(Object.entries(regions).map(([name, rect]) => [name, meanOf(luma, stride, rect)])),
  };
}

function meanOf(luma: Uint8Array, stride: number, { x, y, width, height }: Rect): number {
  let sum = 0;
  for (let line = y; line < y + height; line++)
    for (let at = line * stride + x; at < line * stride + x + width; at++) sum += luma[at] as number;
  return sum / (width * height);
}
