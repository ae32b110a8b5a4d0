import { parentPort, workerData } from 'node:worker_threads';
import { read, type CellObject, type WorkBook, type WorkSheet } from '@e965/xlsx';
import type { Sheet, WorkbookAnswer } from './workbook.ts';
import { cellOf } from './workbook-cell.ts';
import { checkZip } from './zip-size.ts';

/** Number of rows that are read from a sheet; further ones are ignored, since no timetable has more. */
const MOST_ROWS = 25_000;
/** Number of columns that are read; further ones are ignored. */
const MOST_COLUMNS = 256;

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
parentPort?.postMessage(answerOf(workerData as Uint8Array | string));

function answerOf(file: Uint8Array | string): WorkbookAnswer {
  const isZip = file[0] === 0x50;
  const problem = isZip && typeof file !== 'string' ? checkZip(file) : undefined;
  if (problem) return { unreadable: problem };
  try {
    const options = {
      type: typeof file === 'string' ? 'string' : 'array',
      // Texts of a web page stay texts: as dates they would be read in the American order.
      raw: typeof file === 'string',
      // Rows say whether they are hidden only together with styles.
      cellStyles: true,
      dense: true,
      cellNF: true,
      cellHTML: false,
      cellFormula: false,
      sheetRows: MOST_ROWS,
    } as const;
    return { sheets: sheetsOf(read(file, options)) };
  } catch (error) {
    const isLocked = /password|encrypt/i.test(String(error));
    return { unreadable: isLocked ? 'the workbook has a password' : `the workbook cannot be read: ${String(error)}` };
  }
}

function sheetsOf({ Workbook, SheetNames, Sheets }: WorkBook): Sheet[] {
  return SheetNames.flatMap((name, n) => {
    const sheet = Sheets[name];
    return sheet && !Workbook?.Sheets?.[n]?.Hidden
      ? [{ name, rows: rowsOf(sheet, Boolean(Workbook?.WBProps?.date1904)), hiddenRows: hiddenIn(sheet) }]
      : [];
  });
}

function hiddenIn(sheet: WorkSheet): number {
  return (sheet['!rows'] ?? []).filter((row) => row?.hidden).length;
}

function rowsOf(sheet: WorkSheet, from1904: boolean): string[][] {
  const cells = (sheet['!data'] ?? []) as (CellObject | undefined)[][];
  const rows = Array.from(cells, (row) =>
    Array.from((row ?? []).slice(0, MOST_COLUMNS), (cell) => cellOf(cell, from1904)),
  );
  for (const { s, e } of sheet['!merges'] ?? []) {
    const value = rows[s.r]?.[s.c];
    if (!value || s.c >= MOST_COLUMNS) continue;
    for (let at = s.r + 1; at <= Math.min(e.r, rows.length - 1); at++) setCell(rows[at] ?? [], s.c, value);
  }
  return rows;
}

function setCell(row: string[], column: number, value: string): void {
  while (row.length <= column) row.push('');
  row[column] = value;
}
