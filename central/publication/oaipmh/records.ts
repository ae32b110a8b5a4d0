import { sql } from 'kysely';
import { listEvents } from '../../catalogue/list-events.ts';
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

/** All records of a repository that a reader may know of. */
function recordsIn(repository: Repository) {
  const { roles } = repository;
  const list = sql`case when jsonb_array_length(events.acl) > 0 then events.acl else coalesce(series.acl, '[]') end`;
  const readable =
    roles === undefined
      ? sql`true`
      : sql`exists (select 1 from jsonb_array_elements(${list}) as ace where ace->>'action' = 'read'
          and ace->>'allow' is distinct from 'false' and ace->>'role' = any(${[...roles]}::text[]))`;
  return sql`(select known.event, events.series, not known.is_now or events.id is null as "isDeleted",
      ${us(sql`case when known.is_now and events.id is not null then greatest(events.modified_at, series.modified_at, known.made) else known.gone end`)} as stamp
    from (select event, bool_or(ended_at is null) as is_now, max(made_at) filter (where ended_at is null) as made,
        max(ended_at) filter (where is_retracted) as gone
      from publications where channel = any(${channelsOf(repository)}::text[]) group by event) known
    left join events on events.id = known.event left join series on series.id = events.series
    where case when known.is_now and events.id is not null then ${readable} else known.gone is not null end)`;
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

/** A part of the series of which a reader may know a record. */
export async function listSets(
  database: Database,
  repository: Repository,
  cursor: Cursor | undefined,
): Promise<Part<OaiSet>> {
  const all = sql`(select distinct records.series from ${recordsIn(repository)} records where records.series is not null)`;
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
