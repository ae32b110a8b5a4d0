/** Lines that stay, and one line of progress: below them on a terminal, a line now and then elsewhere. */
export interface Screen {
  print(text: string): void;
  /** Ends the line of progress. */
  close(): void;
}

interface Output {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const TERMINAL_EVERY_MS = 1000;
/** A log of continuous integration gets a line of progress this often. */
const LOG_EVERY_MS = 60_000;

export function openScreen(output: Output, progress: () => string, every?: number): Screen {
  const terminal = output.isTTY === true;
  const clear = terminal ? '\r\u001B[K' : '';
  const show = (): void => {
    const line = `… ${progress()}`;
    output.write(terminal ? `${clear}${line.slice(0, (output.columns ?? 80) - 1)}` : `${line}\n`);
  };
  const timer = setInterval(show, every ?? (terminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS));
  timer.unref();
  return {
    print: (text) => void output.write(`${clear}${text}\n`),
    close() {
      clearInterval(timer);
      output.write(clear);
    },
  };
}
