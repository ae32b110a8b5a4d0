import type { Output } from './progress-table.ts';

/**
 * Progress of one thing, in a line of a terminal that is removed at the end; nothing is shown where there is no
 * terminal.
 */
export interface ProgressLine {
  /** Shows a text in place of the one before. */
  show(words: string): void;
  /** Removes the line; later texts are not shown. */
  close(): void;
}

/** Time in ms before the line appears: shorter work shows none. */
const QUIET_MS = 400;

/** Opens a line of progress. */
export function openProgressLine(output: Output = process.stderr, quietMs = QUIET_MS): ProgressLine {
  const beganMs = performance.now();
  let [isShown, isClosed] = [false, false];
  return {
    show(words) {
      if (isClosed || !output.isTTY || performance.now() - beganMs < quietMs) return;
      isShown = true;
      output.write(`\r${words.slice(0, Math.max(20, (output.columns ?? 80) - 1))}\u001b[K`);
    },
    close() {
      if (isShown && !isClosed) output.write('\r\u001b[K');
      isClosed = true;
    },
  };
}

const UNITS = ['bytes', 'kB', 'MB', 'GB'] as const;

/** Number of bytes in words: `812 bytes`, `3.2 MB`. */
export function bytesInWords(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${UNITS[power]}`;
}

/** Share that is done, in words: `lectures.csv: 42 % of 3.2 MB`. */
export const shareInWords = (what: string, bytes: number, totalBytes: number): string =>
  `${what}: ${Math.min(100, Math.floor((bytes / Math.max(1, totalBytes)) * 100))} % of ${bytesInWords(totalBytes)}`;
