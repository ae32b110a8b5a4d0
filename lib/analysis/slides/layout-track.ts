import type { ShownLayout } from '#lib/media/layout-notes.ts';
import { z } from 'zod';

/** Which layout a recording had from when on, as the box wrote it down. */
export interface LayoutTrack {
  /** Length of the recording. */
  durationMs: number;
  /** Layouts in the order of time. */
  layouts: readonly TimedLayout[];
}

/** A layout, and when the recording went over to it. */
export type TimedLayout = ShownLayout & { atMs: number };

/** Layouts of a track, and windows of a layout; a track with more is refused. */
const MOST_LAYOUTS = 10_000;
const MOST_WINDOWS = 16;

const ms = z.number().min(0).max(1e9);
const px = z.number().min(0).max(32_768);
const schema = z.object({
  durationMs: ms,
  layouts: z
    .array(
      z.object({
        atMs: ms,
        name: z.string().max(1000).optional(),
        sizePx: z.object({ widthPx: px.min(2), heightPx: px.min(2) }),
        windows: z
          .array(
            z.object({
              channel: z.enum(['A', 'B']),
              rect: z.object({ x: px, y: px, width: px, height: px }),
              shown: z.boolean(),
            }),
          )
          .max(MOST_WINDOWS),
      }),
    )
    .max(MOST_LAYOUTS),
});

/** A layout track as a text (JSON). */
export const formatLayoutTrack = (track: LayoutTrack): string => JSON.stringify(track);

/** The layout track in a text; undefined if it is none. */
export function parseLayoutTrack(text: string): LayoutTrack | undefined {
  try {
    const { durationMs, layouts } = schema.parse(JSON.parse(text));
    return { durationMs, layouts: layouts.toSorted((a, b) => a.atMs - b.atMs) };
  } catch {
    return undefined;
  }
}
