import { DCTERMS_NAMESPACE, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { episodeTerms } from '../../../catalogue/dublin-core.ts';
import { wordsOf } from '../../../catalogue/event-rows.ts';
import { addressOf, isCaptions, isPlayed, streamOf, textLanguageOf } from '../../../catalogue/files.ts';
import type { ListedSeries } from '../../../catalogue/list-series.ts';
import type { FoundEpisode } from '../../../catalogue/search/found-episodes.ts';
import type { ShownFile } from '../../../catalogue/media-package.ts';
import type { AclEntry } from '../../../store/tables.ts';

/** Event as Tobira reads it. Times and lengths are milliseconds; `base` is the URL of this server. */
export function tobiraEvent({ event, files }: FoundEpisode, updatedMs: number, base: string): object {
  const { creators, description, temporal, createdMs } = wordsOf(event);
  const startsAtMs = event.starts_at?.getTime() ?? temporal?.startsAtMs ?? null;
  return {
    kind: 'event',
    id: event.id,
    title: event.title,
    partOf: event.series,
    description: description ?? null,
    created: startsAtMs ?? createdMs ?? event.created_at.getTime(),
    startTime: startsAtMs,
    endTime: event.ends_at?.getTime() ?? temporal?.endsAtMs ?? null,
    creators: [...new Set(creators)],
    duration: event.durationMs ?? 0,
    thumbnail: imageOf(files, base),
    timelinePreview: null,
    tracks: files.filter(isPlayed).map((file) => trackOf(file, base)),
    captions: files.filter(isCaptions).map((file) => ({
      uri: addressOf(base, file),
      lang: textLanguageOf(file),
    })),
    segments: [],
    slideText: null,
    acl: aclOf(event.accessList),
    isLive: false,
    metadata: metadataOf(episodeTerms(event)),
    updated: updatedMs,
  };
}

/** Series as Tobira reads it. */
export const tobiraSeries = (series: ListedSeries, updatedMs: number): object => ({
  kind: 'series',
  id: series.id,
  title: series.title,
  description: wordsOf(series).description ?? null,
  acl: aclOf(series.acl),
  metadata: metadataOf(series.terms),
  created: series.created_at.getTime(),
  updated: updatedMs,
});

function trackOf(file: ShownFile, base: string): object {
  const { mime_type, flavor } = file;
  const picture = streamOf(file, 'video');
  const isSized = picture?.widthPx !== undefined && picture.heightPx !== undefined;
  return {
    uri: addressOf(base, file),
    mimetype: mime_type,
    flavor,
    resolution: isSized ? [picture.widthPx, picture.heightPx] : null,
    isMaster: null,
  };
}

function imageOf(files: readonly ShownFile[], base: string): string | null {
  const image = files.find(({ kind, flavor }) => kind === 'attachment' && flavor.endsWith('/player+preview'));
  return image ? addressOf(base, image) : null;
}

const aclOf = (acl: readonly AclEntry[]): object => {
  const roles = (action: string): string[] =>
    acl.filter((entry) => entry.allow && entry.action === action).map(({ role }) => role);
  return { read: roles('read'), write: roles('write') };
};

/** Names of terms that have fields of their own. */
const TOLD = new Set('created creator title extent isPartOf description identifier'.split(' '));

/** Other terms, by namespace and name. These are foreign text, so the objects are made from pairs. */
function metadataOf(terms: readonly Term[]): object {
  const others = terms.filter(({ namespace, name }) => namespace !== DCTERMS_NAMESPACE || !TOLD.has(name));
  const byNamespace = Map.groupBy(others, ({ namespace }) => (namespace === DCTERMS_NAMESPACE ? 'dcterms' : namespace));
  return Object.fromEntries(
    [...byNamespace].map(([namespace, own]) => [
      namespace,
      Object.fromEntries(
        [...Map.groupBy(own, ({ name }) => name)].map(([name, all]) => [name, all.map(({ value }) => value)]),
      ),
    ]),
  );
}
