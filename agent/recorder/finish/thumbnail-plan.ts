/** Rules for thumbnails. */
export interface ThumbnailRules {
  /** Time of the first thumbnail in the recording (that of the SMP 351 is near 15 s). */
  firstMs: number;
  /** Interval between two thumbnails. */
  everyMs: number;
  widthPx: number;
}

/** Default rules for thumbnails. */
export const THUMBNAIL_DEFAULTS: ThumbnailRules = { firstMs: 15_000, everyMs: 60_000, widthPx: 320 };

/** Time in ms before the round time at which the picture is taken, as the SMP 351 does: 14 933, 74 900, 134 866 ms. */
const BEFORE_MS = 100;

/**
 * Times of the thumbnails of a part, from its beginning: the regular ones inside of it, and its marks. `startMs` is the
 * part's offset in the recording. A recording that ended before the first regular time gets one thumbnail from its
 * middle (`only`: the part is its only one).
 */
export function thumbnailMoments(
  part: { startMs: number; durationMs: number; only: boolean; marks: readonly { offsetMs: number; title: string }[] },
  rules: ThumbnailRules,
): { offsetMs: number; title: string }[] {
  const moments = part.marks.filter(({ offsetMs }) => offsetMs < part.durationMs).map((mark) => ({ ...mark }));
  const row: number[] = [];
  for (let at = rules.firstMs; at < part.startMs + part.durationMs; at += Math.max(1000, rules.everyMs))
    if (at >= part.startMs) row.push(Math.max(0, at - BEFORE_MS - part.startMs));
  if (row.length === 0 && part.only && part.durationMs > 0) row.push(Math.floor(part.durationMs / 2));
  return [...row.map((offsetMs) => ({ offsetMs, title: '' })), ...moments].sort((a, b) => a.offsetMs - b.offsetMs);
}
