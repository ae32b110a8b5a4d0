import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Database } from '../store/connect.ts';
import type { AccountRow } from '../store/tables.ts';

/**
 * Enabled accounts, remembered after the database was asked: a change made by another server is seen up to 15 s later.
 */
export interface RememberedAccounts {
  named(name: string): Promise<AccountRow | undefined>;
  ofToken(hash: string): Promise<AccountRow | undefined>;
  ofSession(hash: string): Promise<AccountRow | undefined>;
  forget(): void;
}

/** Time in ms after which the database is asked again. */
export const REMEMBER_MS = 15_000;

/** Accounts that are remembered; beyond this all are forgotten, so that guessed names cannot fill the memory. */
const MOST_REMEMBERED = 5000;

/** Opens the memory, empty at first. */
export function openRememberedAccounts(database: Database, clock: Clock): RememberedAccounts {
  const known = new Map<string, { account: AccountRow; untilMs: number }>();
  const remembered = async (
    key: string,
    ask: () => Promise<AccountRow | undefined>,
  ): Promise<AccountRow | undefined> => {
    const one = known.get(key);
    if (one && one.untilMs > clock.monotonicMs()) return one.account;
    const account = await ask();
    known.delete(key);
    if (!account?.enabled) return undefined;
    if (known.size > MOST_REMEMBERED) known.clear();
    known.set(key, { account, untilMs: clock.monotonicMs() + REMEMBER_MS });
    return account;
  };
  const accounts = database.selectFrom('accounts').selectAll('accounts');
  const now = () => new Date(clock.nowMs());
  return {
    named: (name) => remembered(`name ${name}`, () => accounts.where('name', '=', name).executeTakeFirst()),
    ofToken: (hash) =>
      remembered(`token ${hash}`, () =>
        accounts
          .innerJoin('api_tokens', 'api_tokens.account', 'accounts.id')
          .where('api_tokens.hash', '=', hash)
          .where((or) => or.or([or('expires_at', 'is', null), or('expires_at', '>', now())]))
          .executeTakeFirst(),
      ),
    ofSession: (hash) =>
      remembered(`session ${hash}`, () =>
        accounts
          .innerJoin('sessions', 'sessions.account', 'accounts.id')
          .where('sessions.hash', '=', hash)
          .where('expires_at', '>', now())
          .executeTakeFirst(),
      ),
    forget: () => known.clear(),
  };
}
