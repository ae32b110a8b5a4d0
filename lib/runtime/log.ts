import { pino, type Logger } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & {
  child(bindings: object): Log;
};

/** One JSON line a fact on stderr (stdout belongs to the command's own output), and to whoever else takes lines. */
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

/** For tests and tools that want no log. */
export const silentLog: Log = pino({ level: 'silent' });
