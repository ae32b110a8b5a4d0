import { readCsvLectures } from './csv-lectures.ts';
import { readIcalLectures } from './ical-lectures.ts';
import type { Reading, ReadingOptions } from './lecture.ts';
import { textOf, UnreadableFile } from '@amphi/lib/tables/text.ts';

/**
 * The lectures of a file, CSV or iCalendar, told apart by what is in it. Throws UnreadableFile, in words for whoever sent it,
 * for what is neither.
 */
export function readLectures(bytes: Uint8Array, options: ReadingOptions): Reading {
  const text = textOf(bytes);
  if (/^\uFEFF?\s*BEGIN:VCALENDAR/i.test(text)) return readIcalLectures(text, options);
  if (/^\uFEFF?\s*(<!doctype|<html|<\?xml|[{[])/i.test(text)) {
    throw new UnreadableFile('the file is a web page, XML or JSON: CSV or iCalendar is needed');
  }
  return readCsvLectures(text, options);
}
