import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import type { Database } from '../store/connect.ts';
import { json } from '../store/tables.ts';
import { edit as shape, type Edit } from './edit.ts';

/** An edit that is not saved yet, as the server keeps it while a person works: one for each person and event. */
export interface Draft {
  edit: Edit;
  /** Number of the version that it began from. */
  base: number;
  /** Number that grows with each change: two windows of one person notice each other by it. */
  revision: number;
  changedAtMs: number;
}

/** Person and event of a draft. */
export interface DraftKey {
  event: string;
  account: string;
}

/** Result of keeping a draft. */
export type DraftKept =
  | { kind: 'done'; revision: number; changedAtMs: number }
  /** Another window of the person changed it meanwhile: `revision` is the one that is kept. */
  | { kind: 'changed'; revision: number; changedAtMs: number };

/** The draft of a person; undefined: there is none. */
export async function draftOf(database: Database, { event, account }: DraftKey): Promise<Draft | undefined> {
  const row = await database
    .selectFrom('edit_drafts')
    .selectAll()
    .where('event', '=', event)
    .where('account', '=', account)
    .executeTakeFirst();
  if (!row) return undefined;
  const { base, revision, changed_at: changedAt } = row;
  return { edit: shape.parse(row.content), base, revision, changedAtMs: changedAt.getTime() };
}

/**
 * Keeps a draft. `revision` is the one that the person's window knows, 0 where it knows of no draft: if another window
 * changed the draft since, nothing is written. The same content again is the same revision, so that a request whose
 * answer was lost may be repeated.
 */
export async function keepDraft(
  database: Database,
  { event, account }: DraftKey,
  { edit, base, revision }: Pick<Draft, 'edit' | 'base' | 'revision'>,
): Promise<DraftKept> {
  const content = json(edit);
  const row = await database
    .insertInto('edit_drafts')
    .values({ event, account, base, content, revision: 1 })
    .onConflict((at) =>
      at
        .columns(['event', 'account'])
        .doUpdateSet((of) => ({
          base,
          content,
          revision: sql<number>`${of.ref('edit_drafts.revision')} + 1`,
          changed_at: sql<Date>`now()`,
        }))
        .where('edit_drafts.revision', '=', revision),
    )
    .returning(['revision', 'changed_at'])
    .executeTakeFirst();
  if (row) return { kind: 'done', revision: row.revision, changedAtMs: row.changed_at.getTime() };
  const kept = await draftOf(database, { event, account });
  if (!kept) return keepDraft(database, { event, account }, { edit, base, revision: 0 });
  const isSame = kept.base === base && isDeepStrictEqual(kept.edit, edit);
  return { kind: isSame ? 'done' : 'changed', revision: kept.revision, changedAtMs: kept.changedAtMs };
}

/** Removes a draft that was saved, or is not wanted any more. */
export async function dropDraft(database: Database, { event, account }: DraftKey): Promise<void> {
  await database.deleteFrom('edit_drafts').where('event', '=', event).where('account', '=', account).execute();
}
