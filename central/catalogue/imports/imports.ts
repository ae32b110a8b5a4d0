import { sql, type Selectable } from 'kysely';
import type { Database } from '../../store/connect.ts';
import { json, type EventRow, type KeptRow, type Tables } from '../../store/tables.ts';
import type { Who } from '../../identity/who.ts';

/**
 * Imports and what they did: kept so that the next import knows what its file named last time, and so that one can be
 * undone.
 */

/** Effect of an import on an event; `before` is the event's row before it. */
export interface ImportedEvent {
  event: string;
  what: Tables['import_events']['what'];
  before?: EventRow | undefined;
}

/** An import that was carried out, with the numbers of events that it made, changed and cancelled. */
export interface KeptImport extends Selectable<Tables['imports']> {
  created: number;
  changed: number;
  kept: number;
  cancelled: number;
}

/** Imports that are kept; beyond this the effects of the oldest are forgotten, and it can no longer be undone. */
const MOST_KEPT = 200;
/**
 * Rows of one insert: a statement of PostgreSQL has at most 65 535 parameters, so more rows are written in several
 * statements.
 */
const ROWS_AT_ONCE = 1000;

/** Keeps what an import did, in the transaction of the import. Gives its id. */
export async function keepImport(
  within: Database,
  who: Who | undefined,
  {
    at,
    source,
    newSeries,
    newHalls,
    events,
  }: { at: Date; source: string; newSeries: string[]; newHalls: string[]; events: readonly ImportedEvent[] },
): Promise<number> {
  const { id } = await within
    .insertInto('imports')
    .values({ at, account: who?.name ?? null, source, new_series: newSeries, new_halls: newHalls })
    .returning('id')
    .executeTakeFirstOrThrow();
  const rows = events.map(({ event, what, before }) => ({
    import: id,
    event,
    what,
    before: before ? json(before) : null,
  }));
  for (let n = 0; n < rows.length; n += ROWS_AT_ONCE) {
    await within
      .insertInto('import_events')
      .values(rows.slice(n, n + ROWS_AT_ONCE))
      .execute();
  }
  const newest = within.selectFrom('imports').select('id').orderBy('id', 'desc').limit(MOST_KEPT);
  await within.deleteFrom('imports').where('id', 'not in', newest).execute();
  return id;
}

/** The newest imports, at most `most`, the newest first. */
export const keptImports = (database: Database, most = MOST_KEPT): Promise<KeptImport[]> =>
  counted(database).orderBy('imports.id', 'desc').limit(most).execute();

/** The import of an id; undefined: there is none, or it is no longer kept. */
export const importNamed = (database: Database, id: number): Promise<KeptImport | undefined> =>
  counted(database).where('imports.id', '=', id).executeTakeFirst();

function counted(database: Database) {
  const countOf = (what: string) =>
    sql<number>`(select count(*)::int from import_events where import = imports.id and what = ${what})`.as(what);
  return database
    .selectFrom('imports')
    .selectAll('imports')
    .select([countOf('created'), countOf('changed'), countOf('kept'), countOf('cancelled')] as const)
    .$castTo<KeptImport>();
}

/** Effects of an import on events, without those that it left as they were. */
export async function changesOfImport(
  database: Database,
  id: number,
): Promise<{ event: string; what: ImportedEvent['what']; before: KeptRow | null }[]> {
  return database
    .selectFrom('import_events')
    .select(['event', 'what', 'before'])
    .where('import', '=', id)
    .where('what', '!=', 'kept')
    .execute();
}

/** Marks an import as undone, in the transaction that undoes it. */
export async function markUndone(within: Database, who: Who | undefined, id: number, at: Date): Promise<void> {
  await within
    .updateTable('imports')
    .set({ undone_at: at, undone_by: who?.name ?? '' })
    .where('id', '=', id)
    .execute();
}

/**
 * The last import that named each event and is not undone, by the event's id: of all events that end after a moment, or
 * of some ids.
 */
export async function lastImports(
  database: Database,
  of: { endsAfterMs: number } | { events: readonly string[] },
): Promise<Map<string, { id: number; source: string }>> {
  if ('events' in of && of.events.length === 0) return new Map();
  const all = database
    .selectFrom('import_events')
    .innerJoin('imports', 'imports.id', 'import_events.import')
    .select(['import_events.event', 'imports.id', 'imports.source'])
    .distinctOn('import_events.event')
    .where('imports.undone_at', 'is', null)
    .orderBy('import_events.event')
    .orderBy('imports.id', 'desc');
  const rows = await (
    'events' in of
      ? all.where(sql<boolean>`import_events.event = any(${of.events}::text[])`)
      : all
          .innerJoin('events', 'events.id', 'import_events.event')
          .where('events.ends_at', '>', new Date(of.endsAfterMs))
  ).execute();
  return new Map(rows.map(({ event, id, source }) => [event, { id, source }]));
}

/** Ids of imported events, by the names that imports gave them. */
export async function eventsByName(database: Database, names: readonly string[]): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const rows = await database
    .selectFrom('events')
    .select(['id', 'source_key'])
    .where('source', 'is not', null)
    .where(sql<boolean>`source_key = any(${names}::text[])`)
    .execute();
  return new Map(rows.map(({ id, source_key }) => [source_key ?? '', id]));
}

/**
 * Deleted events that are looked at; older ones beyond this would be made again by an import. So many are never
 * cancelled by hand.
 */
const MOST_CANCELLED = 20_000;

/** Imported events that end after a moment and were deleted by hand, the last deleted first. */
export const importedAndDeleted = (
  database: Database,
  { endsAfterMs, source }: { endsAfterMs: number; source: string },
): Promise<{ event: KeptRow; deleted_at: Date; deleted_by: string | null }[]> =>
  database
    .selectFrom('deleted_events')
    .select(['event', 'deleted_at', 'deleted_by'])
    .where('because', 'is', null)
    .where('deleted_by', 'is not', null)
    .where(sql<boolean>`event->>'source' = ${source} and (event->>'ends_at')::timestamptz > ${new Date(endsAfterMs)}`)
    .where('id', 'not in', database.selectFrom('events').select('id'))
    .orderBy('deleted_at', 'desc')
    .limit(MOST_CANCELLED)
    .execute();
