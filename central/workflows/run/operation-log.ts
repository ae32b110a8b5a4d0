import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Database } from '../../store/connect.ts';

/** Writes the lines of an operation to the database, in order. */
export interface OperationLog {
  log(text: string, level?: 'info' | 'warning' | 'error'): void;
  /** Resolves when all lines are written, or were given up because the database is away. */
  written(): Promise<void>;
}

/** Lines of one attempt that are kept; of more it is said once that they were left out. */
const MOST_LINES = 1000;
/** Characters of a line that are kept. */
const MOST_CHARACTERS = 2000;

/** Opens the log of an operation. A line that cannot be written never fails the operation: it goes to the server's log. */
export function openOperationLog(
  database: Database,
  of: { workflow: number; position: number },
  serverLog: Log,
): OperationLog {
  let last = Promise.resolve();
  let count = 0;
  /** Lines that wait while others are written; they are written together. */
  let waiting: { level: 'info' | 'warning' | 'error'; text: string }[] = [];
  const write = async (): Promise<void> => {
    const lines = waiting.map((line) => ({ ...of, ...line }));
    waiting = [];
    if (lines.length === 0) return;
    try {
      await database.insertInto('workflow_log').values(lines).execute();
    } catch (error) {
      const texts = lines.map(({ text }) => text);
      serverLog.warn({ err: error, ...of, texts }, 'lines of a run were not written');
    }
  };
  return {
    log(text, level = 'info') {
      count += 1;
      if (count > MOST_LINES + 1) return;
      const line = count > MOST_LINES ? `more than ${MOST_LINES} lines: the rest is left out` : text;
      const kept = line.replaceAll('\0', '').toWellFormed().slice(0, MOST_CHARACTERS).toWellFormed();
      waiting.push({ level, text: kept });
      last = last.then(write);
    },
    written: () => last,
  };
}
