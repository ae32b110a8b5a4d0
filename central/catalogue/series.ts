import type { Term } from '@amphi/lib/opencast/dublin-core.ts';
import { tellAudit, type AuditEntry } from '../identity/audit.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import { json, type AclEntry, type SeriesRow } from '../store/tables.ts';
import { checkName, checkTitle } from './lengths.ts';
import { patternOf } from './filters.ts';

/** A series as it is brought. */
export interface NewSeries {
  id: string;
  title: string;
  terms: Term[];
  acl: AclEntry[];
}

/** The series of an id; undefined: it is not known here, though events may name it. */
export const seriesNamed = (database: Database, id: string): Promise<SeriesRow | undefined> =>
  database.selectFrom('series').selectAll().where('id', '=', id).executeTakeFirst();

/** The series of some ids, by their id; ids without a series are left out. */
export async function seriesByIds(database: Database, ids: Iterable<string>): Promise<Map<string, SeriesRow>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const rows = await database.selectFrom('series').selectAll().where('id', 'in', wanted).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Ids and titles of all series. */
export const seriesTitles = (database: Database): Promise<{ id: string; title: string }[]> =>
  database.selectFrom('series').select(['id', 'title']).execute();

/** Number of series. */
export async function countSeries(database: Database): Promise<number> {
  const { count } = await database
    .selectFrom('series')
    .select((of) => of.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** A search for series by what they are called. */
export interface SeriesSearch {
  /** Part of the title or of the id. */
  text?: string | undefined;
  id?: string | undefined;
  /** Part of the title. */
  title?: string | undefined;
  limit: number;
  offset: number;
}

/** Series of a search, in order of their titles, and their number in all. */
export async function searchSeries(
  database: Database,
  { text, id, title, limit, offset }: SeriesSearch,
): Promise<{ total: number; series: SeriesRow[] }> {
  const found = database
    .selectFrom('series')
    .$if(Boolean(id), (of) => of.where('id', '=', id ?? ''))
    .$if(Boolean(title), (of) => of.where('title', 'ilike', patternOf(title ?? '')))
    .$if(Boolean(text), (of) =>
      of.where((any) =>
        any.or([any('title', 'ilike', patternOf(text ?? '')), any('id', 'ilike', patternOf(text ?? ''))]),
      ),
    );
  const [{ total }, series] = await Promise.all([
    found.select((of) => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
    found.selectAll().orderBy('title').orderBy('id').limit(limit).offset(offset).execute(),
  ]);
  return { total, series };
}

/** Writes new series as they are, without an audit entry. */
export async function insertSeries(within: Database, series: readonly NewSeries[]): Promise<void> {
  if (series.length === 0) return;
  series.forEach(checkSeries);
  const values = series.map(({ terms, acl, ...names }) => ({ ...names, terms: json(terms), acl: json(acl) }));
  await within.insertInto('series').values(values).execute();
}

function checkSeries({ id, title }: { id: string; title?: string | undefined }): void {
  checkName('the id of the series', id);
  checkTitle(title);
}

/** Makes a series in one transaction. Throws if there is one of this id. */
export const createSeries = (
  database: Database,
  who: Who | undefined,
  series: NewSeries,
  change?: AuditEntry['change'],
): Promise<void> =>
  recorded(database, who, async (within) => {
    await insertSeries(within, [series]);
    return { action: 'create', kind: 'series', object: series.id, change };
  });

/** Stores a series; one of this id is replaced. Gives whether it is new. */
export async function storeSeries(
  database: Database,
  who: Who | undefined,
  { id, title, terms, acl }: NewSeries,
): Promise<{ isNew: boolean; series: SeriesRow }> {
  checkSeries({ id, title });
  const values = { title, terms: json(terms), acl: json(acl) };
  return database.transaction().execute(async (within) => {
    const isNew = (await seriesNamed(within, id)) === undefined;
    const series = await within
      .insertInto('series')
      .values({ id, ...values })
      .onConflict((at) => at.column('id').doUpdateSet({ ...values, modified_at: new Date() }))
      .returningAll()
      .executeTakeFirstOrThrow();
    await tellAudit(within, who, { action: isNew ? 'create' : 'update', kind: 'series', object: id });
    return { isNew, series };
  });
}

/** Changes of a series; undefined fields stay as they are. */
export interface SeriesPatch {
  title?: string | undefined;
  terms?: Term[] | undefined;
  acl?: AclEntry[] | undefined;
  properties?: Record<string, string> | undefined;
  /** Whether the access lists of its events are emptied, so that the list of the series counts for them. */
  overridesEvents?: boolean;
}

/** Changes a series; `told` is what the audit log says about it. */
export const changeSeries = (
  database: Database,
  who: Who | undefined,
  id: string,
  { title, terms, acl, properties, overridesEvents = false }: SeriesPatch,
  { nowMs, told }: { nowMs: number; told: AuditEntry['change'] },
): Promise<void> =>
  recorded(database, who, async (within) => {
    checkSeries({ id, title });
    await within
      .updateTable('series')
      .set({
        ...(title === undefined ? {} : { title }),
        ...(terms ? { terms: json(terms) } : {}),
        ...(acl ? { acl: json(acl) } : {}),
        ...(properties ? { properties: json(properties) } : {}),
        modified_at: new Date(nowMs),
      })
      .where('id', '=', id)
      .execute();
    if (overridesEvents)
      await within
        .updateTable('events')
        .set({ acl: json([]) })
        .where('series', '=', id)
        .execute();
    return { action: 'update', kind: 'series', object: id, change: told };
  });

/** Removes a series; its events stay. False: there was none. */
export async function deleteSeries(database: Database, who: Who | undefined, id: string): Promise<boolean> {
  return database.transaction().execute(async (within) => {
    const gone = await within.deleteFrom('series').where('id', '=', id).returning('title').executeTakeFirst();
    if (gone)
      await tellAudit(within, who, {
        action: 'delete',
        kind: 'series',
        object: id,
        change: { title: gone.title },
      });
    return gone !== undefined;
  });
}

/** Removes those of some series that have no events and were not changed since they were made. Gives their ids. */
export async function deleteEmptySeries(within: Database, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const gone = await within
    .deleteFrom('series')
    .where('id', 'in', ids)
    .whereRef('modified_at', '=', 'created_at')
    .where((of) => of.not(of.exists(of.selectFrom('events').select('id').whereRef('events.series', '=', 'series.id'))))
    .returning('id')
    .execute();
  return gone.map(({ id }) => id);
}

/** Makes a change and writes its audit entry, in one transaction. */
const recorded = (
  database: Database,
  who: Who | undefined,
  work: (within: Database) => Promise<AuditEntry>,
): Promise<void> => database.transaction().execute(async (within) => tellAudit(within, who, await work(within)));
