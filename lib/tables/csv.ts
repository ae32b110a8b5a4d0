/** A row of a table. */
export interface Row {
  /** Number of its first line in the file, from 1. */
  line: number;
  cells: string[];
}

/** A table with its mistakes. */
export interface Table {
  header: Row;
  rows: Row[];
  /** Mistakes, each with its line. */
  mistakes: Mistake[];
}

interface Mistake {
  line: number;
  message: string;
}

const SEPARATORS = [';', ',', '\t', '|'];

/**
 * Reads a table with a header, as spreadsheets and timetabling programs write it: separated by semicolons, commas, tabs
 * or bars; cells may be in quotes and have several lines. Empty lines are left out.
 */
export function readTable(text: string): Table {
  // Excel's own first line names the separator.
  const said = /^\uFEFF?sep=(.)\r?\n/i.exec(text);
  const body = said ? text.slice(said[0].length) : text;
  const { rows, mistakes } = readRows(body, said?.[1] ?? separatorOf(body), said ? 2 : 1);
  const [header = { line: 1, cells: [] }, ...rest] = rows.filter(({ cells }) => cells.some((cell) => cell !== ''));
  return { header, rows: rest, mistakes };
}

const LINES_LOOKED_AT = 10;

/**
 * The separator: the one that is most frequent in one of the first lines, outside of quotes; a title may precede the
 * header.
 */
function separatorOf(text: string): string {
  const lines = text
    .slice(0, 20_000)
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== '');
  const bare = lines.slice(0, LINES_LOOKED_AT).map((line) => line.replaceAll(/"[^"]*"/g, ''));
  const counts = SEPARATORS.map((separator) => Math.max(0, ...bare.map((line) => line.split(separator).length)));
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ';';
}

/** Reads the rows in one pass. An unclosed quotation mark is a mistake, with the line where it was opened. */
function readRows(text: string, separator: string, firstLine: number): { rows: Row[]; mistakes: Mistake[] } {
  const rows: Row[] = [];
  let line = firstLine;
  let row: Row = { line, cells: [] };
  let cell = '';
  let quotedSince = 0;
  const endCell = (): void => {
    row.cells.push(cell.replace(/^\uFEFF/, '').trim());
    cell = '';
  };
  const endRow = (): void => {
    endCell();
    rows.push(row);
    row = { line, cells: [] };
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    const isBreak = char === '\n' || char === '\r';
    if (char === '\r' && text[at + 1] === '\n') at++;
    if (isBreak) line++;
    if (quotedSince > 0) {
      if (char !== '"') cell += isBreak ? '\n' : char;
      else if (text[at + 1] === '"') cell += text[at++];
      else quotedSince = 0;
    } else if (char === '"' && cell.replace(/^\uFEFF/, '').trim() === '') {
      cell = '';
      quotedSince = line;
    } else if (char === separator) endCell();
    else if (isBreak) endRow();
    else cell += char;
  }
  if (quotedSince === 0 && (cell !== '' || row.cells.length > 0)) endRow();
  const message = 'a quotation mark is opened here and never closed';
  return { rows, mistakes: quotedSince > 0 ? [{ line: quotedSince, message }] : [] };
}
