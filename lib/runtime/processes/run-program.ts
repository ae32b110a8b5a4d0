import { startChild, type ChildSpec } from './child.ts';

/** The output of a program, and its end. */
export interface ProgramResult {
  /** Exit code; undefined if a signal ended it, it ran or printed too long, or never started. */
  code: number | undefined;
  stdout: string;
  /** The reason in words, if it failed. */
  reason: string;
}

/**
 * Runs a program to its end and gives what it printed. Never throws. After `timeoutMs`, or more than `maxBytes` of
 * output, it is stopped, and the result says so.
 */
export async function runProgram(
  command: string,
  argv: readonly string[],
  {
    timeoutMs = 10_000,
    maxBytes = 4 << 20,
    ...spec
  }: { timeoutMs?: number; maxBytes?: number } & Pick<ChildSpec, 'env' | 'files' | 'user' | 'cwd'> = {},
): Promise<ProgramResult> {
  const child = startChild({ command, argv, takes: [1], ...spec });
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
  const timer = setTimeout(() => giveUp(`took longer than ${timeoutMs / 1000} s`), timeoutMs);
  const death = await child.died;
  clearTimeout(timer);
  const stdout = Buffer.concat(chunks).toString('utf8');
  return tooMuch ? { code: undefined, stdout, reason: tooMuch } : { code: death.code, stdout, reason: death.reason };
}
