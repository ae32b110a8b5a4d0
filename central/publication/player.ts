import { sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import { wordsOf } from '../catalogue/event-rows.ts';
import {
  addressOf,
  isCaptions,
  isChapters,
  isPlayed,
  isTimedText,
  streamOf,
  textLanguageOf,
} from '../catalogue/files.ts';
import type { ShownFile } from '../catalogue/media-package.ts';
import type { FoundEpisode } from '../catalogue/search/found-episodes.ts';

/** What a player needs of a lecture: all that is published of it, sorted by what it is for. */

/** A lecture as lists of lectures name it. Addresses are absolute. */
export interface LectureSummary {
  id: string;
  title: string;
  series: { id: string; title: string | null } | null;
  creators: string[];
  startsAt: string | null;
  durationMs: number | null;
  /** Picture for lists, and before it plays. */
  cover: string | null;
}

/** A lecture for a player. Addresses are absolute. */
export interface PlayerLecture extends LectureSummary {
  description: string;
  language: string | null;
  license: string | null;
  /** Pictures that are seen side by side, such as `presenter` and `presentation`, each in all its qualities. */
  pictures: PlayerPicture[];
  /** Sound alone. */
  sounds: PlayerFile[];
  /** Sprite of small pictures along the time. */
  timeline: string | null;
  captions: PlayerText[];
  /** Chapters as WebVTT: those that a person wrote, or the titles of slides. */
  chapters: PlayerText[];
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

/** A text with times, as WebVTT or SRT. */
export interface PlayerText {
  url: string;
  language: string | null;
  mimeType: string;
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

/** What a list says of a lecture. `asWhom` is added to addresses of our files, so that a page may load them. */
export function lectureSummary({ event, files }: FoundEpisode, base: string, asWhom: string): LectureSummary {
  const cover = previewIn(files, ['/player+preview', '/search+preview', '/feed+preview']);
  return {
    id: event.id,
    title: event.title,
    series: event.series === null ? null : { id: event.series, title: event.seriesTitle },
    creators: wordsOf(event).creators,
    startsAt: event.starts_at?.toISOString() ?? null,
    durationMs: event.durationMs,
    cover: cover ? addressFor(cover, base, asWhom) : null,
  };
}

/** Makes what a player needs. `asWhom` is added to addresses of our files, so that a player may load them. */
export function playerLecture(episode: FoundEpisode, base: string, asWhom: string): PlayerLecture {
  const { event, files } = episode;
  const { description, language, license } = wordsOf(event);
  const addressed = (file: ShownFile): string => addressFor(file, base, asWhom);
  const fileOf = (file: ShownFile): PlayerFile => playerFile(file, addressed(file));
  const textOf = (file: ShownFile): PlayerText => ({
    url: addressed(file),
    language: textLanguageOf(file),
    mimeType: file.mime_type,
  });
  const timeline = previewIn(files, ['/timeline+preview']);
  return {
    ...lectureSummary(episode, base, asWhom),
    description: description ?? '',
    language: language ?? null,
    license: license ?? null,
    pictures: picturesOf(files, addressed),
    sounds: files.filter((file) => isPlayed(file) && !isFilm(file)).map(fileOf),
    timeline: timeline ? addressed(timeline) : null,
    captions: files.filter(isCaptions).map(textOf),
    chapters: chaptersOf(files).map(textOf),
    slides: slidesOf(episode, addressed),
    downloads: files.filter((file) => isLoadable(file)).map(fileOf),
  };
}

const addressFor = (file: ShownFile, base: string, asWhom: string): string =>
  file.transport ? addressOf(base, file) : `${addressOf(base, file)}${asWhom}`;

/** Picture with one of these ends of a flavor, the first end first. */
function previewIn(files: readonly ShownFile[], ends: readonly string[]): ShownFile | undefined {
  for (const end of ends) {
    const found = files.find(({ kind, flavor }) => kind === 'attachment' && flavor.endsWith(end));
    if (found) return found;
  }
  return undefined;
}

const isFilm = (file: ShownFile): boolean => isPlayed(file) && (Boolean(file.transport) || linesOf(file) !== undefined);

function picturesOf(files: readonly ShownFile[], addressed: (file: ShownFile) => string): PlayerPicture[] {
  return [...Map.groupBy(files.filter(isFilm), ({ flavor }) => sidesOf(flavor)[0])].map(([name, all]) => ({
    name,
    streams: all.flatMap((file) =>
      file.transport ? [{ url: addressed(file), mimeType: file.mime_type, transport: file.transport }] : [],
    ),
    files: all
      .filter(({ transport }) => !transport)
      .map((file) => playerFile(file, addressed(file)))
      .toSorted((one, other) => (other.heightPx ?? 0) - (one.heightPx ?? 0)),
  }));
}

const linesOf = (file: Pick<ShownFile, 'streams'>): number | undefined => streamOf(file, 'video')?.heightPx;

/** What viewers may want to keep: films, sound, captions and documents, not pictures of the player or its catalogs. */
const isLoadable = ({ kind, flavor, transport }: ShownFile): boolean =>
  (kind === 'track' && !transport) || (kind === 'attachment' && !flavor.endsWith('+preview'));

function playerFile(file: ShownFile, url: string): PlayerFile {
  const picture = streamOf(file, 'video');
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

/** Files of chapters: those that a person wrote, where there are any, else those of slides. */
function chaptersOf(files: readonly ShownFile[]): ShownFile[] {
  const all = files.filter((file) => isChapters(file) && isTimedText(file));
  const written = all.filter(({ flavor }) => flavor.startsWith('chapters/'));
  return written.length > 0 ? written : all;
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
