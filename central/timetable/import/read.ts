import { isCalendar } from '@amphi/lib/calendar/calendar-read.ts';
import { textOf, UnreadableFile } from '@amphi/lib/tables/text.ts';
import { readCsvLectures } from './csv-lectures.ts';
import { readIcalLectures } from './ical-lectures.ts';
import type { Reading, ReadingOptions } from './lecture.ts';

/** A calendar of more is none of a university. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * The lectures of a file, CSV or iCalendar, told apart by what is in it. Rejects with UnreadableFile, in words for whoever sent it,
 * for what is neither.
 */
export async function readLectures(bytes: Uint8Array, options: ReadingOptions): Promise<Reading> {
  if (isCalendar(bytes)) {
    if (bytes.length > MOST_BYTES) throw new UnreadableFile(`the file has more than ${MOST_BYTES / 1024 / 1024} MB`);
    return readIcalLectures(bytes, options);
  }
  const text = textOf(bytes);
  if (/^\uFEFF?\s*(<!doctype|<html|<\?xml|[{[])/i.test(text)) {
    throw new UnreadableFile('the file is a web page, XML or JSON: CSV or iCalendar is needed');
  }
  return readCsvLectures(text, options);
}
