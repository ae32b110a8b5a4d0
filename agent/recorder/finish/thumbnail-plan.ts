/** The rules for thumbnails. */
export interface ThumbnailRules {
  /** Time of the first (those of the SMP 351 are near 15 s). */
  firstMs: number;
  /** Interval between two. */
  everyMs: number;
  widthPx: number;
}

/** The usual rules. */
export const THUMBNAIL_DEFAULTS: ThumbnailRules = { firstMs: 15_000, everyMs: 60_000, widthPx: 320 };

/** Time before the round moment at which the picture is taken, as the SMP 351 does: 14 933, 74 900, 134 866 ms. */
const BEFORE_MS = 100;

/**
 * Moments of the thumbnails of a part, counted from its beginning: the regular ones inside of it, and its marks.
 * `startMs` is where the part begins in the recording. A recording that ended before the first regular moment (`only`:
 * it has no other part) gets one from its middle.
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
