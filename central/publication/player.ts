import { sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import { wordsOf } from '../catalogue/event-rows.ts';
import { addressOf } from '../catalogue/files.ts';
import type { ShownFile } from '../catalogue/media-package.ts';
import type { FoundEpisode } from '../catalogue/search/found-episodes.ts';

/** What a player needs of a lecture: all that is published of it, sorted by what it is for. */

/** A lecture for a player. Addresses are absolute. */
export interface PlayerLecture {
  id: string;
  title: string;
  series: { id: string; title: string | null } | null;
  creators: string[];
  description: string;
  language: string | null;
  license: string | null;
  startsAt: string | null;
  durationMs: number | null;
  /** Pictures that are seen side by side, such as `presenter` and `presentation`, each in all its qualities. */
  pictures: PlayerPicture[];
  /** Sound alone. */
  sounds: PlayerFile[];
  /** Picture for lists, and before it plays. */
  cover: string | null;
  /** Sprite of small pictures along the time. */
  timeline: string | null;
  captions: { url: string; language: string | null; mimeType: string }[];
  slides: { startMs: number; durationMs: number; text: string; picture: string | null }[];
  /** Everything that can be loaded, also documents such as the slides. */
  downloads: PlayerFile[];
}

export interface PlayerPicture {
  name: string;
  /** Addresses of streaming servers, by protocol. */
  streams: { url: string; mimeType: string; transport: string }[];
  /** Files, the largest picture first. */
  files: PlayerFile[];
}

export interface PlayerFile {
  url: string;
  fileName: string;
  flavor: string;
  mimeType: string;
  sizeBytes: number;
  durationMs: number | null;
  widthPx: number | null;
  heightPx: number | null;
}

/** Makes what a player needs. `asWhom` is added to addresses of our files, so that a player may load them. */
export function playerLecture(episode: FoundEpisode, base: string, asWhom: string): PlayerLecture {
  const { event, files } = episode;
  const { creators, description, language, license } = wordsOf(event);
  const addressed = (file: ShownFile): string => {
    const url = addressOf(base, file);
    return file.transport ? url : `${url}${asWhom}`;
  };
  const fileOf = (file: ShownFile): PlayerFile => playerFile(file, addressed(file));
  const tracks = files.filter(({ kind, flavor }) => kind === 'track' && !flavor.startsWith('captions/'));
  const films = tracks.filter((file) => file.transport || linesOf(file) !== undefined);
  const imageAt = (ends: readonly string[]): string | null => {
    for (const end of ends) {
      const found = files.find(({ kind, flavor }) => kind === 'attachment' && flavor.endsWith(end));
      if (found) return addressed(found);
    }
    return null;
  };
  return {
    id: event.id,
    title: event.title,
    series: event.series === null ? null : { id: event.series, title: event.seriesTitle },
    creators,
    description: description ?? '',
    language: language ?? null,
    license: license ?? null,
    startsAt: event.starts_at?.toISOString() ?? null,
    durationMs: event.durationMs,
    pictures: [...Map.groupBy(films, ({ flavor }) => sidesOf(flavor)[0])].map(([name, all]) => ({
      name,
      streams: all.flatMap((file) =>
        file.transport ? [{ url: addressed(file), mimeType: file.mime_type, transport: file.transport }] : [],
      ),
      files: all
        .filter(({ transport }) => !transport)
        .map(fileOf)
        .toSorted((one, other) => (other.heightPx ?? 0) - (one.heightPx ?? 0)),
    })),
    sounds: tracks.filter((file) => !films.includes(file)).map(fileOf),
    cover: imageAt(['/player+preview', '/search+preview', '/feed+preview']),
    timeline: imageAt(['/timeline+preview']),
    captions: files
      .filter(({ flavor, file_name }) => flavor.startsWith('captions/') || /\.(vtt|srt)$/i.test(file_name))
      .map((file) => ({ url: addressed(file), language: languageOf(file), mimeType: file.mime_type })),
    slides: slidesOf(episode, addressed),
    downloads: files.filter((file) => isLoadable(file)).map(fileOf),
  };
}

const linesOf = ({ streams }: Pick<ShownFile, 'streams'>): number | undefined =>
  streams?.find(({ kind }) => kind === 'video')?.heightPx;

/** What viewers may want to keep: films, sound, captions and documents, not pictures of the player or its catalogs. */
const isLoadable = ({ kind, flavor, transport }: ShownFile): boolean =>
  (kind === 'track' && !transport) || (kind === 'attachment' && !flavor.endsWith('+preview'));

function playerFile(file: ShownFile, url: string): PlayerFile {
  const picture = file.streams?.find(({ kind }) => kind === 'video');
  return {
    url,
    fileName: file.file_name,
    flavor: file.flavor,
    mimeType: file.mime_type,
    sizeBytes: file.size_bytes,
    durationMs: file.duration_ms,
    widthPx: picture?.widthPx ?? null,
    heightPx: picture?.heightPx ?? null,
  };
}

/** Language of captions: by the tag `lang:fr`, or by the flavor of older versions, `captions/vtt+fr`. */
function languageOf({ tags, flavor }: ShownFile): string | null {
  const tagged = tags.find((tag) => tag.startsWith('lang:'))?.slice('lang:'.length);
  return tagged ?? /\+([a-z]{2,3}(?:-[\w-]{1,20})?)$/i.exec(flavor)?.[1] ?? null;
}

function slidesOf(
  { slides = [], files }: FoundEpisode,
  addressed: (file: ShownFile) => string,
): PlayerLecture['slides'] {
  const previews = slidePictures(files);
  return slides.map(({ startMs, durationMs, text }, n) => {
    const picture = pictureOfSlide(previews, startMs, n, slides.length);
    return { startMs, durationMs, text, picture: picture ? addressed(picture) : null };
  });
}

/** Pictures of slides in the order of their times, or of their names. */
export const slidePictures = (files: readonly ShownFile[]): ShownFile[] =>
  files
    .filter(({ flavor }) => flavor.endsWith('/segment+preview'))
    .toSorted((one, other) => (one.start_ms ?? 0) - (other.start_ms ?? 0) || byName(one.file_name, other.file_name));

const byName = (one: string, other: string): number => one.localeCompare(other, 'en', { numeric: true });

/** Picture of a slide: the one of its time; where pictures have no times, the one at its place in the order. */
export function pictureOfSlide(
  pictures: readonly ShownFile[],
  startMs: number,
  n: number,
  slides: number,
): ShownFile | undefined {
  if (pictures.some(({ start_ms: ms }) => ms !== null)) return pictures.find(({ start_ms: ms }) => ms === startMs);
  return pictures.length === slides ? pictures[n] : undefined;
}
