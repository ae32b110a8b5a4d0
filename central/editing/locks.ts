import { sql } from 'kysely';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Database } from '../store/connect.ts';

/** Locks of events that are being edited: they hinder nobody, they tell a second person who works on the event. */

/** Time after which a lock that is not refreshed ends, as in Opencast. */
export const LOCK_MS = 300_000;
/** Time after which an editor refreshes its lock. */
export const REFRESH_MS = 60_000;

/** Who works on an event. */
export interface Lock {
  account: string;
  sinceMs: number;
  expiresAtMs: number;
  /** Whether the window that asks has it. */
  isOwn: boolean;
  /** Who asked for it meanwhile, in another window, and did not get it; undefined: nobody did in the last minutes. */
  second: { account: string; atMs: number } | undefined;
}

interface Needs {
  database: Database;
  clock: Clock;
}

/** What an editor asks with: the event, its person, and an id that only this window of the editor knows. */
export interface LockKey {
  event: string;
  account: string;
  uuid: string;
}

/** Time in ms for which a second editor is told: as long as that one has the event open it asks once a minute. */
const SECOND_MS = 2 * REFRESH_MS;

/** The lock of an event; undefined: nobody edits it. `uuid`: the window that asks. */
export async function lockOf({ database, clock }: Needs, event: string, uuid?: string): Promise<Lock | undefined> {
  const row = await database
    .selectFrom('edit_locks')
    .selectAll()
    .where('event', '=', event)
    .where('expires_at', '>', new Date(clock.nowMs()))
    .executeTakeFirst();
  if (!row) return undefined;
  const secondMs = row.second_at?.getTime() ?? 0;
  const isThere = row.second_account !== null && secondMs > clock.nowMs() - SECOND_MS;
  return {
    account: row.account,
    sinceMs: row.since.getTime(),
    expiresAtMs: row.expires_at.getTime(),
    isOwn: row.uuid === uuid,
    second: isThere ? { account: row.second_account ?? '', atMs: secondMs } : undefined,
  };
}

/**
 * Takes or refreshes a lock. Gives the lock of another window, if there is one: that one hears who asked, and keeps it,
 * unless `takesOver`.
 */
export async function takeLock(
  needs: Needs,
  { event, account, uuid }: LockKey,
  takesOver = false,
): Promise<Lock | undefined> {
  const now = new Date(needs.clock.nowMs());
  const expires = new Date(now.getTime() + LOCK_MS);
  const taken = await needs.database
    .insertInto('edit_locks')
    .values({ event, account, uuid, since: now, expires_at: expires })
    .onConflict((at) =>
      at
        .column('event')
        .doUpdateSet((of) => ({
          account,
          uuid,
          since: sql<Date>`case when ${of.ref('edit_locks.uuid')} = ${uuid} then ${of.ref('edit_locks.since')} else ${now}::timestamptz end`,
          expires_at: expires,
          second_account: sql<
            string | null
          >`case when ${of.ref('edit_locks.uuid')} = ${uuid} then ${of.ref('edit_locks.second_account')} end`,
        }))
        .where((of) =>
          of.or([of('edit_locks.uuid', '=', uuid), of('edit_locks.expires_at', '<=', now), of.val(takesOver)]),
        ),
    )
    .returning('uuid')
    .executeTakeFirst();
  if (taken) return undefined;
  await needs.database
    .updateTable('edit_locks')
    .set({ second_account: account, second_at: now })
    .where('event', '=', event)
    .where('uuid', '<>', uuid)
    .execute();
  const lock = await lockOf(needs, event, uuid);
  return lock?.isOwn ? undefined : lock;
}

/**
 * Gives a lock back. `locked`: another window has the event; `missing`: nobody has it.
 */
export async function giveBack(needs: Needs, event: string, uuid: string): Promise<'done' | 'locked' | 'missing'> {
  const { numDeletedRows } = await needs.database
    .deleteFrom('edit_locks')
    .where('event', '=', event)
    .where('uuid', '=', uuid)
    .executeTakeFirst();
  if (numDeletedRows > 0n) return 'done';
  return (await lockOf(needs, event)) ? 'locked' : 'missing';
}
