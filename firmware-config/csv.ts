/** One line of a table, and where it begins in the file (from 1). */
export interface CsvRow {
  line: number;
  cells: string[];
}

const SEPARATORS = [';', ',', '\t'] as const;

/** Text of bytes: UTF-8, with or without a mark at its beginning, or Windows-1252, which spreadsheets write. */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** What stands between cells: whatever the first line has most of, outside quotes. */
function separatorOf(text: string): string {
  const first = (/^[^\r\n]*/.exec(text)?.[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((separator) => first.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ';';
}

/**
 * Reads a table: cells between `;`, `,` or tabs, in quotes where they hold one of these, a quote (twice) or a line end.
 * Empty lines are left out. A quote that never ends, or has something behind it, is told with its line.
 */
export function readCsv(content: string): { rows: CsvRow[]; mistakes: string[] } {
  const text = content.replace(/^\uFEFF/, '');
  const separator = separatorOf(text);
  const [rows, mistakes]: [CsvRow[], string[]] = [[], []];
  let [line, at] = [1, 0];

  const quoted = (): string => {
    const began = line;
    let cell = '';
    for (at += 1; at < text.length; at++) {
      if (text[at] === '\n') line++;
      if (text[at] !== '"') cell += text[at];
      else if (text[at + 1] === '"') cell += text[at++];
      else {
        at += 1;
        return cell;
      }
    }
    mistakes.push(`line ${began}: a quote begins here and never ends`);
    return cell;
  };
  const bare = (): string => {
    const from = at;
    while (at < text.length && text[at] !== separator && text[at] !== '\r' && text[at] !== '\n') at++;
    return text.slice(from, at);
  };

  while (at < text.length) {
    const row: CsvRow = { line, cells: [] };
    for (;;) {
      const cell = text[at] === '"' ? quoted() : bare().trim();
      const behind = bare().trim();
      if (behind !== '') mistakes.push(`line ${line}: ${JSON.stringify(behind)} stands behind a quoted cell`);
      row.cells.push(cell);
      if (text[at] !== separator) break;
      at++;
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    line++;
    if (row.cells.some((cell) => cell !== '')) rows.push(row);
  }
  return { rows, mistakes };
}
