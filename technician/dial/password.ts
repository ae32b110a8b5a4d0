import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { DialError } from './dial-error.ts';

/** Where the password of a box may stand. */
const OF_BOXES = 'AMPHI_SIS_PASSWORD';

/** Of a file, of the environment, or typed by a person who does not see it; asked for once. Rejects with DialError. */
export function passwordSource(file: string | undefined, variable = OF_BOXES): () => Promise<string> {
  let known: Promise<string> | undefined;
  return () => (known ??= read(file, variable));
}

async function read(file: string | undefined, variable: string): Promise<string> {
  if (file === undefined) return process.env[variable] ?? typedPassword(variable);
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new DialError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function typedPassword(variable: string): Promise<string> {
  if (!process.stdin.isTTY) throw new DialError(`no password: --password-file FILE or ${variable}`);
  const output = new Writable({ write: (_bytes, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  return new Promise((resolve, reject) => {
    let given: string | undefined;
    // Not before the terminal echoes no more.
    process.stderr.write('Password: ');
    lines.once('close', () => {
      process.stderr.write('\n');
      if (given === undefined) reject(new DialError('no password'));
      else resolve(given);
    });
    lines.on('SIGINT', () => lines.close());
    lines.question('', (password) => {
      given = password;
      lines.close();
    });
  });
}
