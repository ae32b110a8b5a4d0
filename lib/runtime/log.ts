import { pino, type Logger } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & {
  child(bindings: object): Log;
};

/** One JSON line a fact on stderr (stdout belongs to the command's own output). */
export function openLog(level = process.env['AMPHI_LOG'] ?? 'info'): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}

/** For tests and tools that want no log. */
export const silentLog: Log = pino({ level: 'silent' });
