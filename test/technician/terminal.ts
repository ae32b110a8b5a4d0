import { PATIENCE_MS } from '#test/support/until.ts';
import { spawn } from 'node:child_process';

/** A program in a terminal of its own (`script`), and a person at it. */
export interface Terminal {
  /** Types. `\r` is Enter, `\t` Tab, `\u0003` Ctrl-C, `\u0004` Ctrl-D. */
  type: (keys: string) => void;
  /** Waits until this is on the screen, beginning where the last wait ended; gives what came up to and with it. */
  until: (what: RegExp, timeoutMs?: number) => Promise<string>;
  /** Resolves with the exit code of the program. */
  ended: Promise<number | null>;
  close: () => void;
}

export function openTerminal(command: readonly string[], env: Record<string, string>): Terminal {
  const quoted = command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  const child = spawn('script', ['-qfec', `stty cols 80 rows 24; ${quoted}`, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '1', ...env },
    stdio: 'pipe',
  });
  let [screen, from] = ['', 0];
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    // What a program ends with \r\n gets another \r from the terminal.
    screen += text.replaceAll(/\r+\n/g, '\r\n');
    for (const look of waiting) look();
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    ended,
    type: (keys) => void child.stdin.write(keys),
    until: (what, timeoutMs = PATIENCE_MS) =>
      new Promise((resolve, reject) => {
        const done = (): void => {
          clearTimeout(timer);
          waiting.delete(look);
        };
        const timer = setTimeout(() => {
          done();
          reject(new Error(`no ${String(what)} in ${JSON.stringify(screen.slice(from))}`));
        }, timeoutMs);
        const look = (): void => {
          const match = what.exec(screen.slice(from));
          if (!match) return;
          done();
          const end = from + match.index + match[0].length;
          resolve(screen.slice(from, end));
          from = end;
        };
        waiting.add(look);
        look();
      }),
    close: () => void child.kill('SIGKILL'),
  };
}
