import { sql } from 'kysely';
import type { Database } from '../../store/connect.ts';
import { everyWord, type Condition, type Listing } from '../filters.ts';
import { countListedSeries, listSeries, type ListedSeries } from '../list-series.ts';
import { IS_SHOWN } from '../published/publications.ts';
import { searchOrder } from './orders.ts';
import { seriesHasSought, soughtBy } from './words.ts';

/** A search for series; undefined fields do not matter. */
export interface SeriesSearched {
  id?: string | undefined;
  /** Words that must all occur in the searchable text of the series. */
  text?: string | undefined;
  sort?: string | undefined;
  limit: number;
  offset: number;
  /** Roles of the reader: only series that one of them may read by the access list; undefined: all series. */
  roles: readonly string[] | undefined;
}

const SHOWN: Condition = sql<boolean>`exists (select 1 from events where events.series = series.id and ${IS_SHOWN})`;

const ORDERED = {
  id: sql`series.id`,
  title: sql`series.title`,
  terms: sql`series.terms`,
  created: sql`series.created_at`,
  modified: sql`series.modified_at`,
  series: sql`series.id`,
};

/**
 * A page of the series of a search that have an event that is shown, and their number in all. Throws BadRequest for an
 * unknown order.
 */
export async function findRecordedSeries(
  database: Database,
  { id, text, sort, limit, offset, roles }: SeriesSearched,
): Promise<{ total: number; series: ListedSeries[] }> {
  const sought = text === undefined ? undefined : await soughtBy(database, text);
  const found = await pageOf(sought ? seriesHasSought(sought, SERIES_SAID) : []);
  return found.total === 0 && text !== undefined ? pageOf([everyWord(SERIES_SAID, text)]) : found;

  async function pageOf(words: readonly Condition[]): Promise<{ total: number; series: ListedSeries[] }> {
    const listing: Listing = {
      filters: [],
      sorting: [],
      first: [searchOrder(sort, ORDERED)],
      besides: [SHOWN, ...(id === undefined ? [] : [sql<boolean>`series.id = ${id}`]), ...words],
      allowed: roles ? { roles, action: 'read' } : undefined,
      limit,
      offset,
    };
    const [total, series] = await Promise.all([countListedSeries(database, listing), listSeries(database, listing)]);
    return { total, series };
  }
}

const SERIES_SAID = sql`concat_ws(' ', series.id, series.title, series.terms::text)`;

/** Series of some ids, recorded or not, by their id; ids without a series are left out. */
export async function seriesOf(database: Database, ids: readonly string[]): Promise<Map<string, ListedSeries>> {
  if (ids.length === 0) return new Map();
  const besides = [sql<boolean>`series.id = any(${[...ids]}::text[])`];
  const found = await listSeries(database, { filters: [], sorting: [], besides });
  return new Map(found.map((one) => [one.id, one]));
}
