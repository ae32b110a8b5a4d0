import { pino, type Logger } from 'pino';
import { withoutPasswords } from './redact.ts';

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

/** One JSON line a fact. An error is told with its words, whatever its name in the line; secrets in URLs are left out. */
export function openLog(level = process.env['AMPHI_LOG'] ?? 'info', lines = openLogLines()): Log {
  const formatters = { log: (fact: object) => withErrors(fact) };
  const plain: LogLines = { write: (line) => lines.write(withoutSecrets(line)) };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }, plain);
}

/** A line whose texts have lost their secrets, each by itself: what follows a URL in its text may belong to it, the next field does not. */
function withoutSecrets(line: string): string {
  if (withoutPasswords(line) === line) return line;
  const bare = (_: string, value: unknown): unknown => (typeof value === 'string' ? withoutPasswords(value) : value);
  return `${JSON.stringify(JSON.parse(line, bare))}\n`;
}

const withErrors = (fact: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fact).map(([name, value]) => [name, toldError(value)]));

/** Lines of a stack that are told. */
const STACK_LINES = 6;
/** Causes of causes that are told. */
const MOST_CAUSES = 4;

/** An error as a line tells it, which JSON would tell as `{}`; anything else as it is. */
export function toldError(error: unknown, causes = MOST_CAUSES): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack = '', cause } = error;
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: name,
    message,
    ...(code === undefined ? {} : { code }),
    stack: stack.split('\n').slice(0, STACK_LINES).join('\n'),
    ...(cause === undefined || causes === 0 ? {} : { cause: toldError(cause, causes - 1) }),
  };
}

/** A log that writes nothing, for tests and tools. */
export const silentLog: Log = pino({ level: 'silent' });
