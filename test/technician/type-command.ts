import type { Command } from 'commander';

/** What a command printed, and its exit code. */
export interface Typed {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Types a command within this process, as `bin/amphi.ts` would run it: one after the other, never two at a time. Variables of the
 * environment are set for it alone; `undefined` takes one away.
 */
export async function typeCommand(
  command: Command,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Typed> {
  const [out, err]: [string[], string[]] = [[], []];
  const { log, error } = console;
  // oxlint-disable-next-line typescript/unbound-method
  const original = process.stdout.write;
  const write = original.bind(process.stdout);
  const before = { ...process.env };
  console.log = (line: string) => void out.push(`${line}\n`);
  console.error = (line: string) => void err.push(`${line}\n`);
  // The test runner writes bytes of its own there.
  const take = ((chunk: string | Uint8Array, ...more: []) =>
    typeof chunk === 'string' ? out.push(chunk) > 0 : write(chunk, ...more)) as typeof write;
  setEnvironment(env);
  process.exitCode = 0;
  try {
    process.stdout.write = take;
    await command.exitOverride().parseAsync([...words], { from: 'user' });
    return { code: process.exitCode, stdout: out.join(''), stderr: err.join('') };
  } finally {
    process.stdout.write = original;
    Object.assign(console, { log, error });
    for (const name of Object.keys(env)) setEnvironment({ [name]: before[name] });
    process.exitCode = 0;
  }
}

function setEnvironment(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
