import { startChild, type ChildSpec } from './child.ts';

/** The output of a program, and its end. */
export interface ProgramResult {
  /** Exit code; undefined if a signal ended it, it ran or printed too long, or never started. */
  code: number | undefined;
  stdout: string;
  /** The reason in words, if it failed. */
  reason: string;
}

/** Limits of a run, and what it is given. */
export interface ProgramOptions extends Pick<ChildSpec, 'env' | 'files' | 'user' | 'cwd' | 'niceness'> {
  timeoutMs?: number;
  maxBytes?: number;
  /** Text for its standard input. */
  input?: string;
  /** Ends the program early. */
  signal?: AbortSignal;
}

/**
 * Runs a program to its end and gives what it printed. Never throws. After `timeoutMs`, more than `maxBytes` of output,
 * or when `signal` says so, it is stopped, and the result says so.
 */
export async function runProgram(
  command: string,
  argv: readonly string[],
  { timeoutMs = 10_000, maxBytes = 4 << 20, input, signal, ...spec }: ProgramOptions = {},
): Promise<ProgramResult> {
  const feeds = input === undefined ? {} : { feeds: [0] };
  const child = startChild({ command, argv, takes: [1], ...feeds, ...spec });
  if (input !== undefined) child.feed(0).end(input);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let tooMuch = '';
  const giveUp = (why: string): void => {
    tooMuch ||= why;
    void child.stop(500);
  };
  child.take(1).on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) giveUp(`printed more than ${maxBytes} bytes`);
    else chunks.push(chunk);
  });
  const abort = (): void => giveUp('was ended');
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  const timer = setTimeout(() => giveUp(`took longer than ${timeoutMs / 1000} s`), timeoutMs);
  const death = await child.died;
  clearTimeout(timer);
  signal?.removeEventListener('abort', abort);
  const stdout = Buffer.concat(chunks).toString('utf8');
  return tooMuch ? { code: undefined, stdout, reason: tooMuch } : { code: death.code, stdout, reason: death.reason };
}
