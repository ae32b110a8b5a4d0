import { isCalendar } from '@amphi/lib/calendar/calendar-read.ts';
import { cellText } from '@amphi/lib/tables/cell.ts';
import type { Row } from '@amphi/lib/tables/csv.ts';
import { textOf, UnreadableFile } from '@amphi/lib/tables/text.ts';
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
  const text = textOf(bytes);
  if (/^\uFEFF?\s*(<!doctype|<html|<\?xml|[{[])/i.test(text)) {
    throw new UnreadableFile('the file is a web page, XML or JSON: CSV, a workbook or iCalendar is needed');
  }
  return readCsvLectures(text, options);
}

/** Fewest headings that make a row the header of lectures; a sheet with fewer holds something else. */
const HEADINGS_OF_A_TABLE = 3;
/** Rows at the top of a table among which the header is looked for; one further down is not found. */
const ROWS_LOOKED_AT = 10;

/**
 * Reads the first sheet that has a header of lectures. Further ones that have one are named in a note, since they are
 * not read.
 */
function readSheets(sheets: readonly Sheet[], options: ReadingOptions): Reading {
  const tables = sheets.map(({ name, rows }) => ({ name, rows: tableOf(rows) }));
  const isTable = ({ rows }: { rows: readonly Row[] }): boolean =>
    rows.slice(0, ROWS_LOOKED_AT).some(({ cells }) => headingsIn(cells) >= HEADINGS_OF_A_TABLE);
  const [chosen, ...others] = tables.filter(isTable);
  const table = chosen ?? tables[0];
  if (!table) throw new UnreadableFile('the workbook has no sheet that can be seen');
  const reading = readTableLectures(table.rows, [], options);
  const left = others.map(
    ({ name }) => `the sheet ${name} was not read: save it as a file of its own, then import that`,
  );
  return {
    ...reading,
    notes: [...(sheets.length > 1 ? [`read: the sheet ${table.name}`] : []), ...left, ...reading.notes],
  };
}

const tableOf = (rows: readonly (readonly string[])[]): Row[] =>
  rows
    .map((cells, n) => ({ line: n + 1, cells: cells.map(cellText) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
