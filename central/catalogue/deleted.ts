import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import { json, type DeletedBecause, type EventRow, type KeptRow } from '../store/tables.ts';

/** What is kept of events that were deleted: for a recording that still comes, and until their files go. */

/** What an event that is gone was; its times are ISO 8601. */
export type DeletedEvent = Pick<
  KeptRow,
  'title' | 'series' | 'terms' | 'acl' | 'hall' | 'workflow' | 'workflow_configuration'
>;

/** As many rows as one statement may have parameters for. */
const ROWS_AT_ONCE = 1000;

/** Keeps what events were, and notes their files, in the transaction that deletes them and before it does. */
export async function keepDeleted(
  within: Database,
  rows: readonly EventRow[],
  by: Who | undefined,
  because: DeletedBecause | undefined,
): Promise<void> {
  const ids = rows.map(({ id }) => id);
  const deleted_by = by?.name ?? null;
  const files = await within.selectFrom('files').select(['path', 'event']).where('event', 'in', ids).execute();
  const versions = await within
    .selectFrom('event_versions')
    .select(['event', 'agent'])
    .where('event', 'in', ids)
    .execute();
  const versionsOf = Map.groupBy(versions, ({ event }) => event);
  const kept = rows.map((row) => ({
    id: row.id,
    event: json(row),
    agents: [row.agent, row.recorded_by, ...(versionsOf.get(row.id) ?? []).map(({ agent }) => agent)].filter(
      (agent) => agent !== null,
    ),
    deleted_by,
    because: because ?? null,
  }));
  for (let n = 0; n < kept.length; n += ROWS_AT_ONCE) {
    await within
      .insertInto('deleted_events')
      .values(kept.slice(n, n + ROWS_AT_ONCE))
      .onConflict((at) =>
        at.column('id').doUpdateSet((of) => ({
          event: of.ref('excluded.event'),
          agents: of.ref('excluded.agents'),
          deleted_by: of.ref('excluded.deleted_by'),
          because: of.ref('excluded.because'),
          deleted_at: new Date(),
        })),
      )
      .execute();
  }
  const paths = [...new Map(files.map((file) => [file.path, { ...file, deleted_by }])).values()];
  for (let n = 0; n < paths.length; n += ROWS_AT_ONCE) {
    await within
      .insertInto('deleted_files')
      .values(paths.slice(n, n + ROWS_AT_ONCE))
      .onConflict((at) => at.column('path').doUpdateSet({ deleted_by, deleted_at: new Date() }))
      .execute();
  }
}

/** What a deleted event was; undefined: none of this id was deleted. */
export async function deletedEvent(database: Database, id: string): Promise<DeletedEvent | undefined> {
  const row = await database.selectFrom('deleted_events').select('event').where('id', '=', id).executeTakeFirst();
  return row?.event;
}

/** Files that a person's deletion left before a moment, and that nothing names any more. What the server deleted by itself stays. */
export async function unneededFiles(database: Database, before: Date, most: number): Promise<string[]> {
  const rows = await database
    .selectFrom('deleted_files')
    .select('path')
    .where('deleted_at', '<', before)
    .where('deleted_by', 'is not', null)
    .where('path', 'not in', database.selectFrom('files').select('path'))
    .where('path', 'not in', database.selectFrom('package_elements').select('path'))
    .orderBy('path')
    .limit(most)
    .execute();
  return rows.map(({ path }) => path);
}

/** Files that were removed from the media folder are no longer noted. */
export async function forgetFiles(database: Database, paths: readonly string[]): Promise<void> {
  if (paths.length > 0) await database.deleteFrom('deleted_files').where('path', 'in', paths).execute();
}
