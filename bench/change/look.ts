import type { Rect, Size } from '#lib/media/geometry.ts';
import { findTimecodes, readTimecode } from '#lib/media/timecode.ts';

/** The content of one frame of the recording, as far as its luma shows it. */
export interface Look {
  /** The box's time code in milliseconds; undefined if it cannot be read. */
  codeMs: number | undefined;
  /** The place of each source's picture: source@x,y,width of its time code on a grid of 8 pixels. */
  places: string;
  /** The time code of each source, in milliseconds. */
  clocks: Readonly<Record<number, number>>;
  /** Whether two codes of one picture show different times. */
  torn: boolean;
  /** Mean luma of each watched region. */
  means: Readonly<Record<string, number>>;
}

/** Reads a frame. `code` is the place of the box's own time code. */
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
