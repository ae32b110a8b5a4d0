import { sql, type Selectable } from 'kysely';
import type { Database } from '../store/connect.ts';
import { json, type EventRow, type KeptRow, type Tables } from '../store/tables.ts';
import type { Who } from '../identity/who.ts';

/** What imports did: kept so that the next one knows what its file named last time, and so that one can be undone. */

/** What an import did to an event; `before` is what it was. */
export interface ImportedEvent {
  event: string;
  what: Tables['import_events']['what'];
  before?: EventRow | undefined;
}

/** An import that was carried out, with how many of each it did. */
export interface KeptImport extends Selectable<Tables['imports']> {
  created: number;
  changed: number;
  kept: number;
  cancelled: number;
}

/** So many imports are kept; of older ones it is forgotten what they did, and they can no longer be undone. */
const MOST_KEPT = 200;
/** As many rows as one statement may have parameters for. */
const ROWS_AT_ONCE = 1000;

/** Keeps what an import did, in its transaction. Gives its id. */
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

/** The newest imports, the newest first. */
export const keptImports = (database: Database, most = MOST_KEPT): Promise<KeptImport[]> =>
  counted(database).orderBy('imports.id', 'desc').limit(most).execute();

/** The import of an id; undefined: there is none, or it is too long ago. */
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

/** What an import did, but for what it left as it was. */
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

/** By event the import that named it last and holds: of events that end after a moment, or of some by their ids. */
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

/** Which events imports call by some names. */
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

/** More were never cancelled by hand; older ones would be made again by an import. */
const MOST_CANCELLED = 20_000;

/** Imported events that end after a moment and that somebody deleted one by one, the newest deletion first. */
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
