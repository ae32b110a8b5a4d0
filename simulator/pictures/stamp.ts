import type { Size } from '#lib/media/geometry.ts';
import { drawTimecode, timecodeRectIn } from '#lib/media/timecode.ts';
import { flashRectsIn } from '../signal.ts';
import { fillGrey, planesOf, type I420 } from './i420.ts';

/** Draws the picture for a time; `clockMs` is the source's clock, `voice` the loudness of its voice (0 to 1). */
export interface Painter {
  size: Size;
  paint(into: I420, clockMs: number, voice: number): void;
}

/** Draws both time codes and the flash patches, which the verdict reads. */
export function stamp(picture: I420, source: number, clockMs: number, lit: boolean): void {
  const { widthPx, heightPx } = picture.size;
  for (const mark of [0, 1] as const) {
    const rect = timecodeRectIn(picture.size, mark);
    fillGrey(picture, rect, 16);
    drawTimecode(planesOf(picture).luma, widthPx, widthPx, heightPx, rect, { source, ms: clockMs, mark });
  }
  for (const rect of flashRectsIn(picture.size)) fillGrey(picture, rect, lit ? 235 : 30);
}
