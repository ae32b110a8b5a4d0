import { sql } from 'kysely';
import type { Database } from '../../store/connect.ts';
import type { PublicationRow } from '../../store/tables.ts';
import type { Condition, Listing } from '../filters.ts';
import { filesOfVersions } from '../files.ts';
import type { ShownFile } from '../media-package.ts';
import {
  addressed,
  elementsOfPublications,
  ENGAGE,
  IS_PUBLISHED,
  IS_SHOWN,
  liveCatalogs,
  publicationsOf,
  type PublishedFile,
} from '../published/publications.ts';
import { anywhere, countEvents, listEvents, SAID, type ListedEvent } from '../list-events.ts';
import { askedIn } from './lucene.ts';
import { conditionOf } from './lucene-condition.ts';
import { NEWEST_VERSION_SQL } from '../status.ts';
import { slideTexts, type FoundText } from './found-texts.ts';
import { searchOrder } from './orders.ts';
import { hasSought, soughtBy, type Sought } from './words.ts';

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
  /** Whether the texts of slides are read too: a lecture has up to a thousand. */
  withSlides?: boolean;
}

/** An event that is shown, and its files: those that are published, or those of its newest version as they came. */
export interface FoundEpisode {
  event: ListedEvent;
  files: readonly ShownFile[];
  /** What is published; undefined: it shows what came. */
  publication?: PublicationRow | undefined;
  /** Slides with their texts and times; undefined: there are none, or they were not asked for. */
  slides?: readonly FoundText[] | undefined;
}

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
  const { text } = search;
  const sought = text === undefined ? undefined : await soughtBy(database, text);
  const byWords = await pageOf(database, search, sought ? hasSought(sought) : []);
  // Words that are found nowhere may be parts of words, or of ids.
  const isNowhere = byWords.total === 0 && text !== undefined;
  const { total, events } = isNowhere ? await pageOf(database, search, [anywhere(text)]) : byWords;
  const episodes = await withFiles(database, events);
  return { total, episodes: search.withSlides ? await withSlides(database, episodes, sought) : episodes };
}

async function pageOf(
  database: Database,
  search: EpisodeSearch,
  words: readonly Condition[],
): Promise<{ total: number; events: ListedEvent[] }> {
  const listing: Listing = {
    filters: [],
    sorting: [],
    first: [searchOrder(search.sort, ORDERED)],
    besides: [...conditionsOf(search), ...words],
    allowed: search.roles ? { roles: search.roles, action: 'read' } : undefined,
    limit: search.limit,
    offset: search.offset,
  };
  const [total, events] = await Promise.all([countEvents(database, listing), listEvents(database, listing)]);
  return { total, events };
}

/** Recorded events of some ids, by their id; ids without a recorded event are left out. */
export async function episodesOf(database: Database, ids: readonly string[]): Promise<Map<string, FoundEpisode>> {
  if (ids.length === 0) return new Map();
  const besides = [IS_SHOWN, sql<boolean>`events.id = any(${[...ids]}::text[])`];
  const episodes = await withFiles(database, await listEvents(database, { filters: [], sorting: [], besides }));
  return new Map(episodes.map((one) => [one.event.id, one]));
}

/** Episodes with their slides. */
async function withSlides(
  database: Database,
  episodes: readonly FoundEpisode[],
  sought: Sought | undefined,
): Promise<FoundEpisode[]> {
  const publications = episodes.flatMap(({ publication }) => publication?.id ?? []);
  const slides = Map.groupBy(await slideTexts(database, publications, sought), (one) => one.publication);
  return episodes.map((one) => ({ ...one, slides: slides.get(one.publication?.id ?? '') }));
}

async function withFiles(database: Database, events: readonly ListedEvent[]): Promise<FoundEpisode[]> {
  const publications = new Map(
    (
      await publicationsOf(
        database,
        events.map(({ id }) => id),
        ENGAGE,
      )
    ).map((one) => [one.event, one]),
  );
  const ids = [...publications.values()].map(({ id }) => id);
  const raw = events.filter(({ id }) => !publications.has(id));
  const versions = raw.map(({ id, newestVersion }) => ({ event: id, version: newestVersion ?? 0 }));
  const [published, came] = await Promise.all([
    elementsOfPublications(database, ids),
    filesOfVersions(database, versions),
  ]);
  const [elements, files] = [Map.groupBy(published, (one) => one.publication), Map.groupBy(came, (one) => one.event)];
  return events.map((event) => {
    const publication = publications.get(event.id);
    if (!publication) return { event, files: files.get(event.id) ?? [] };
    return asPublished(event, publication, elements.get(publication.id) ?? []);
  });
}

/** An event with what is published of it; its length is that of what is published. */
function asPublished(
  event: ListedEvent,
  publication: PublicationRow,
  elements: readonly PublishedFile[],
): FoundEpisode {
  const longest = Math.max(0, ...elements.map(({ duration_ms: ms }) => ms ?? 0));
  return {
    event: { ...event, durationMs: longest || event.durationMs },
    files: [...elements.map((element) => addressed(element, publication)), ...liveCatalogs(event)],
    publication,
  };
}

function conditionsOf({ id, question, series, tags = [], flavors = [] }: EpisodeSearch): Condition[] {
  const file = (condition: (of: string) => Condition): Condition =>
    sql<boolean>`(exists (select 1 from publications join publication_elements on publication = publications.id
        where publications.event = events.id and channel = ${ENGAGE} and ended_at is null and ${condition('publication_elements')})
      or not ${IS_PUBLISHED} and exists (select 1 from files
        where files.event = events.id and files.version = ${NEWEST_VERSION_SQL} and ${condition('files')}))`;
  return [
    IS_SHOWN,
    ...(id === undefined ? [] : [sql<boolean>`events.id = ${id}`]),
    ...(series === undefined ? [] : [sql<boolean>`events.series = any(${[...series]}::text[])`]),
    ...(question === undefined ? [] : [conditionOf(askedIn(question), { ...ORDERED, text: SAID })]),
    ...(tags.length === 0 ? [] : [file((of) => sql<boolean>`${sql.ref(`${of}.tags`)} && ${[...tags]}::text[]`)]),
    ...(flavors.length === 0
      ? []
      : [file((of) => sql<boolean>`${sql.ref(`${of}.flavor`)} = any(${[...flavors]}::text[])`)]),
  ];
}
