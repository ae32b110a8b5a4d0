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

/** Knowledge of the caller about the content of a table. */
export interface TableKnowledge {
  /**
   * Number of cells in a row that are headings which the caller knows; without this function, a separator is chosen by
   * form alone.
   */
  headingsIn?: (cells: readonly string[]) => number;
  /** Gives the text that a cell means; without it, blanks around a cell are removed. */
  cellText?: (raw: string) => string;
}

/**
 * Reads a table with a header, as spreadsheets and timetabling programs write it: separated by semicolons, commas, tabs
 * or bars; cells may be in quotes and have several lines. Empty lines are left out.
 */
export function readTable(text: string, knowledge: TableKnowledge = {}): Table {
  // A first line `sep=;`, which Excel writes, names the separator.
  const said = /^\uFEFF?sep=(.)(?:\r\n|\r|\n)/i.exec(text);
  const body = said ? text.slice(said[0].length) : text;
  const { rows, mistakes } = readRows(body, said?.[1] ?? separatorOf(body, knowledge), said ? 2 : 1);
  const { cellText } = knowledge;
  const clean = cellText ? rows.map(({ line, cells }) => ({ line, cells: cells.map(cellText) })) : rows;
  const [header = { line: 1, cells: [] }, ...rest] = clean.filter(({ cells }) => cells.some((cell) => cell !== ''));
  return { header, rows: rest, mistakes };
}

const CHARACTERS_LOOKED_AT = 20_000;
const ROWS_LOOKED_AT = 30;

/**
 * The separator with which one of the first rows has the most headings that are known; else the one that makes most of
 * the rows equally long, and these longest. A title, or a line of dates, may precede the header.
 */
function separatorOf(text: string, { headingsIn = () => 0, cellText = (raw) => raw }: TableKnowledge): string {
  const start = text.slice(0, CHARACTERS_LOOKED_AT);
  const judged = SEPARATORS.map((separator) => {
    const rows = readRows(start, separator, 1).rows.filter(({ cells }) => cells.some((cell) => cell !== ''));
    const looked = rows.slice(0, ROWS_LOOKED_AT).map(({ cells }) => cells.map(cellText));
    const known = Math.max(0, ...looked.map(headingsIn));
    return { separator, known, ...evenness(looked.map((cells) => cells.length).filter((length) => length > 1)) };
  });
  const [best] = judged.toSorted((a, b) => b.known - a.known || b.rows - a.rows || b.cells - a.cells);
  return best?.separator ?? ';';
}

/** The most frequent number of cells in a row, and the number of rows that have it. */
function evenness(lengths: readonly number[]): { rows: number; cells: number } {
  const of = (cells: number): number => lengths.filter((length) => length === cells).length;
  const cells = lengths.toSorted((a, b) => of(b) - of(a) || b - a)[0] ?? 0;
  return { rows: of(cells), cells };
}

/** Characters before the quotation mark that opens a cell: a byte order mark, blanks, the equals sign of a formula. */
const OPENS_QUOTES = /^\uFEFF?\s*=?\s*$/;

/** Reads the rows in one pass. An unclosed quotation mark is a mistake, with the line where it was opened. */
function readRows(text: string, separator: string, firstLine: number): { rows: Row[]; mistakes: Mistake[] } {
  const rows: Row[] = [];
  let line = firstLine;
  let row: Row = { line, cells: [] };
  let cell = '';
  let quotedSince = 0;
  let isFormula = false;
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
      else if (text[at + 1] === '"') cell += isFormula ? text[at++] + char : text[at++];
      else {
        if (isFormula) cell += char;
        quotedSince = 0;
      }
    } else if (char === '"' && OPENS_QUOTES.test(cell)) {
      // The quotes of `="a;b"` belong to a formula; a separator between them is still part of the text.
      isFormula = cell.includes('=');
      cell = isFormula ? '="' : '';
      quotedSince = line;
    } else if (char === separator) endCell();
    else if (isBreak) endRow();
    else cell += char;
  }
  if (quotedSince === 0 && (cell !== '' || row.cells.length > 0)) endRow();
  const message = 'a quotation mark is opened here and never closed';
  return { rows, mistakes: quotedSince > 0 ? [{ line: quotedSince, message }] : [] };
}
