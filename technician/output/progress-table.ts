/**
 * Progress of several things, one line each. On a terminal each line stays in its place; elsewhere each change is a new
 * line.
 */
export interface ProgressTable {
  /** Shows the progress of the thing with this index. */
  step(index: number, words: string): void;
  /** Shows a text that belongs to none of the lines. */
  note(words: string): void;
  /** Draws the last state; nothing is drawn afterwards. */
  close(): void;
}

/** Output for progress: `process.stderr`, or a part of its interface. */
export interface Output {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  write(text: string): unknown;
}

/** Shortest interval in ms between two drawings; changes in between are drawn together. */
const REFRESH_MS = 100;

/** Opens a table with one line for each label. */
export function openProgressTable(labels: readonly string[], output: Output = process.stderr): ProgressTable {
  const width = Math.max(...labels.map((label) => label.length), 0);
  const lineOf = (index: number, words: string): string => `${(labels[index] ?? '').padEnd(width)}  ${words}`;
  return output.isTTY ? openLive(labels, lineOf, output) : openPlain(lineOf, output);
}

const openPlain = (lineOf: (index: number, words: string) => string, output: Output): ProgressTable => ({
  step: (index, words) => void output.write(`${lineOf(index, words)}\n`),
  note: (words) => void output.write(`${words}\n`),
  close: () => undefined,
});

function openLive(
  labels: readonly string[],
  lineOf: (index: number, words: string) => string,
  output: Output,
): ProgressTable {
  const steps = labels.map(() => 'waiting');
  const notes: string[] = [];
  let drawn = 0;
  const draw = (): void => {
    const most = Math.max(20, (output.columns ?? 80) - 1);
    const lines = steps.map((words, index) => `${lineOf(index, words).slice(0, most)}\u001b[K`);
    const told = notes.splice(0).map((note) => `${note}\u001b[K`);
    const up = drawn > 0 ? `\u001b[${drawn}A\r` : '';
    output.write(`${up}${[...told, ...lines].join('\n')}\n`);
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
