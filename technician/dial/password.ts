import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { noFileWords } from '#lib/runtime/troubles/no-file.ts';
import { DialError } from './dial-error.ts';

/** Variable of the environment with the password of boxes. */
export const OF_BOXES = 'AMPHI_SIS_PASSWORD';

/** Places where a password may be. */
export interface PasswordPlaces {
  /** File that contains only the password. */
  file?: string | undefined;
  /** Variable of the environment with the password. */
  variable?: string;
  /** Password that is kept for the box, used if neither of the others has one. */
  kept?: string | undefined;
}

/**
 * Gives a password from a file, from the environment, kept, or typed without being shown; asked for once. Rejects with
 * DialError.
 */
export function passwordSource({ file, variable = OF_BOXES, kept }: PasswordPlaces = {}): () => Promise<string> {
  let known: Promise<string> | undefined;
  return () => (known ??= read(file, variable, kept));
}

async function read(file: string | undefined, variable: string, kept: string | undefined): Promise<string> {
  if (file !== undefined) return secretIn(file);
  return process.env[variable] ?? kept ?? typedPassword(variable);
}

/** Secret in a file, without the end of its line; `-` is the standard input. Throws DialError if it cannot be read. */
export function secretIn(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new DialError(`${file}: ${noFileWords(error)}`, { cause: error });
  }
}

function typedPassword(variable: string): Promise<string> {
  if (!process.stdin.isTTY) throw new DialError(`no password: --password-file FILE or ${variable}`);
  return typed('Password: ', { isSeen: false, why: 'no password' });
}

/**
 * Line that a person types and sees; an empty line, or no terminal, means `usual`. Rejects with DialError if the person
 * gives up.
 */
export async function typedLine(question: string, usual: string): Promise<string> {
  if (!process.stdin.isTTY) return usual;
  return (await typed(`${question} [${usual}]: `, { isSeen: true, why: 'given up' })).trim() || usual;
}

function typed(question: string, { isSeen, why }: { isSeen: boolean; why: string }): Promise<string> {
  const unseen = new Writable({ write: (_bytes, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: isSeen ? process.stderr : unseen, terminal: true });
  return new Promise((resolve, reject) => {
    let given: string | undefined;
    // The question is shown only after the terminal has stopped echoing.
    if (!isSeen) process.stderr.write(question);
    lines.once('close', () => {
      if (!isSeen || given === undefined) process.stderr.write('\n');
      if (given === undefined) reject(new DialError(why));
      else resolve(given);
    });
    lines.on('SIGINT', () => lines.close());
    lines.question(isSeen ? question : '', (text) => {
      given = text;
      lines.close();
    });
  });
}
