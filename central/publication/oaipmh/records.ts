import { sql } from 'kysely';
import { allows } from '../../catalogue/filters.ts';
import { ACL, listEvents } from '../../catalogue/list-events.ts';
import {
  addressed,
  elementsOfPublications,
  ENGAGE,
  liveCatalogs,
  publicationsOf,
} from '../../catalogue/published/publications.ts';
import { episodesOf, type FoundEpisode } from '../../catalogue/search/found-episodes.ts';
import { seriesByIds } from '../../catalogue/series.ts';
import type { Database } from '../../store/connect.ts';
import type { SeriesRow } from '../../store/tables.ts';
import type { Cursor, OaiListing } from './request.ts';

/** Records of repositories: what is published, and notes of what was taken back. */

/** A repository as somebody sees it. */
export interface Repository {
  name: string;
  /** Roles of the reader: events that none of them may read are not there; undefined: all are. */
  roles: readonly string[] | undefined;
}

/** A record, without its metadata. */
export interface OaiRecord {
  event: string;
  stampUs: number;
  isDeleted: boolean;
  /** Series, if the reader may read that too; of a deleted record the one that it was of, by which sets are asked for. */
  series: string | null;
}

/** Entries of one answer; the others are asked for by a token. */
const AT_ONCE = 100;

/** A part of a list. */
export interface Part<T> {
  entries: T[];
  total: number;
  /** Where the next part begins; undefined: this is the last one. */
  next: Cursor | undefined;
}

/** Channels that a repository shows: that of its name, and for `default` also what viewers see. */
const channelsOf = ({ name }: Repository): string[] => (name === 'default' ? [ENGAGE] : []).concat(`oaipmh-${name}`);

/** Whether there is a repository: `default` always is, others if something was published in them. */
export async function isRepository(database: Database, name: string): Promise<boolean> {
  if (name === 'default') return true;
  const found = await database
    .selectFrom('publications')
    .select('id')
    .where('channel', '=', `oaipmh-${name}`)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

const us = (moment: ReturnType<typeof sql>) => sql<number>`floor(extract(epoch from ${moment}) * 1000000)::bigint`;

/**
 * All records of a repository that a reader may know of: those that it may read now, and as deleted those that one of its roles
 * could read before. Of the others it hears nothing.
 */
function recordsIn(repository: Repository) {
  const { roles } = repository;
  const channels = sql`${channelsOf(repository)}::text[]`;
  const reader = roles && { roles, action: 'read' };
  const isReadable = reader ? allows(ACL, reader) : sql`true`;
  // A series that has a list of its own is shown to whom that list names, also where an event of it is for everybody.
  const isSeriesReadable = reader
    ? sql`(jsonb_array_length(series.acl) = 0 or ${allows(sql`series.acl`, reader)})`
    : sql`true`;
  const lost = reader
    ? sql`select max(changed_at) as changed, max(changed_at) filter (where not reads) as lost,
        (array_agg(readers.series order by changed_at desc) filter (where not reads))[1] as lost_series
      from publication_readers readers where readers.event = known.event and readers.channel = any(${channels})
        and readers.role = any(${[...reader.roles]}::text[])`
    : sql`select null::timestamptz as changed, known.gone as lost, events.series as lost_series`;
  return sql`(select known.event, not is_live as "isDeleted",
      case when not is_live then told.lost_series when ${isSeriesReadable} then series.id end as series,
      ${us(sql`case when is_live then greatest(events.modified_at, series.modified_at, known.made, told.changed) else told.lost end`)} as stamp
    from (select event, bool_or(ended_at is null) as is_now, max(made_at) filter (where ended_at is null) as made,
        max(ended_at) filter (where is_retracted) as gone
      from publications where channel = any(${channels}) group by event) known
    left join events on events.id = known.event left join series on series.id = events.series
    left join lateral (${lost}) told on true
    cross join lateral (select known.is_now and events.id is not null and ${isReadable} as is_live) live
    where is_live or told.lost is not null)`;
}

const columns = sql`event, stamp as "stampUs", "isDeleted", series`;

/** A part of the records of a list, the oldest first. */
export async function listRecords(
  database: Database,
  repository: Repository,
  { fromMs, untilMs, set, cursor }: OaiListing,
): Promise<Part<OaiRecord>> {
  const series = set === undefined ? undefined : seriesOfSet(set);
  const conditions = sql.join(
    [
      sql`true`,
      ...(fromMs === undefined ? [] : [sql`stamp >= ${fromMs * 1000}::bigint`]),
      ...(untilMs === undefined ? [] : [sql`stamp <= ${untilMs * 1000 + 999}::bigint`]),
      ...(series === undefined ? [] : [sql`series = ${series}`]),
    ],
    sql` and `,
  );
  const after = cursor === undefined ? sql`true` : sql`(stamp, event) > (${cursor.stampUs}::bigint, ${cursor.id})`;
  const [{ rows }, total] = await Promise.all([
    sql<OaiRecord>`select ${columns} from ${recordsIn(repository)} records where ${conditions} and ${after}
      order by stamp, event limit ${sql.lit(AT_ONCE + 1)}`.execute(database),
    sql<{ total: number }>`select count(*) as total from ${recordsIn(repository)} records where ${conditions}`.execute(
      database,
    ),
  ]);
  return partOf(rows, total.rows[0]?.total ?? 0, cursor, ({ stampUs, event }) => ({ stampUs, id: event }));
}

function partOf<T>(
  rows: readonly T[],
  total: number,
  cursor: Cursor | undefined,
  placeOf: (last: T) => Omit<Cursor, 'given'>,
): Part<T> {
  const entries = rows.slice(0, AT_ONCE);
  const last = entries.at(-1);
  const given = (cursor?.given ?? 0) + entries.length;
  const isMore = rows.length > AT_ONCE && last !== undefined;
  return { entries, total, next: isMore ? { ...placeOf(last), given } : undefined };
}

/** The record of an event; undefined: the reader knows of none. */
export async function recordOf(
  database: Database,
  repository: Repository,
  event: string,
): Promise<OaiRecord | undefined> {
  const { rows } =
    await sql<OaiRecord>`select ${columns} from ${recordsIn(repository)} records where event = ${event}`.execute(
      database,
    );
  return rows[0];
}

/** Time of the first record, in microseconds; undefined: there is none. */
export async function firstStamp(database: Database, repository: Repository): Promise<number | undefined> {
  const { rows } = await sql<{ first: number | null }>`
    select min(stamp) as first from ${recordsIn(repository)} records`.execute(database);
  return rows[0]?.first ?? undefined;
}

/** A series as a set. */
export interface OaiSet {
  series: string;
  title: string | null;
}

/** A part of the series that a reader may read, and of which it may read a record. */
export async function listSets(
  database: Database,
  repository: Repository,
  cursor: Cursor | undefined,
): Promise<Part<OaiSet>> {
  const all = sql`(select distinct records.series from ${recordsIn(repository)} records where not "isDeleted" and records.series is not null)`;
  const after = cursor === undefined ? sql`true` : sql`sets.series > ${cursor.id}`;
  const [{ rows }, total] = await Promise.all([
    sql<OaiSet>`select sets.series, series.title from ${all} sets left join series on series.id = sets.series
      where ${after} order by sets.series limit ${sql.lit(AT_ONCE + 1)}`.execute(database),
    sql<{ total: number }>`select count(*) as total from ${all} sets`.execute(database),
  ]);
  return partOf(rows, total.rows[0]?.total ?? 0, cursor, ({ series }) => ({ stampUs: 0, id: series }));
}

/** Beginning of the names of all sets. */
const SERIES = 'series:';

/** Name of the set of a series: letters that the protocol does not allow there are written as `!` and two digits. */
export const setOfSeries = (series: string): string =>
  `${SERIES}${encodeURIComponent(series).replaceAll('!', '%21').replaceAll('%', '!')}`;

/** Series of the name of a set, with or without `series:`; undefined: all series. */
export function seriesOfSet(set: string): string | undefined {
  if (set === 'series' || set === 'episode') return undefined;
  const name = set.startsWith(SERIES) ? set.slice(SERIES.length) : set;
  try {
    return decodeURIComponent(name.replaceAll('!', '%'));
  } catch {
    return name;
  }
}

/** What records are about: their events with what is published, and their series. */
export async function contentsOf(
  database: Database,
  repository: Repository,
  records: readonly OaiRecord[],
): Promise<{ episodes: Map<string, FoundEpisode>; series: Map<string, SeriesRow> }> {
  const live = records.filter(({ isDeleted }) => !isDeleted);
  const ids = live.map(({ event }) => event);
  const [shown, own, series] = await Promise.all([
    episodesOf(database, ids),
    publishedHere(database, repository, ids),
    seriesByIds(database, new Set(live.flatMap((one) => one.series ?? []))),
  ]);
  return { episodes: new Map([...shown, ...own]), series };
}

/** Events that are published in the repository itself, with its files. */
async function publishedHere(
  database: Database,
  { name }: Repository,
  ids: readonly string[],
): Promise<Map<string, FoundEpisode>> {
  const publications = await publicationsOf(database, ids, `oaipmh-${name}`);
  if (publications.length === 0) return new Map();
  const here = publications.map(({ event }) => event);
  const besides = [sql<boolean>`events.id = any(${here}::text[])`];
  const [events, elements] = await Promise.all([
    listEvents(database, { filters: [], sorting: [], besides }),
    elementsOfPublications(
      database,
      publications.map(({ id }) => id),
    ),
  ]);
  const byEvent = new Map(publications.map((one) => [one.event, one]));
  const files = Map.groupBy(elements, ({ publication }) => publication);
  return new Map(
    events.flatMap((event) => {
      const publication = byEvent.get(event.id);
      if (!publication) return [];
      const all = (files.get(publication.id) ?? []).map((one) => addressed(one, publication));
      return [
        [event.id, { event, files: [...all, ...liveCatalogs(event, publication.channel)], publication }] as const,
      ];
    }),
  );
}
