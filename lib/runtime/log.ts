import { pino, type Logger } from 'pino';
import { withoutPasswords } from './redact.ts';

/** A log with levels. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & {
  child(bindings: object): Log;
};

/** Receives whole lines of a log. */
export interface LogLines {
  write(line: string): void;
}

/** Opens the outputs of a log: stderr (stdout is for a command's own output), and `also`. */
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

/**
 * Opens a log that writes one JSON line for each fact. An error is written with its words, in whatever field it is;
 * secrets in URLs are left out.
 */
export function openLog(level = process.env['AMPHI_LOG'] ?? 'info', lines = openLogLines()): Log {
  const formatters = { log: (fact: object) => withErrors(fact) };
  const plain: LogLines = { write: (line) => lines.write(withoutSecrets(line)) };
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }, plain);
}

/**
 * A line without the secrets in its texts. Each field is cleaned by itself: text after a URL may belong to the URL, the
 * next field does not.
 */
function withoutSecrets(line: string): string {
  if (withoutPasswords(line) === line) return line;
  const bare = (_: string, value: unknown): unknown => (typeof value === 'string' ? withoutPasswords(value) : value);
  return `${JSON.stringify(JSON.parse(line, bare))}\n`;
}

const withErrors = (fact: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fact).map(([name, value]) => [name, toldError(value)]));

/** Number of lines of a stack that are logged; further ones are left out. */
const STACK_LINES = 6;
/** Depth of causes of an error that are logged; deeper ones are left out. */
const MOST_CAUSES = 4;

/** An error as an object for the log (JSON would write `{}`); any other value as it is. */
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
