import { pino, type Logger } from 'pino';

/** A log with levels. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & {
  child(bindings: object): Log;
};

/** Opens a log: one JSON line for each event on stderr (stdout is for a command's own output), and to `also`. */
export function openLog(level = process.env['AMPHI_LOG'] ?? 'info', also?: { write(line: string): void }): Log {
  const stderr = pino.destination(2);
  const both = {
    write(line: string): void {
      stderr.write(line);
      also?.write(line);
    },
  };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, also ? both : stderr);
}

/** A log that writes nothing, for tests and tools. */
export const silentLog: Log = pino({ level: 'silent' });
