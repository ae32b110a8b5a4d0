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

/** The lock of an event; undefined: nobody edits it. `uuid`: a window whose own lock counts as none. */
export async function lockOf({ database, clock }: Needs, event: string, uuid?: string): Promise<Lock | undefined> {
  const row = await database
    .selectFrom('edit_locks')
    .selectAll()
    .where('event', '=', event)
    .where('expires_at', '>', new Date(clock.nowMs()))
    .executeTakeFirst();
  if (!row || row.uuid === uuid) return undefined;
  return { account: row.account, sinceMs: row.since.getTime(), expiresAtMs: row.expires_at.getTime() };
}

/**
 * Takes or refreshes a lock. Gives the lock of another window, if there is one: then nothing changes, unless `takesOver`.
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
        }))
        .where((of) =>
          of.or([of('edit_locks.uuid', '=', uuid), of('edit_locks.expires_at', '<=', now), of.val(takesOver)]),
        ),
    )
    .returning('uuid')
    .executeTakeFirst();
  return taken ? undefined : lockOf(needs, event, uuid);
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
