import { sql } from 'kysely';
import type { Database } from '../../store/connect.ts';
import type { FileRow } from '../../store/tables.ts';
import type { Condition, Listing } from '../filters.ts';
import { filesOfVersions } from '../files.ts';
import { anywhere, countEvents, listEvents, SAID, type ListedEvent } from '../list-events.ts';
import { askedIn } from './lucene.ts';
import { conditionOf } from './lucene-condition.ts';
import { searchOrder } from './orders.ts';

/** A search for recorded events; undefined fields do not matter. */
export interface EpisodeSearch {
  id?: string | undefined;
  /** Words that must all occur in the searchable text of the event. */
  text?: string | undefined;
  /** Query in the syntax of Lucene, see `lucene.ts`. */
  question?: string | undefined;
  /** Ids of series: the event must be in one of them. */
  series?: readonly string[] | undefined;
  /** Tags: the event must have a file with one of them. */
  tags?: readonly string[];
  /** Flavors: the event must have a file with one of them. */
  flavors?: readonly string[];
  /** Order: `TITLE_DESC` or `title desc`. */
  sort?: string | undefined;
  limit: number;
  offset: number;
  /** Roles of the reader: only events that one of them may read by the access list; undefined: all events. */
  roles: readonly string[] | undefined;
}

/** An event with a recording, and the files of its newest version. */
export interface FoundEpisode {
  event: ListedEvent;
  files: readonly FileRow[];
}

const RECORDED: Condition = sql<boolean>`newest_version is not null`;

const ORDERED = {
  id: sql`events.id`,
  title: sql`events.title`,
  terms: sql`events.terms`,
  created: sql`coalesce(events.starts_at, events.created_at)`,
  modified: sql`events.modified_at`,
  series: sql`events.series`,
};

/** A page of the recorded events of a search, and their number in all. Throws BadRequest for an unknown order. */
export async function findEpisodes(
  database: Database,
  search: EpisodeSearch,
): Promise<{ total: number; episodes: FoundEpisode[] }> {
  const listing: Listing = {
    filters: [],
    sorting: [],
    first: [searchOrder(search.sort, ORDERED)],
    besides: conditionsOf(search),
    allowed: search.roles ? { roles: search.roles, action: 'read' } : undefined,
    limit: search.limit,
    offset: search.offset,
  };
  const [total, events] = await Promise.all([countEvents(database, listing), listEvents(database, listing)]);
  return { total, episodes: await withFiles(database, events) };
}

/** Recorded events of some ids, by their id; ids without a recorded event are left out. */
export async function episodesOf(database: Database, ids: readonly string[]): Promise<Map<string, FoundEpisode>> {
  if (ids.length === 0) return new Map();
  const besides = [RECORDED, sql<boolean>`events.id = any(${[...ids]}::text[])`];
  const episodes = await withFiles(database, await listEvents(database, { filters: [], sorting: [], besides }));
  return new Map(episodes.map((one) => [one.event.id, one]));
}

async function withFiles(database: Database, events: readonly ListedEvent[]): Promise<FoundEpisode[]> {
  const newest = events.map(({ id, newestVersion }) => ({ event: id, version: newestVersion ?? 0 }));
  const files = Map.groupBy(await filesOfVersions(database, newest), ({ event }) => event);
  return events.map((event) => ({ event, files: files.get(event.id) ?? [] }));
}

function conditionsOf({ id, text, question, series, tags = [], flavors = [] }: EpisodeSearch): Condition[] {
  const file = (condition: Condition): Condition =>
    sql<boolean>`exists (select 1 from files where files.event = events.id and files.version = newest_version and ${condition})`;
  return [
    RECORDED,
    ...(id === undefined ? [] : [sql<boolean>`events.id = ${id}`]),
    ...(series === undefined ? [] : [sql<boolean>`events.series = any(${[...series]}::text[])`]),
    ...(text === undefined ? [] : [anywhere(text)]),
    ...(question === undefined ? [] : [conditionOf(askedIn(question), { ...ORDERED, text: SAID })]),
    ...(tags.length === 0 ? [] : [file(sql<boolean>`files.tags && ${[...tags]}::text[]`)]),
    ...(flavors.length === 0 ? [] : [file(sql<boolean>`files.flavor = any(${[...flavors]}::text[])`)]),
  ];
}
