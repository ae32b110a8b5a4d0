import type { Insertable } from 'kysely';
import { lockEvent } from '../catalogue/events.ts';
import { elementsOfPublications, ENGAGE, publicationOf } from '../catalogue/published/publications.ts';
import type { Database } from '../store/connect.ts';
import type { MediaStore } from '../store/media-store.ts';
import { json, type ElementRow, type PublicationRow, type PublishedElement, type Tables } from '../store/tables.ts';
import type { NewPublication, OperationContext, Publisher, ReadyPublication } from '../workflows/run/operation.ts';
import { linkFiles, removeFolder, removePaths, type Uses } from './published-files.ts';
import { keepTexts, moveTexts, textsOf, type PublishedText } from './published-texts.ts';
import { hasStreams, keepStreams, moveStreams, removeStreams } from './stream-rows.ts';
import type { StreamFolder, Streams } from './streams.ts';

/** What publications are made with. */
export interface PublisherNeeds {
  database: Database;
  store: MediaStore;
  /** Folder of a streaming server; undefined: there is none, and what is to be streamed can be loaded. */
  streams?: StreamFolder | undefined;
}

type Told = Pick<OperationContext, 'signal' | 'log' | 'progress' | 'pathOf'>;

/** Opens what publishes events and takes publications back. */
export const openPublisher = (needs: PublisherNeeds): Publisher => ({
  prepare: (of, told) => prepare(needs, of, told),
  retract: (of, told) => retract(needs, of, told),
  async published({ event, channel }) {
    const publication = await publicationOf(needs.database, event, channel);
    if (!publication) return undefined;
    return (await elementsOfPublications(needs.database, [publication.id])).filter(({ url }) => url === null);
  },
});

async function prepare(needs: PublisherNeeds, of: NewPublication, told: Told): Promise<ReadyPublication> {
  const id = crypto.randomUUID();
  const { loaded, streamed } = sharesOf(needs, of, told);
  try {
    const { elements, uses } = await linkFiles(needs.store, { id, event: of.event }, loaded, told);
    const texts = await textsOf(elements, (path) => needs.store.at(path), told);
    const streams = await streamsOf(needs, of, streamed, told);
    const url = of.url ?? usualUrl(of);
    const prepared = {
      ...of,
      id,
      url,
      elements: [...elements.map(asLoaded), ...streams.elements],
      uses,
      texts,
      streams,
    };
    return { id, url, settle: (within) => settle(within, prepared) };
  } catch (error) {
    await removeFolder(needs.store, { id, event: of.event });
    throw error;
  }
}

const asLoaded = (element: ElementRow): PublishedElement => ({ ...element, url: null, transport: null });

/** Which elements are loaded and which are streamed. What cannot be streamed can be loaded: otherwise nobody could see it. */
function sharesOf({ streams: folder }: PublisherNeeds, { downloads, streams }: NewPublication, { log }: Told) {
  const isStreamed = (element: ElementRow): boolean => folder?.takes(element) ?? false;
  const others = streams.filter((element) => !isStreamed(element));
  if (folder)
    for (const { file_name } of others)
      log(`${file_name} is no MP4 with a picture: it can be loaded, and is not streamed`);
  const loaded = [...new Map([...others, ...downloads].map((one) => [one.id, one])).values()];
  return { loaded, streamed: streams.filter(isStreamed) };
}

async function streamsOf(
  { database, streams: folder }: PublisherNeeds,
  of: NewPublication,
  streamed: readonly ElementRow[],
  told: Told,
): Promise<Streams> {
  if (!folder || streamed.length === 0) return { elements: [], files: [] };
  // The lists have the same names in each publication: those of a later run stay.
  const before = await publicationOf(database, of.event, of.channel);
  if (before && (before.workflow ?? 0) > of.workflow) return { elements: [], files: [] };
  return folder.write(of, streamed, { ...told, isFirst: !(await hasStreams(database)) });
}

/** Address where a channel is seen, if its operation names none. */
const usualUrl = ({ event, channel }: NewPublication): string =>
  channel === ENGAGE ? `/play/${encodeURIComponent(event)}` : `/editor?event=${encodeURIComponent(event)}`;

interface Ready extends Omit<NewPublication, 'streams' | 'downloads'> {
  id: string;
  url: string;
  elements: readonly PublishedElement[];
  /** What is kept for elements that are lists, by their ids. */
  uses: Uses;
  texts: readonly PublishedText[];
  streams: Streams;
}

/** Makes a publication what is published, in one step for whoever reads: the one before ends, and what it keeps moves over. */
async function settle(within: Database, of: Ready): Promise<void> {
  const { id, event, channel, version, workflow, url, elements } = of;
  // The row of the event is locked, so that two runs that publish at once do so one after the other.
  if (!(await lockEvent(within, event))) return;
  const before = await publicationOf(within, event, channel);
  if (before && (before.workflow ?? 0) > workflow) return;
  if (before)
    await within.updateTable('publications').set({ ended_at: new Date() }).where('id', '=', before.id).execute();
  await within
    .insertInto('publications')
    .values({ id, event, channel, version, workflow, url, ...(of.mimeType ? { mime_type: of.mimeType } : {}) })
    .execute();
  const rows = elements.map((element) => ({ ...rowOf(id, element), ...of.uses.get(element.id) }));
  if (rows.length > 0) await within.insertInto('publication_elements').values(rows).execute();
  await keepTexts(within, id, of.texts);
  await keepStreams(within, id, of.streams.files);
  if (before && of.keeps) await keepOf(within, before, of, of.keeps);
}

const rowOf = (publication: string, element: PublishedElement): Insertable<Tables['publication_elements']> => ({
  ...element,
  publication,
  streams: element.streams === null ? null : json(element.streams),
});

async function keepOf(
  within: Database,
  before: PublicationRow,
  { id, elements }: Ready,
  keeps: NonNullable<NewPublication['keeps']>,
): Promise<void> {
  const replaced = new Set(elements.map((element) => element.id));
  const kept = (await elementsOfPublications(within, [before.id])).filter(
    (element) => !replaced.has(element.id) && keeps(element),
  );
  if (kept.length === 0) return;
  const ids = kept.map((element) => element.id);
  await within
    .updateTable('publication_elements')
    .set({ publication: id })
    .where('publication', '=', before.id)
    .where('id', 'in', ids)
    .execute();
  await moveTexts(within, { from: before.id, to: id, elements: ids });
  if (kept.some(({ url }) => url !== null)) await moveStreams(within, { from: before.id, to: id });
}

async function retract(
  needs: PublisherNeeds,
  of: { event: string; channel: string },
  { log }: Pick<OperationContext, 'log'>,
): Promise<boolean> {
  const { paths, was } = await needs.database.transaction().execute(async (within) => {
    await lockEvent(within, of.event);
    return endAll(within, of);
  });
  await removePaths(needs.store, paths);
  await removeStreams(needs, of, log);
  return was;
}

/** Ends all publications of a channel, and removes what they name. One row stays, as the note that it was taken back. */
async function endAll(
  within: Database,
  { event, channel }: { event: string; channel: string },
): Promise<{ paths: string[]; was: boolean }> {
  const rows = await within
    .selectFrom('publications')
    .select(['id', 'ended_at'])
    .where('event', '=', event)
    .where('channel', '=', channel)
    .where('is_retracted', '=', false)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return { paths: [], was: false };
  const elements = await within
    .deleteFrom('publication_elements')
    .where('publication', 'in', ids)
    .returning(['path', 'url'])
    .execute();
  await within.deleteFrom('publication_texts').where('publication', 'in', ids).execute();
  await within
    .updateTable('publications')
    .set((of) => ({ ended_at: of.fn.coalesce('ended_at', of.val(new Date())), is_retracted: true }))
    .where('id', 'in', ids)
    .execute();
  const paths = elements.filter(({ url }) => url === null).map(({ path }) => path);
  return { paths: [...new Set(paths)], was: rows.some(({ ended_at }) => ended_at === null) };
}
