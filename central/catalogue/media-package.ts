import { emptyMediaPackage, type MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { catalogOf } from '@amphi/lib/opencast/dublin-core.ts';
import type { EventRow, FileRow, SeriesRow } from '../store/tables.ts';
import { elementsOf } from './files.ts';
import { slotOf, wordsOf } from './event-rows.ts';

/**
 * What was recorded of an event, as a media package: its words, series and times as they are now, the files of a version with their
 * lengths and streams. `base` is where this server is, for whoever asks.
 */
export function recordedPackage(
  row: EventRow,
  series: Pick<SeriesRow, 'title'> | undefined,
  files: readonly FileRow[],
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

/** A scheduled event as the media package that it is to become. */
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
