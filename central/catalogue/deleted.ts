import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import { json, type DeletedBecause, type EventRow, type KeptRow } from '../store/tables.ts';

/**
 * Deleted events: their rows are kept for a recording that still comes, and their files are noted until they are
 * removed.
 */

/** Fields of a deleted event that are kept; its times are ISO 8601. */
export type DeletedEvent = Pick<
  KeptRow,
  'title' | 'series' | 'terms' | 'acl' | 'hall' | 'workflow' | 'workflow_configuration'
>;

/**
 * Rows of one insert: a statement of PostgreSQL has at most 65 535 parameters, so more rows are written in several
 * statements.
 */
const ROWS_AT_ONCE = 1000;

/**
 * Keeps the rows of events and notes their files. It must be called before they are deleted, in the same transaction.
 */
export async function keepDeleted(
  within: Database,
  rows: readonly EventRow[],
  by: Pick<Who, 'name'> | undefined,
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
  await noteFiles(within, files, deleted_by);
}

/** Notes files whose rows are deleted. `deleted_by`: who did; null: the server itself, and then they are never removed. */
export async function noteFiles(
  within: Database,
  files: readonly { path: string; event: string }[],
  deleted_by: string | null,
): Promise<void> {
  const paths = [...new Map(files.map((file) => [file.path, { ...file, deleted_by }])).values()];
  for (let n = 0; n < paths.length; n += ROWS_AT_ONCE) {
    await within
      .insertInto('deleted_files')
      .values(paths.slice(n, n + ROWS_AT_ONCE))
      .onConflict((at) => at.column('path').doUpdateSet({ deleted_by, deleted_at: new Date() }))
      .execute();
  }
}

/** The kept fields of a deleted event; undefined: no event of this id was deleted. */
export async function deletedEvent(database: Database, id: string): Promise<DeletedEvent | undefined> {
  const row = await database.selectFrom('deleted_events').select('event').where('id', '=', id).executeTakeFirst();
  return row?.event;
}

/**
 * Paths of files of events that a person deleted before a moment, and that nothing names any more; at most `most`.
 * Files of events that the server deleted by itself are not among them.
 */
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

/** Forgets files that were removed from the media folder. */
export async function forgetFiles(database: Database, paths: readonly string[]): Promise<void> {
  if (paths.length > 0) await database.deleteFrom('deleted_files').where('path', 'in', paths).execute();
}
