import { pino, type Logger } from 'pino';

/** A log with levels. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & {
  child(bindings: object): Log;
};

/** Takes whole lines. */
export interface LogLines {
  write(line: string): void;
}

/** Opens the place of a log: stderr (stdout is for a command's own output), and `also`. */
export function openLogLines(also?: LogLines): LogLines {
  const stderr = pino.destination(2);
  if (!also) return stderr;
  return {
    write(line) {
      stderr.write(line);
      also.write(line);
    },
  };
}

/** One JSON line a fact. */
export function openLog(level = process.env['AMPHI_LOG'] ?? 'info', lines = openLogLines()): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, lines);
}

/** A log that writes nothing, for tests and tools. */
export const silentLog: Log = pino({ level: 'silent' });
