/** The last line that a bench prints; more fields may hold settings and other figures. */
export interface Figure {
  bench: string;
  figure: number;
  unit: string;
  yardstick: string;
  goal: string;
  [more: string]: unknown;
}

type Cell = string | number;

/** Prints a table for people; numbers are aligned on the right. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const lines = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const isNumber = (column: number): boolean => rows.some((row) => typeof row[column] === 'number');
  const pad = (text: string, column: number): string =>
    isNumber(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  console.log(`\n${title}`);
  for (const [at, line] of lines.entries()) {
    console.log(`  ${line.map(pad).join('  ')}`.trimEnd());
    if (at === 0) console.log(`  ${widths.map((width) => '-'.repeat(width)).join('  ')}`);
  }
}

/** Prints the figure as one line of JSON; a bench does this last. */
export function printFigure(figure: Figure): void {
  console.log(`\n${JSON.stringify(figure)}`);
}
