import { sql } from 'kysely';
import type { Database } from '../../store/connect.ts';
import type { FileRow } from '../../store/tables.ts';
import type { Condition, Listing } from '../filters.ts';
import { filesOfVersions } from '../files.ts';
import { anywhere, countEvents, listEvents, SAID, type ListedEvent } from '../list-events.ts';
import { askedIn } from './lucene.ts';
import { conditionOf } from './lucene-condition.ts';
import { searchOrder } from './orders.ts';

/** What is looked for; what is undefined does not matter. */
export interface EpisodeSearch {
  id?: string | undefined;
  /** Words, each of which is somewhere in what is said of it. */
  text?: string | undefined;
  /** A question as search machines are asked. */
  question?: string | undefined;
  /** One of these series. */
  series?: readonly string[] | undefined;
  /** It has a file with one of these tags. */
  tags?: readonly string[];
  /** It has a file with one of these flavors. */
  flavors?: readonly string[];
  /** `TITLE_DESC` or `title desc`. */
  sort?: string | undefined;
  limit: number;
  offset: number;
  /** Only what these roles may read by the access lists; undefined: everything. */
  roles: readonly string[] | undefined;
}

/** An event of which something was recorded, with the files of its newest version. */
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

/** Recorded events, a page of them, and how many there are in all. Throws BadRequest for an order that there is not. */
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

/** The recorded events of some ids, by their id; those that are not there are left out. */
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
