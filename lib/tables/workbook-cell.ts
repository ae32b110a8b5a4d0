import { SSF, type CellObject } from '@e965/xlsx';

/** Days between the two beginnings of the calendar: workbooks of old Macs count from 1904. */
const DAYS_1904 = 1462;
const DAY_S = 86_400;
/** Formats that show a number as a time of day: 830 as `8:30`, 8 as `8h`. */
const CLOCK_FORMAT = /\\?[:hH]|"[:hH ]+"/;
/** Day 0 of spreadsheets, 30 December 1899. */
const ZERO_MS = Date.UTC(1899, 11, 30);

/** The text of a workbook's cell; dates and times are in ISO order, however the workbook shows them. */
export function cellOf(cell: CellObject | undefined, from1904: boolean): string {
  if (!cell || cell.v === undefined || cell.v === null || cell.t === 'e' || cell.t === 'z') return '';
  if (cell.v instanceof Date) return momentOf((cell.v.getTime() - ZERO_MS) / (DAY_S * 1000));
  if (typeof cell.v === 'number' && typeof cell.z === 'string' && SSF.is_date(cell.z)) {
    return momentOf(cell.v + (from1904 && cell.v >= 1 ? DAYS_1904 : 0));
  }
  if (typeof cell.v === 'number' && typeof cell.z === 'string' && CLOCK_FORMAT.test(cell.z)) {
    return SSF.format(cell.z, cell.v);
  }
  return String(cell.v);
}

/** A number of days as a date, a time, or both; rounded to seconds, since parts of a day are not exact. */
function momentOf(days: number): string {
  const seconds = Math.round(days * DAY_S);
  const iso = new Date(ZERO_MS + seconds * 1000).toISOString();
  const [date, clock] = [iso.slice(0, 10), iso.slice(11, 19)];
  if (seconds < DAY_S) return clock;
  return seconds % DAY_S === 0 ? date : `${date} ${clock}`;
}
