import {
  absoluteUrl,
  addressed,
  elementsOfPublications,
  liveCatalogs,
  publicationsOf,
} from '../../catalogue/published/publications.ts';
import { findEvent, type ListedEvent, type Published } from '../../catalogue/list-events.ts';
import { addressOf } from '../../catalogue/files.ts';
import type { Database } from '../../store/connect.ts';
import type { PublicationRow, PublishedElement } from '../../store/tables.ts';
import type { RouteModule } from '../services.ts';
import { EVENT_READERS } from './base.ts';
import { isTrue, type Query } from './paging.ts';
import { notFound } from './replies.ts';

type ById = { Params: { id: string; publication: string }; Querystring: Query };

/** Serves `/api/events/{id}/publications`: where an event can be watched, and with which files (facts/opencast 3.1). */
export const publicationsApi: RouteModule = (app, services) => {
  const { database, urlFor } = services;
  app.get<ById>('/api/events/:id/publications', EVENT_READERS, async (request, reply) => {
    const { id } = request.params;
    if (!(await findEvent(database, id))) return notFound(reply, `Cannot find an event with id '${id}'.`);
    return publicationsJson(database, await publicationsOf(database, [id]), urlFor(request));
  });
  // Opencast's older guide has the singular in this path.
  for (const name of ['publications', 'publication'])
    app.get<ById>(`/api/events/:id/${name}/:publication`, EVENT_READERS, async (request, reply) => {
      const { id, publication } = request.params;
      const found = (await publicationsOf(database, [id])).filter((one) => one.id === publication);
      const [json] = await publicationsJson(database, found, urlFor(request));
      if (json) return json;
      return notFound(reply, `Cannot find event publication with id '${publication}' in event with id '${id}'.`);
    });
};

/** Publications with their elements, as the External API names them. */
export async function publicationsJson(
  database: Database,
  publications: readonly PublicationRow[],
  base: string,
): Promise<object[]> {
  const ids = publications.map(({ id }) => id);
  const elements = Map.groupBy(await elementsOfPublications(database, ids), ({ publication }) => publication);
  return publications.map((publication) => {
    const own = (elements.get(publication.id) ?? []).map((one) => addressed(one, publication));
    const live = liveCatalogs({ id: publication.event, series: null }, publication.channel);
    return publicationJson(publication, [...own, ...live], base);
  });
}

/** The part of a publication that lists of events have. */
export const publicationHead = ({ id, channel, url, mime_type }: Published, base: string): object => ({
  id,
  channel,
  mediatype: mime_type,
  url: absoluteUrl(base, url),
});

/** Publications of events of a list, by the ids of the events. */
export async function publicationsOfEvents(
  database: Database,
  events: readonly ListedEvent[],
  base: string,
): Promise<Map<string, object[]>> {
  const rows = await publicationsOf(
    database,
    events.map(({ id }) => id),
  );
  const json = await publicationsJson(database, rows, base);
  return Map.groupBy(json, (_, n) => rows[n]?.event ?? '');
}

/** Whether a list of events asks for publications. */
export const asksPublications = (query: Query): boolean => isTrue(query, 'withpublications');

const publicationJson = (publication: PublicationRow, elements: readonly PublishedElement[], base: string): object => {
  const of = (kind: PublishedElement['kind']): PublishedElement[] => elements.filter((one) => one.kind === kind);
  return {
    ...publicationHead(publication, base),
    media: of('track').map((one) => ({ ...elementJson(one, base), ...trackFacts(one) })),
    attachments: of('attachment').map((one) => elementJson(one, base)),
    metadata: of('catalog').map((one) => elementJson(one, base)),
  };
};

const elementJson = (element: PublishedElement, base: string): object => ({
  id: element.id,
  mediatype: element.mime_type,
  url: addressOf(base, element),
  flavor: element.flavor,
  size: element.size_bytes,
  checksum: element.md5,
  tags: element.tags,
});

function trackFacts({ streams, duration_ms, transport }: PublishedElement): object {
  const [video, audio] = [streams?.find(({ kind }) => kind === 'video'), streams?.find(({ kind }) => kind === 'audio')];
  return {
    has_audio: audio !== undefined,
    has_video: video !== undefined,
    is_master_playlist: transport !== null,
    is_live: false,
    duration: duration_ms ?? 0,
    description: '',
    ...(video ? { width: video.widthPx, height: video.heightPx, framerate: video.framesPerSecond } : {}),
  };
}
