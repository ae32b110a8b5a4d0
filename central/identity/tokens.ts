import type { Selectable } from 'kysely';
import type { Database } from '../store/connect.ts';
import type { Tables } from '../store/tables.ts';
import type { Accounts } from './accounts.ts';
import { tellAudit } from './audit.ts';
import { newSecret, sha256 } from './secrets.ts';
import type { Who } from './who.ts';

/** Makes a token for a program that acts for an account. Gives its text, which cannot be read again later. */
export async function createToken(
  database: Database,
  who: Who,
  { name, expiresAtMs }: { name: string; expiresAtMs?: number | undefined },
): Promise<{ id: number; token: string }> {
  const token = newSecret();
  return database.transaction().execute(async (within) => {
    const { id } = await within
      .insertInto('api_tokens')
      .values({
        account: who.account,
        name,
        hash: sha256(token),
        expires_at: expiresAtMs === undefined ? null : new Date(expiresAtMs),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tellAudit(within, who, { action: 'create', kind: 'token', object: name });
    return { id, token };
  });
}

/** The tokens of an account, the oldest first. */
export const listTokens = (database: Database, who: Who): Promise<Selectable<Tables['api_tokens']>[]> =>
  database.selectFrom('api_tokens').selectAll().where('account', '=', who.account).orderBy('id').execute();

/** Takes a token back; false if this account has none of this id. */
export async function deleteToken(
  { database, accounts }: { database: Database; accounts: Pick<Accounts, 'forget'> },
  who: Who,
  id: number,
): Promise<boolean> {
  const isGone = await database.transaction().execute(async (within) => {
    const { numDeletedRows } = await within
      .deleteFrom('api_tokens')
      .where('id', '=', id)
      .where('account', '=', who.account)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    await tellAudit(within, who, { action: 'delete', kind: 'token', object: String(id) });
    return true;
  });
  accounts.forget();
  return isGone;
}
