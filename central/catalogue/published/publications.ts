import { sql, type Expression, type SqlBool } from 'kysely';
import type { Database } from '../../store/connect.ts';
import type { PublicationRow, PublishedElement } from '../../store/tables.ts';

/** What is published: queries that everybody shares. `central/publication` writes it. */

/** Channel of what viewers see, by Opencast's name. */
export const ENGAGE = 'engage-player';

/** Name of our one organization, as addresses have it. */
const ORGANIZATION = 'mh_default_org';

/** An element as it is published, with the publication that it is of. */
export interface PublishedFile extends PublishedElement {
  publication: string;
}

/** What is published of an event in a channel; undefined: nothing is. */
export const publicationOf = (
  database: Database,
  event: string,
  channel: string = ENGAGE,
): Promise<PublicationRow | undefined> =>
  database
    .selectFrom('publications')
    .selectAll()
    .where('event', '=', event)
    .where('channel', '=', channel)
    .where('ended_at', 'is', null)
    .executeTakeFirst();

/** What is published of some events, in all channels or in one. */
export async function publicationsOf(
  database: Database,
  events: readonly string[],
  channel?: string,
): Promise<PublicationRow[]> {
  if (events.length === 0) return [];
  return database
    .selectFrom('publications')
    .selectAll()
    .where('event', 'in', events)
    .where('ended_at', 'is', null)
    .$if(channel !== undefined, (of) => of.where('channel', '=', channel ?? ''))
    .orderBy('channel')
    .execute();
}

/** Elements of some publications, tracks first. */
export async function elementsOfPublications(
  database: Database,
  publications: readonly string[],
): Promise<PublishedFile[]> {
  if (publications.length === 0) return [];
  return database
    .selectFrom('publication_elements')
    .selectAll()
    .where('publication', 'in', publications)
    .orderBy('kind', 'desc')
    .orderBy('flavor')
    .orderBy('file_name')
    .orderBy('id')
    .execute();
}

/** A file that is published of an event now, in any channel, by the id of its element; undefined: there is none. */
export const publishedFile = (database: Database, event: string, id: string): Promise<PublishedFile | undefined> =>
  database
    .selectFrom('publication_elements as element')
    .innerJoin('publications as publication', 'publication.id', 'element.publication')
    .selectAll('element')
    .where('element.id', '=', id)
    .where('element.url', 'is', null)
    .where('publication.event', '=', event)
    .where('publication.ended_at', 'is', null)
    .executeTakeFirst();

/** Place of a published file in addresses. */
export interface StaticPlace {
  channel: string;
  event: string;
  element: string;
  file: string;
}

/**
 * The published file at a place; that of a former publication as long as it is there, for readers that have it open.
 * Undefined: there is none, or it was taken back.
 */
export const publishedAt = (
  database: Database,
  { channel, event, element, file }: StaticPlace,
): Promise<{ path: string; mime_type: string } | undefined> =>
  database
    .selectFrom('publication_elements as element')
    .innerJoin('publications as publication', 'publication.id', 'element.publication')
    .select(['element.path', 'element.mime_type'])
    .where('element.id', '=', element)
    .where('element.file_name', '=', file)
    .where('element.url', 'is', null)
    .where('publication.event', '=', event)
    .where('publication.channel', '=', channel)
    .where('publication.is_retracted', '=', false)
    .orderBy(sql`publication.ended_at desc nulls first`)
    .executeTakeFirst();

/** Path of the address of a published file, on this server (facts/opencast 3.21). */
export const staticPath = ({ channel, event, element, file }: StaticPlace): string =>
  `/static/${ORGANIZATION}/${[channel, event, element, file].map(encodeURIComponent).join('/')}`;

/** Element of a publication with its address: that of the server that streams it, or a path on this server. */
export const addressed = (element: PublishedFile, of: Pick<PublicationRow, 'channel' | 'event'>): PublishedFile => ({
  ...element,
  url: element.url ?? staticPath({ ...of, element: element.id, file: element.file_name }),
});

/** Address of something that is on this server if it begins with `/`. */
export const absoluteUrl = (base: string, url: string): string => (url.startsWith('/') ? `${base}${url}` : url);

/**
 * Condition that somebody wants an event to wait: a run of it stops for a person, was begun with a wish to cut or review it
 * before, or did not publish although its definition names that.
 */
const WAITS = sql<boolean>`exists (select 1 from workflows w where w.event = events.id and (
  w.state = 'paused'
  or 'false' in (w.configuration->>'straightToPublishing', w.variables->>'straightToPublishing',
    w.configuration->>'publishToEngage', w.variables->>'publishToEngage')
  or 'true' in (w.configuration->>'flagForCutting', w.variables->>'flagForCutting',
    w.configuration->>'flagForReview', w.variables->>'flagForReview')
  or exists (select 1 from workflow_operations o where o.workflow = w.id and (
    o.operation = 'publish-engage' and o.state = 'skipped'
    or o.operation = 'editor' and o.configuration->>'interactive' = 'true'))))`;

/**
 * Condition that an event shows the files of its newest version as they came: nothing of it was published yet, and nobody
 * wants it to wait. One that was taken back shows nothing.
 */
export const SHOWS_VERSION: Expression<SqlBool> = sql<boolean>`(
  not exists (select 1 from publications p where p.event = events.id and p.channel = ${sql.lit(ENGAGE)}) and not ${WAITS})`;

/** Condition that viewers are shown something of an event: what is published, or what came. */
export const IS_SHOWN: Expression<SqlBool> = sql<boolean>`(exists (select 1 from publications p
  where p.event = events.id and p.channel = ${sql.lit(ENGAGE)} and p.ended_at is null) or
  (exists (select 1 from event_versions v where v.event = events.id) and ${SHOWS_VERSION}))`;

/** Condition that an event is published for viewers. */
export const IS_PUBLISHED: Expression<SqlBool> = sql<boolean>`exists (select 1 from publications p
  where p.event = events.id and p.channel = ${sql.lit(ENGAGE)} and p.ended_at is null)`;

/** Whether an event shows the files of its newest version as they came. */
export async function showsVersion(database: Database, event: string): Promise<boolean> {
  const { rows } = await sql<{
    shows: boolean;
  }>`select ${SHOWS_VERSION} as shows from events where events.id = ${event}`.execute(database);
  return rows[0]?.shows ?? false;
}

/** Id of the description of an event as a published catalog, and of its series: they are written for each answer. */
export const LIVE_CATALOGS = { episode: 'dublincore-episode', series: 'dublincore-series' } as const;

/** Descriptions of an event and its series as elements of a publication. */
export const liveCatalogs = (
  event: { id: string; series: string | null },
  channel: string = ENGAGE,
): PublishedElement[] =>
  (event.series === null ? (['episode'] as const) : (['episode', 'series'] as const)).map((kind) => ({
    id: LIVE_CATALOGS[kind],
    kind: 'catalog',
    flavor: `dublincore/${kind}`,
    tags: [],
    file_name: 'dublincore.xml',
    path: '',
    mime_type: 'text/xml',
    size_bytes: 0,
    md5: '',
    start_ms: null,
    duration_ms: null,
    streams: null,
    problem: null,
    url: staticPath({ channel, event: event.id, element: LIVE_CATALOGS[kind], file: 'dublincore.xml' }),
    transport: null,
  }));
