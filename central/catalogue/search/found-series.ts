import { sql } from 'kysely';
import type { Database } from '../../store/connect.ts';
import { everyWord, type Condition, type Listing } from '../filters.ts';
import { countListedSeries, listSeries, type ListedSeries } from '../list-series.ts';
import { searchOrder } from './orders.ts';

/** What is looked for; what is undefined does not matter. */
export interface SeriesSearched {
  id?: string | undefined;
  /** Words, each of which is somewhere in what is said of it. */
  text?: string | undefined;
  sort?: string | undefined;
  limit: number;
  offset: number;
  /** Only what these roles may read by the access lists; undefined: everything. */
  roles: readonly string[] | undefined;
}

const RECORDED: Condition = sql<boolean>`exists (select 1 from events
  join event_versions on event_versions.event = events.id where events.series = series.id)`;

const ORDERED = {
  id: sql`series.id`,
  title: sql`series.title`,
  terms: sql`series.terms`,
  created: sql`series.created_at`,
  modified: sql`series.modified_at`,
  series: sql`series.id`,
};

/** Series of which something was recorded, a page of them, and how many there are in all. Throws BadRequest for an order that there is not. */
export async function findRecordedSeries(
  database: Database,
  { id, text, sort, limit, offset, roles }: SeriesSearched,
): Promise<{ total: number; series: ListedSeries[] }> {
  const listing: Listing = {
    filters: [],
    sorting: [],
    first: [searchOrder(sort, ORDERED)],
    besides: [
      RECORDED,
      ...(id === undefined ? [] : [sql<boolean>`series.id = ${id}`]),
      ...(text === undefined
        ? []
        : [everyWord(sql`concat_ws(' ', series.id, series.title, series.terms::text)`, text)]),
    ],
    allowed: roles ? { roles, action: 'read' } : undefined,
    limit,
    offset,
  };
  const [total, series] = await Promise.all([countListedSeries(database, listing), listSeries(database, listing)]);
  return { total, series };
}

/** The series of some ids, recorded or not, by their id; those that are not there are left out. */
export async function seriesOf(database: Database, ids: readonly string[]): Promise<Map<string, ListedSeries>> {
  if (ids.length === 0) return new Map();
  const besides = [sql<boolean>`series.id = any(${[...ids]}::text[])`];
  const found = await listSeries(database, { filters: [], sorting: [], besides });
  return new Map(found.map((one) => [one.id, one]));
}
