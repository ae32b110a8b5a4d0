import { columnsOf, headingsOf, plain, type Columns, type Field } from './columns.ts';
import { cellText } from '@amphi/lib/tables/cell.ts';
import { readTable, type Row } from '@amphi/lib/tables/csv.ts';
import { readWhen, Wrong, type Cell, type Spelling } from './csv-when.ts';
import { dateOrderOf, isOrderOpen, readWeekday, type DateOrder } from './dates.ts';
import { gathered, type Lecture, type Mistake, type Reading, type ReadingOptions } from './lecture.ts';

/** Columns and spelling of a file, needed to read its lines. */
interface Sheet extends ReadingOptions, Spelling {
  columns: Columns;
  /** Whether some dates would mean another day in the other order, and no date shows which order is meant. */
  isOrderOpen: boolean;
}

/** Reads the lectures of a CSV text, see `readTableLectures`. */
export function readCsvLectures(text: string, options: ReadingOptions): Reading {
  const { header, rows, mistakes } = readTable(text, { headingsIn, cellText });
  return readTableLectures([header, ...rows], mistakes, options);
}

/**
 * Reads the lectures of a table. One of its first rows must name the columns, in French or in English. Every mistake
 * has its line; `broken` are mistakes that were found before.
 */
export function readTableLectures(all: readonly Row[], broken: readonly Mistake[], options: ReadingOptions): Reading {
  const { header, rows } = withHeader(all);
  const { columns: named, unused } = columnsOf(header.cells);
  const { columns, notes } = withoutFalseId(named, header, rows);
  const missing = missingColumns(columns, options).map((message) => ({
    line: header.line,
    message: `${message}; the columns are ${header.cells.filter(Boolean).join(', ') || 'none'}`,
  }));
  if (missing.length > 0) return { lectures: [], mistakes: missing, notes: [] };
  const sheet = sheetOf(header, rows, columns, options);
  const mistakes: Mistake[] = [...broken];
  const lectures = gathered(rows, mistakes, (row) => {
    try {
      return readRow(row, sheet);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      for (const message of error.message.split('\n')) mistakes.push({ line: row.line, message });
      return [];
    }
  });
  if (rows.length === 0) mistakes.push({ line: header.line, message: 'there is no line below the header' });
  return { lectures, mistakes, notes: [...notes, ...notesOf(unused, sheet)] };
}

/** How many columns these cells are headings of. */
export const headingsIn = (cells: readonly string[]): number => Object.keys(columnsOf(cells).columns).length;

/** Rows at the top of a table among which the header is looked for; one further down is not found. */
const ROWS_LOOKED_AT = 30;

/**
 * The header of a table: of the first rows the one that names most columns, or two rows if the lower one has only
 * headings (`Horaire` above `Début` and `Fin`). Programs write titles and dates above it.
 */
function withHeader(rows: readonly Row[]): { header: Row; rows: Row[] } {
  const looked = rows.slice(0, ROWS_LOOKED_AT);
  const candidates = looked.flatMap((row, at) => {
    const both = twoRows(row, looked[at + 1]);
    return [{ header: row, next: at + 1 }, ...(both ? [{ header: both, next: at + 2 }] : [])];
  });
  const [best] = candidates
    .map((candidate) => ({ ...candidate, known: headingsIn(candidate.header.cells) }))
    .toSorted((a, b) => b.known - a.known);
  if (!best || best.known === 0) return { header: rows[0] ?? { line: 1, cells: [] }, rows: rows.slice(1) };
  return { header: best.header, rows: rows.slice(best.next) };
}

function twoRows(upper: Row, lower: Row | undefined): Row | undefined {
  const below = lower?.cells.filter(Boolean) ?? [];
  if (!lower || below.length === 0 || below.some((cell) => headingsIn([cell]) === 0)) return undefined;
  const length = Math.max(upper.cells.length, lower.cells.length);
  return {
    line: upper.line,
    cells: Array.from({ length }, (_, n) => lower.cells[n] || (upper.cells[n] ?? '')),
  };
}

/**
 * Fewest lines by which a column of identifiers is judged: of two lines with one identifier, one may be a typing
 * mistake.
 */
const FEWEST_TO_JUDGE = 3;

/**
 * Removes a false column of identifiers. One that is the same in most lines names a course or a group, not a lecture;
 * lectures are then told apart by hall, time and title.
 */
function withoutFalseId(columns: Columns, header: Row, rows: readonly Row[]): { columns: Columns; notes: string[] } {
  const { id, ...others } = columns;
  const [at] = id ?? [];
  if (at === undefined) return { columns, notes: [] };
  const inSeries = columns.series?.[0] ?? -1;
  const named = rows.filter(({ cells }) => cells[at]);
  const names = new Set(named.map(({ cells }) => JSON.stringify([cells[inSeries], cells[at]])));
  if (named.length < FEWEST_TO_JUDGE || names.size > named.length / 2) return { columns, notes: [] };
  const note = `the column ${header.cells[at]} says the same in several lines: it is not taken for an identifier`;
  return { columns: others, notes: [note] };
}

function missingColumns(columns: Columns, options: ReadingOptions): string[] {
  const none = (field: Field, what: string): string[] =>
    columns[field] ? [] : [`no column says ${what} (${headingsOf(field)} …)`];
  const when = columns.date || columns.start ? [] : none('date', 'the day');
  return [...(options.hall ? [] : none('hall', 'the hall')), ...when, ...none('title', 'the title')];
}

function sheetOf(header: Row, rows: readonly Row[], columns: Columns, options: ReadingOptions): Sheet {
  const days = [columns.date ?? columns.start ?? [], columns.endDate ?? [], columns.until ?? []].flat();
  const dates = rows.flatMap((row) => days.map((n) => dated(row, n, columns)));
  const order = dateOrderOf(dates);
  const heading = header.cells[columns.duration?.[0] ?? -1] ?? '';
  const durationUnit = /\((mn|min|minutes?)\)/i.test(heading) ? 'min' : /\(h|heures\)/i.test(heading) ? 'h' : undefined;
  return { ...options, columns, order, isOrderOpen: isOrderOpen(dates), durationUnit };
}

/** A date with the day of the week from its own column before it, which may show the order of day and month. */
function dated({ cells }: Row, at: number, { weekday, date, start }: Columns): string {
  const [text, day] = [cells[at] ?? '', cells[weekday?.[0] ?? -1] ?? ''];
  const isOwn = at === (date ?? start)?.[0] && /^\d/.test(text) && readWeekday(day) !== undefined;
  return isOwn ? `${day} ${text}` : text;
}

const ORDERS: Record<DateOrder, string> = {
  'day first': 'dates are read with the day first, and nothing in the file says that this is so',
  'month first': 'dates are read with the month first, as in America',
};

function notesOf(unused: readonly string[], { order, isOrderOpen }: Sheet): string[] {
  const columns = unused.length > 0 ? [`not used: the columns ${unused.join(', ')}`] : [];
  return order === 'month first' || isOrderOpen ? [...columns, ORDERS[order]] : columns;
}

function readRow(row: Row, sheet: Sheet): Lecture[] {
  const cell: Cell = (field) => row.cells[sheet.columns[field]?.[0] ?? -1] ?? '';
  const wrongs: string[] = [];
  const need = (text: string, field: Field): string => {
    if (text === '') wrongs.push(field === 'hall' ? 'the hall is missing' : 'the title is missing');
    return text;
  };
  const [title, hall] = [need(cell('title'), 'title'), need(cell('hall') || (sheet.hall ?? ''), 'hall')];
  const spans = attempt(() => readWhen(cell, sheet), wrongs) ?? [];
  if (wrongs.length > 0) throw new Wrong(wrongs.join('\n'));
  const key = cell('id');
  const series = cell('series') || sheet.series;
  const description = cell('description');
  const language = cell('language');
  const presenters = sheet.columns.presenters?.flatMap((n) => peopleOf(row.cells[n] ?? ''));
  return spans.map(({ startsAtMs, endsAtMs, day }): Lecture => ({
    line: row.line,
    ...(key ? { key: cell('until') ? `${key}/${day}` : key, keyOfSeries: true } : {}),
    hall,
    startsAtMs,
    endsAtMs,
    title,
    ...(series ? { series } : {}),
    ...(presenters ? { presenters } : {}),
    ...(description ? { description } : {}),
    ...(language ? { language } : {}),
    ...(isCancelled(cell('status')) ? { cancelled: true } : {}),
  }));
}

function attempt<T>(read: () => T, wrongs: string[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    wrongs.push(error.message);
    return undefined;
  }
}

const isCancelled = (text: string): boolean => /^(annul|cancel|supprim|oui|yes|true|vrai|1$|x$)/.test(plain(text));

/** People in one cell. `DUPONT, Jean` is one person; without capitals, a comma separates two people. */
export const peopleOf = (text: string): string[] =>
  text
    .split(/\s*[;/|&\n]\s*|\s+(?:et|and)\s+/)
    .flatMap((part) => (/^\p{Lu}[\p{Lu}' -]+, *\p{Lu}\p{Ll}[\p{L}' -]*$/u.test(part) ? [part] : part.split(',')))
    .map((name) => name.replaceAll(/\s+/g, ' ').trim())
    .filter(Boolean);
