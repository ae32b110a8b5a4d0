import { emptyMediaPackage, type MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import type { EventRow } from '../store/tables.ts';
import { slotOf, wordsOf } from './event-rows.ts';

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
