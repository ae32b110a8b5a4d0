import type { Insertable } from 'kysely';
import { lockEvent } from '../catalogue/events.ts';
import { elementsOfPublications, ENGAGE, publicationOf } from '../catalogue/publications.ts';
import type { Database } from '../store/connect.ts';
import type { MediaStore } from '../store/media-store.ts';
import { json, type PublicationRow, type Tables } from '../store/tables.ts';
import type { NewPublication, OperationContext, Publisher, ReadyPublication } from '../workflows/run/operation.ts';
import { linkFiles, removeFolder, removePaths } from './published-files.ts';

/** What publications are made with. */
export interface PublisherNeeds {
  database: Database;
  store: MediaStore;
}

type Told = Pick<OperationContext, 'signal' | 'log' | 'progress' | 'pathOf'>;
type NewElement = Insertable<Tables['publication_elements']>;

/** Opens what publishes events and takes publications back. */
export const openPublisher = (needs: PublisherNeeds): Publisher => ({
  prepare: (of, told) => prepare(needs, of, told),
  retract: (of) => retract(needs, of),
  async published({ event, channel }) {
    const publication = await publicationOf(needs.database, event, channel);
    if (!publication) return undefined;
    return (await elementsOfPublications(needs.database, [publication.id])).filter(({ url }) => url === null);
  },
});

async function prepare(needs: PublisherNeeds, of: NewPublication, told: Told): Promise<ReadyPublication> {
  const id = crypto.randomUUID();
  try {
    const loaded = [...new Map([...of.downloads, ...of.streams].map((one) => [one.id, one])).values()];
    const elements = (await linkFiles(needs.store, { id, event: of.event }, loaded, told)).map(
      (element): NewElement => ({
        ...element,
        publication: id,
        streams: element.streams === null ? null : json(element.streams),
      }),
    );
    const url = of.url ?? usualUrl(of);
    return { id, url, settle: (within) => settle(within, { ...of, id, url, elements }) };
  } catch (error) {
    await removeFolder(needs.store, { id, event: of.event });
    throw error;
  }
}

/** Address where a channel is seen, if its operation names none. */
const usualUrl = ({ event, channel }: NewPublication): string =>
  channel === ENGAGE ? `/play/${encodeURIComponent(event)}` : `/editor?event=${encodeURIComponent(event)}`;

interface Prepared extends NewPublication {
  id: string;
  url: string;
  elements: readonly NewElement[];
}

/** Makes a publication what is published, in one step for whoever reads: the one before ends, and what it keeps moves over. */
async function settle(within: Database, of: Prepared): Promise<void> {
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
  if (elements.length > 0)
    await within
      .insertInto('publication_elements')
      .values([...elements])
      .execute();
  if (before && of.keeps) await keepOf(within, before, of, of.keeps);
}

async function keepOf(
  within: Database,
  before: PublicationRow,
  { id, elements }: Prepared,
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
}

async function retract({ database, store }: PublisherNeeds, of: { event: string; channel: string }): Promise<boolean> {
  const { paths, was } = await database.transaction().execute(async (within) => {
    await lockEvent(within, of.event);
    return endAll(within, of);
  });
  await removePaths(store, paths);
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
