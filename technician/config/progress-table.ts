/** A line of progress for each box. On a terminal the lines stay in their places; elsewhere each change is a line. */
export interface Board {
  step(index: number, words: string): void;
  /** Something beside the lines. */
  note(words: string): void;
  close(): void;
}

export interface Screen {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  write(text: string): unknown;
}

const REFRESH_MS = 100;

export function openBoard(labels: readonly string[], screen: Screen = process.stderr): Board {
  const width = Math.max(...labels.map((label) => label.length), 0);
  const lineOf = (index: number, words: string): string => `${(labels[index] ?? '').padEnd(width)}  ${words}`;
  return screen.isTTY ? openLive(labels, lineOf, screen) : openPlain(lineOf, screen);
}

const openPlain = (lineOf: (index: number, words: string) => string, screen: Screen): Board => ({
  step: (index, words) => void screen.write(`${lineOf(index, words)}\n`),
  note: (words) => void screen.write(`${words}\n`),
  close: () => undefined,
});

function openLive(labels: readonly string[], lineOf: (index: number, words: string) => string, screen: Screen): Board {
  const steps = labels.map(() => 'waiting');
  const notes: string[] = [];
  let drawn = 0;
  const draw = (): void => {
    const most = Math.max(20, (screen.columns ?? 80) - 1);
    const lines = steps.map((words, index) => `${lineOf(index, words).slice(0, most)}\u001b[K`);
    const told = notes.splice(0).map((note) => `${note}\u001b[K`);
    const up = drawn > 0 ? `\u001b[${drawn}A\r` : '';
    screen.write(`${up}${[...told, ...lines].join('\n')}\n`);
    drawn = lines.length;
  };
  draw();
  const timer = setInterval(draw, REFRESH_MS);
  return {
    step: (index, words) => void (steps[index] = words),
    note: (words) => void notes.push(words),
    close() {
      clearInterval(timer);
      draw();
    },
  };
}

/** Columns as wide as they need. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
