import { catalogOf } from '@amphi/lib/opencast/dublin-core.ts';
import { wordsOf } from '../../catalogue/event-rows.ts';
import { addressOf, isPlayed, streamOf } from '../../catalogue/files.ts';
import type { ShownFile } from '../../catalogue/media-package.ts';
import type { FoundEpisode } from '../../catalogue/search/found-episodes.ts';
import type { SeriesRow } from '../../store/tables.ts';

/** Feeds of lectures: what RSS, Atom and podcasts have in common. */

/** A feed. Addresses are absolute; times are milliseconds. */
export interface Feed {
  title: string;
  description: string;
  language: string | undefined;
  author: string | undefined;
  /** Address of the feed itself. */
  self: string;
  /** Address of a page for people. */
  link: string;
  image: string | undefined;
  /** Time of the newest change; undefined: it has no entries. */
  changedMs: number | undefined;
  entries: readonly FeedEntry[];
}

/** A lecture of a feed. */
export interface FeedEntry {
  id: string;
  title: string;
  description: string;
  link: string;
  creators: readonly string[];
  subjects: readonly string[];
  license: string | undefined;
  atMs: number;
  changedMs: number;
  durationMs: number | null;
  image: string | undefined;
  /** Films or sound that can be loaded, the one for most players first. */
  enclosures: readonly Enclosure[];
}

export interface Enclosure {
  url: string;
  mimeType: string;
  sizeBytes: number;
  durationMs: number | null;
}

/** What a feed is made for. */
export interface FeedOf {
  series: SeriesRow | undefined;
  /** URL of this server, and path of the feed below it. */
  base: string;
  path: string;
  /** Whether sound alone comes first, as podcasts want it. */
  isPodcast: boolean;
  /** Addition to addresses of files by which they are read for the same person; '' for none. */
  asWhom: string;
}

/** Makes a feed of the newest lectures. */
export function feedOf(episodes: readonly FoundEpisode[], of: FeedOf): Feed {
  const { series, base, path } = of;
  const words = series && catalogOf(series.terms);
  const entries = episodes.map((one) => entryOf(one, of));
  const changes = [...entries.map(({ changedMs }) => changedMs), ...(series ? [series.modified_at.getTime()] : [])];
  return {
    title: series?.title ?? 'Amphi',
    description: words?.description ?? series?.title ?? 'Amphi',
    language: words?.language,
    author: words?.creators[0],
    self: `${base}${path}`,
    link: base,
    image: entries.find(({ image }) => image !== undefined)?.image,
    changedMs: changes.length > 0 ? Math.max(...changes) : undefined,
    entries,
  };
}

function entryOf({ event, files, publication }: FoundEpisode, of: FeedOf): FeedEntry {
  const { description, creators, subjects, license, temporal, createdMs } = wordsOf(event);
  const publishedMs = publication?.made_at.getTime() ?? 0;
  return {
    id: event.id,
    title: event.title,
    description: description ?? '',
    link: `${of.base}/play/${encodeURIComponent(event.id)}${of.asWhom}`,
    creators,
    subjects,
    license,
    atMs: event.starts_at?.getTime() ?? temporal?.startsAtMs ?? createdMs ?? event.created_at.getTime(),
    changedMs: Math.max(event.modified_at.getTime(), publishedMs),
    durationMs: event.durationMs,
    image: imageIn(files, of),
    enclosures: enclosuresIn(files, of),
  };
}

/** Pictures of a lecture, the best for a feed first. */
const IMAGES = ['/feed+preview', '/player+preview', '/search+preview'] as const;

function imageIn(files: readonly ShownFile[], { base, asWhom }: FeedOf): string | undefined {
  for (const end of IMAGES) {
    const found = files.find(({ kind, flavor }) => kind === 'attachment' && flavor.endsWith(end));
    if (found) return `${addressOf(base, found)}${asWhom}`;
  }
  return undefined;
}

/** Lines of the picture that most devices can load and play; larger ones come after smaller ones. */
const USUAL_LINES = 576;

function enclosuresIn(files: readonly ShownFile[], { base, isPodcast, asWhom }: FeedOf): Enclosure[] {
  return files
    .filter((file) => isPlayed(file) && /^(video|audio)\//.test(file.mime_type) && !file.transport)
    .toSorted((one, other) => rankOf(other, isPodcast) - rankOf(one, isPodcast))
    .map((file) => ({
      url: `${addressOf(base, file)}${asWhom}`,
      mimeType: file.mime_type,
      sizeBytes: file.size_bytes,
      durationMs: file.duration_ms,
    }));
}

/** Rank of a track: those tagged for feeds, then the camera, then the size of the picture that fits best. */
function rankOf(file: ShownFile, isPodcast: boolean): number {
  const { tags, flavor } = file;
  const lines = streamOf(file, 'video')?.heightPx;
  const isTagged = tags.includes('rss') || tags.includes('atom');
  const fit = lines === undefined ? 0 : lines <= USUAL_LINES ? lines : USUAL_LINES / lines;
  return (
    (isPodcast && lines === undefined ? 100_000 : 0) +
    (isTagged ? 20_000 : 0) +
    (flavor.startsWith('presenter/') ? 10_000 : 0) +
    fit
  );
}
