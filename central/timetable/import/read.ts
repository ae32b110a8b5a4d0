import { isCalendar } from '@amphi/lib/calendar/calendar-read.ts';
import { cellText } from '@amphi/lib/tables/cell.ts';
import type { Row } from '@amphi/lib/tables/csv.ts';
import { notedTextOf, UnreadableFile } from '@amphi/lib/tables/text.ts';
import { isWorkbook, readWorkbook, type Sheet } from '@amphi/lib/tables/workbook.ts';
import { headingsIn, readCsvLectures, readTableLectures } from './csv-lectures.ts';
import { readIcalLectures } from './ical-lectures.ts';
import type { Reading, ReadingOptions } from './lecture.ts';

/** Size of a file, in bytes; a larger one is refused: no timetable of a university is as large. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Reads the lectures of a file: CSV, workbook (xlsx, ods, xls) or iCalendar, told apart by their content. Throws
 * UnreadableFile, with a message for the sender, if it is none of them.
 */
export async function readLectures(bytes: Uint8Array, options: ReadingOptions): Promise<Reading> {
  if (isWorkbook(bytes)) return readSheets(await readWorkbook(bytes), options);
  if (isCalendar(bytes)) {
    if (bytes.length > MOST_BYTES) throw new UnreadableFile(`the file has more than ${MOST_BYTES / 1024 / 1024} MB`);
    return readIcalLectures(bytes, options);
  }
  const { text, note } = notedTextOf(bytes);
  const notes = note === undefined ? [] : [note];
  if (/^\uFEFF?\s*(<!doctype|<!--|<html|<head|<meta|<table|<\?xml|[{[])/i.test(text)) {
    const sheets = isSheetInMarkup(text) ? await readWorkbook(text) : [];
    if (!sheets.some(isTable))
      throw new UnreadableFile('the file is a web page, XML or JSON: CSV, a workbook or iCalendar is needed');
    return withNotes(readSheets(sheets, options), notes);
  }
  return withNotes(readCsvLectures(text, options), notes);
}

const withNotes = (reading: Reading, notes: readonly string[]): Reading => ({
  ...reading,
  notes: [...notes, ...reading.notes],
});

/** Whether a text may be a table in HTML, or a workbook in XML, which web programs and old Excels save as `.xls`. */
const isSheetInMarkup = (text: string): boolean =>
  /<table[\s>]|urn:schemas-microsoft-com:office:spreadsheet|urn:oasis:names:tc:opendocument/i.test(text);

/** Fewest headings that make a row the header of lectures; a sheet with fewer holds something else. */
const HEADINGS_OF_A_TABLE = 3;
/** Rows at the top of a table among which the header is looked for; one further down is not found. */
const ROWS_LOOKED_AT = 30;

/** Whether a sheet has a header of lectures. */
const isTable = ({ rows }: Sheet): boolean =>
  rows.slice(0, ROWS_LOOKED_AT).some((cells) => headingsIn(cells.map(cellText)) >= HEADINGS_OF_A_TABLE);

/**
 * Reads the first sheet that has a header of lectures. Further ones that have one are named in a note, since they are
 * not read.
 */
function readSheets(sheets: readonly Sheet[], options: ReadingOptions): Reading {
  const [chosen, ...others] = sheets.filter(isTable);
  const table = chosen ?? sheets[0];
  if (!table) throw new UnreadableFile('the workbook has no sheet that can be seen');
  const reading = readTableLectures(tableOf(table.rows), [], options);
  const left = others.map(
    ({ name }) => `the sheet ${name} was not read: save it as a file of its own, then import that`,
  );
  const named = sheets.length > 1 ? [`read: the sheet ${table.name}`] : [];
  const hidden = table.hiddenRows > 0 ? [`${table.hiddenRows} hidden rows of the sheet are read too`] : [];
  return withNotes(reading, [...named, ...hidden, ...left]);
}

const tableOf = (rows: readonly (readonly string[])[]): Row[] =>
  rows
    .map((cells, n) => ({ line: n + 1, cells: cells.map(cellText) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
