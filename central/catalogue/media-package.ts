import { emptyMediaPackage, type MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { catalogOf } from '@amphi/lib/opencast/dublin-core.ts';
import type { EventRow, FileRow, SeriesRow } from '../store/tables.ts';
import { elementsOf } from './files.ts';
import { slotOf, wordsOf } from './event-rows.ts';

/** A file of a version or of a publication, as a media package names it. */
export type ShownFile = Omit<FileRow, 'event' | 'version'> & { url?: string | null; transport?: string | null };

/**
 * Media package of a recorded event: descriptions, series and times as they are now, and the files of one version with
 * their lengths and streams. `base` is the URL of this server.
 */
export function recordedPackage(
  row: EventRow,
  series: Pick<SeriesRow, 'title'> | undefined,
  files: readonly ShownFile[],
  base: string,
): MediaPackage {
  const lengths = files.map(({ duration_ms: ms }) => ms ?? 0);
  const durationMs = Math.max(0, ...lengths);
  const startsAtMs =
    row.starts_at?.getTime() ?? catalogOf(row.terms).temporal?.startsAtMs ?? catalogOf(row.terms).createdMs;
  return {
    ...packageOf(row),
    ...(startsAtMs === undefined ? {} : { startsAtMs }),
    ...(durationMs > 0 ? { durationMs } : {}),
    ...(series ? { seriesTitle: series.title } : {}),
    ...elementsOf(files, base),
  };
}

/** Media package of a scheduled event, before anything is recorded. */
export function packageOf(row: EventRow): MediaPackage {
  const { title, creators, contributors, subjects, language, license } = wordsOf(row);
  const slot = slotOf(row);
  return {
    ...emptyMediaPackage(row.id, slot?.startsAtMs),
    ...(slot ? { durationMs: slot.endsAtMs - slot.startsAtMs } : {}),
    title,
    creators,
    contributors,
    subjects,
    ...(row.series ? { series: row.series } : {}),
    ...(language ? { language } : {}),
    ...(license ? { license } : {}),
  };
}
