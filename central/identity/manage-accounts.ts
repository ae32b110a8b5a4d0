import { sql } from 'kysely';
import type { Database } from '../store/connect.ts';
import type { AccountRow, Role } from '../store/tables.ts';
import type { Accounts } from './accounts.ts';
import { tellAudit } from './audit.ts';
import { keptPassword, newSecret } from './secrets.ts';
import type { Who } from './who.ts';

/** Database and remembered accounts that changing accounts works with. */
export interface IdentityNeeds {
  database: Database;
  accounts: Pick<Accounts, 'hasher' | 'forget'>;
}

/** All accounts, in order of their names. */
export const listAccounts = (database: Database): Promise<AccountRow[]> =>
  database.selectFrom('accounts').selectAll().orderBy('name').execute();

/** Makes an account, with a random password where none is given. Gives the password; undefined: the name is taken. */
export async function createAccount(
  { database, accounts }: IdentityNeeds,
  who: Who,
  {
    name,
    role,
    agent,
    password,
  }: { name: string; role: Role; agent?: string | undefined; password?: string | undefined },
): Promise<string | undefined> {
  const made = password ?? newSecret();
  const kept = await keptPassword(accounts.hasher, { name, role, password: made, isChosen: password !== undefined });
  const isMade = await database.transaction().execute(async (within) => {
    const { numInsertedOrUpdatedRows = 0n } = await within
      .insertInto('accounts')
      .values({ name, role, agent: agent ?? null, ...kept })
      .onConflict((at) => at.column('name').doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) return false;
    await tellAudit(within, who, { action: 'create', kind: 'account', object: name, change: { role, agent } });
    return true;
  });
  accounts.forget();
  return isMade ? made : undefined;
}

/** Changes of an account; undefined fields stay as they are. */
export interface AccountPatch {
  role?: Role | undefined;
  agent?: string | null | undefined;
  enabled?: boolean | undefined;
  password?: string | undefined;
}

/** Result of changing an account. `last admin`: refused, since nobody would be an admin any more. */
export type Changed = 'done' | 'missing' | 'last admin';

/** Changes an account. A new password ends its sessions and tokens, and so does disabling it. */
export async function changeAccount(
  { database, accounts }: IdentityNeeds,
  who: Who,
  name: string,
  { password, ...rest }: AccountPatch,
): Promise<Changed> {
  const done = await database.transaction().execute(async (within): Promise<Changed> => {
    const row = await lockAccount(within, name);
    if (!row) return 'missing';
    const { role = row.role, enabled = row.enabled } = rest;
    if ((role !== 'admin' || !enabled) && (await isLastAdmin(within, row))) return 'last admin';
    const kept =
      password === undefined ? {} : await keptPassword(accounts.hasher, { name, role, password, isChosen: true });
    await within
      .updateTable('accounts')
      .set({ ...rest, role, ...kept, ...(password === undefined ? {} : { changed_at: sql<Date>`now()` }) })
      .where('name', '=', name)
      .execute();
    if (password !== undefined || !enabled) await endAll(within, row.id);
    const change = { ...rest, password: password === undefined ? undefined : 'changed' };
    await tellAudit(within, who, { action: 'update', kind: 'account', object: name, change });
    return 'done';
  });
  accounts.forget();
  return done;
}

/** Removes an account with its sessions and tokens. */
export async function deleteAccount({ database, accounts }: IdentityNeeds, who: Who, name: string): Promise<Changed> {
  const done = await database.transaction().execute(async (within): Promise<Changed> => {
    const row = await lockAccount(within, name);
    if (!row) return 'missing';
    if (await isLastAdmin(within, row)) return 'last admin';
    await within.deleteFrom('accounts').where('name', '=', name).execute();
    await tellAudit(within, who, { action: 'delete', kind: 'account', object: name });
    return 'done';
  });
  accounts.forget();
  return done;
}

/** Ends all sessions and tokens of an account, since they may have been made by somebody who knew the old password. */
async function endAll(within: Database, account: number): Promise<void> {
  await within.deleteFrom('sessions').where('account', '=', account).execute();
  await within.deleteFrom('api_tokens').where('account', '=', account).execute();
}

/**
 * Locks an account and all admins until the transaction ends: otherwise two admins who remove each other at once would
 * leave none.
 */
async function lockAccount(within: Database, name: string): Promise<AccountRow | undefined> {
  const rows = await within
    .selectFrom('accounts')
    .selectAll()
    .where((of) => of.or([of('name', '=', name), of('role', '=', 'admin')]))
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.find((row) => row.name === name);
}

/** Whether nobody would be an admin without this account. */
async function isLastAdmin(within: Database, { name, role }: AccountRow): Promise<boolean> {
  if (role !== 'admin') return false;
  const others = await within
    .selectFrom('accounts')
    .select('id')
    .where('role', '=', 'admin')
    .where('enabled', '=', true)
    .where('name', '!=', name)
    .execute();
  return others.length === 0;
}
