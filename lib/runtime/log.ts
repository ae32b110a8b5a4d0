import { pino, type Logger } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & {
  child(bindings: object): Log;
};

/** Takes whole lines. */
export interface LogLines {
  write(line: string): void;
}

/** Where a log goes: stderr (stdout belongs to the command's own output), and whoever else takes lines. */
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

/** For tests and tools that want no log. */
export const silentLog: Log = pino({ level: 'silent' });
