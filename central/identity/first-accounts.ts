import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '@amphi/lib/runtime/files.ts';
import type { Database } from '../store/connect.ts';
import { ha1Of } from './digest.ts';
import { newSecret } from './secrets.ts';

const FIRST_PASSWORDS = 'first-passwords';

/**
 * Makes `admin` and, for capture agents, `agent` on a server without accounts. Their passwords are random and stand in
 * a file that only its owner may read. Gives the path of that file while it exists.
 */
export async function makeFirstAccounts(database: Database, data: string): Promise<string | undefined> {
  const file = join(data, FIRST_PASSWORDS);
  const { count } = await database
    .selectFrom('accounts')
    .select((of) => of.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (count > 0) return (await isThere(file)) ? file : undefined;
  const made = (['admin', 'agent'] as const).map((name) => ({ name, password: newSecret() }));
  const lines = made.map(({ name, password }) => `${name} ${password}\n`);
  await writeFileAtomically(file, lines.join(''), 0o600);
  try {
    // Random passwords cannot be guessed from a hash, so these accounts may be used with digest.
    await database
      .insertInto('accounts')
      .values(made.map(({ name, password }) => ({ name, role: name, ha1: ha1Of(name, password) })))
      .execute();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return file;
}

/** Removes the first password of an account from the file: whoever changes a password has read the first one. */
export async function forgetFirstPassword(data: string, name: string): Promise<void> {
  const file = join(data, FIRST_PASSWORDS);
  const text = await readFile(file, 'utf8').catch(() => '');
  const left = text.split('\n').filter((line) => line !== '' && !line.startsWith(`${name} `));
  if (left.length === 0) await rm(file, { force: true });
  else await writeFileAtomically(file, `${left.join('\n')}\n`, 0o600);
}

const isThere = (file: string): Promise<boolean> =>
  readFile(file).then(
    () => true,
    () => false,
  );
