import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
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
  if (await hasAccounts(database)) return (await isThere(file)) ? file : undefined;
  const isMade = await database.transaction().execute(async (within) => {
    // Of several processes that begin on an empty database one makes them.
    await sql`lock table accounts in share row exclusive mode`.execute(within);
    if (await hasAccounts(within)) return false;
    await make(within, file);
    return true;
  });
  return isMade ? file : undefined;
}

async function hasAccounts(database: Database): Promise<boolean> {
  return (await database.selectFrom('accounts').select('name').limit(1).executeTakeFirst()) !== undefined;
}

async function make(within: Database, file: string): Promise<void> {
  const made = (['admin', 'agent'] as const).map((name) => ({ name, password: newSecret() }));
  const lines = made.map(({ name, password }) => `${name} ${password}\n`);
  await writeFileAtomically(file, lines.join(''), 0o600);
  try {
    // Random passwords cannot be guessed from a hash, so these accounts may be used with digest.
    await within
      .insertInto('accounts')
      .values(made.map(({ name, password }) => ({ name, role: name, ha1: ha1Of(name, password) })))
      .execute();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
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
