import { MEDIAPACKAGE_NAMESPACE, type PackageElement } from '@amphi/lib/opencast/media-package.ts';
import { element, type XmlElement } from '@amphi/lib/opencast/xml/xml.ts';
import { sql } from 'kysely';
import type { Database } from '../store/connect.ts';
import type { ElementKind, FileRow, Stream } from '../store/tables.ts';
import { absoluteUrl } from './published/publications.ts';

/**
 * URL of a file of the media folder. `path` is below that folder; `base` is the server's URL, without a slash at the
 * end.
 */
export const urlOf = (base: string, path: string): string =>
  `${base}/files/mediapackage/${path.split('/').map(encodeURIComponent).join('/')}`;

type NamedFile = Pick<FileRow, 'id' | 'flavor' | 'tags' | 'path' | 'mime_type' | 'size_bytes' | 'md5'> &
  Partial<Pick<FileRow, 'duration_ms' | 'streams'>> & {
    /** Address, if it is not that of its path; one that begins with `/` is on this server. */
    url?: string | null | undefined;
    /** Protocol by which another server streams it. */
    transport?: string | null | undefined;
  };

/** Address of a file: its own one, or that of its path. */
export const addressOf = (base: string, { url, path }: Pick<NamedFile, 'url' | 'path'>): string =>
  url ? absoluteUrl(base, url) : urlOf(base, path);

/** A file as a media package names it. */
export const elementOf = (row: NamedFile, base: string): PackageElement => ({
  id: row.id,
  flavor: row.flavor,
  mimeType: row.mime_type,
  tags: row.tags,
  url: addressOf(base, row),
  // What another server streams has neither, and what is written for each answer neither.
  ...(row.md5 === '' ? {} : { checksum: { type: 'md5', value: row.md5 }, sizeBytes: row.size_bytes }),
  ...(row.duration_ms === null || row.duration_ms === undefined ? {} : { durationMs: row.duration_ms }),
  attributes: row.transport ? { transport: row.transport } : {},
  rest: (row.streams ?? []).flatMap(streamElement),
});

const mp = (
  name: string,
  children: Parameters<typeof element>[3],
  attributes: Record<string, string> = {},
): XmlElement => element(MEDIAPACKAGE_NAMESPACE, name, attributes, children);

/** A stream as an element of a media package: `video` or `audio` (facts/opencast 1.10). */
function streamElement(stream: Stream, n: number): XmlElement[] {
  const { kind, codec, bitrateBps, frames, framesPerSecond, widthPx, heightPx, channels, sampleRateHz } = stream;
  const { peakLevelDb, rmsLevelDb } = stream;
  if (kind !== 'video' && kind !== 'audio') return [];
  const fact = (name: string, value: number | string | undefined): XmlElement | undefined =>
    value === undefined ? undefined : mp(name, [String(value)]);
  const own =
    kind === 'video'
      ? [fact('framerate', framesPerSecond), fact('resolution', widthPx && heightPx && `${widthPx}x${heightPx}`)]
      : [
          fact('channels', channels),
          fact('samplingrate', sampleRateHz),
          fact('peakleveldb', peakLevelDb),
          fact('rmsleveldb', rmsLevelDb),
        ];
  const shared = [mp('encoder', [], { type: codec }), fact('framecount', frames), fact('bitrate', bitrateBps)];
  return [mp(kind, [...shared, ...own], { id: `${kind}-${n + 1}` })];
}

/** The first stream of a kind; undefined: there is none. */
export const streamOf = ({ streams }: Pick<FileRow, 'streams'>, kind: Stream['kind']): Stream | undefined =>
  streams?.find((one) => one.kind === kind);

/** Whether a file is a text with times, WebVTT or SRT: captions, chapters, or notes for players. Such a file may be a track. */
export const isTimedText = ({ mime_type: type, file_name: name }: Pick<FileRow, 'mime_type' | 'file_name'>): boolean =>
  /^text\/vtt|subrip/.test(type) || /\.(vtt|srt)$/i.test(name);

/** Whether a flavor is that of chapters: of an editor (`chapters/source`), or of slides (`presentation/chapters+vtt`). */
export const isChapters = ({ flavor }: Pick<FileRow, 'flavor'>): boolean => /^chapters\/|\/chapters(\+|$)/.test(flavor);

/** Whether a file has what is said, to be read: its flavor says so (`captions/…`), or it is a text that is for nothing else. */
export const isCaptions = (file: Pick<FileRow, 'flavor' | 'mime_type' | 'file_name'>): boolean =>
  file.flavor.startsWith('captions/') || (isTimedText(file) && !isChapters(file) && !file.flavor.startsWith('faults/'));

/** Whether a file is film or sound of a lecture, which is played: texts are tracks too. */
export const isPlayed = (file: Pick<FileRow, 'kind' | 'flavor' | 'mime_type' | 'file_name'>): boolean =>
  file.kind === 'track' && !isTimedText(file) && !isChapters(file) && !isCaptions(file);

/** Language of captions or chapters: by the tag `lang:fr`, or by the flavor of older versions, `captions/vtt+fr`; null: not told. */
export function textLanguageOf({ tags, flavor }: Pick<FileRow, 'tags' | 'flavor'>): string | null {
  const tagged = tags.find((tag) => tag.startsWith('lang:'))?.slice('lang:'.length);
  return tagged ?? /^captions\/\w+\+([a-z]{2,3}(?:-[\w-]{1,20})?)$/i.exec(flavor)?.[1] ?? null;
}

/** Names of the lists in a media package, by the kind of their elements. */
export const LISTS = { track: 'tracks', catalog: 'catalogs', attachment: 'attachments' } as const;

/** Elements of files, in the lists of a media package. */
export function elementsOf(
  rows: readonly (NamedFile & { kind: ElementKind })[],
  base: string,
): Record<(typeof LISTS)[ElementKind], PackageElement[]> {
  const of = (kind: ElementKind) => rows.filter((row) => row.kind === kind).map((row) => elementOf(row, base));
  return { tracks: of('track'), catalogs: of('catalog'), attachments: of('attachment') };
}

/**
 * The file at a path, in a version of an event or in a media package that is not ingested yet; undefined: there is
 * none.
 */
export const fileAt = (
  database: Database,
  path: string,
): Promise<{ path: string; mime_type: string; md5: string } | undefined> =>
  database
    .selectFrom('files')
    .select(['path', 'mime_type', 'md5'])
    .where('path', '=', path)
    .union(database.selectFrom('package_elements').select(['path', 'mime_type', 'md5']).where('path', '=', path))
    .executeTakeFirst();

/** Id of the event that a file of the media folder belongs to, by its path; undefined: to none. */
export async function eventOfFile(database: Database, path: string): Promise<string | undefined> {
  const file = await database.selectFrom('files').select('event').where('path', '=', path).executeTakeFirst();
  return file?.event;
}

/**
 * Id of the event that shows a file to people, by the file's path: it is in the newest version, and is no access list.
 * Undefined: there is no such event.
 */
export async function eventShowing(database: Database, path: string): Promise<string | undefined> {
  const file = await database
    .selectFrom('files')
    .select('event')
    .where('path', '=', path)
    .where('flavor', 'not like', 'security/%')
    .where(sql<boolean>`version = (select max(version) from event_versions where event_versions.event = files.event)`)
    .executeTakeFirst();
  return file?.event;
}

/** The files of a version of an event, or of all its versions. */
export const filesOf = (database: Database, event: string, version?: number): Promise<FileRow[]> =>
  database
    .selectFrom('files')
    .selectAll()
    .where('event', '=', event)
    .$if(version !== undefined, (of) => of.where('version', '=', version ?? 0))
    .orderBy('kind')
    .orderBy('file_name')
    .execute();

/** A file of the newest version of an event, by its id; undefined: the version has none of this id. */
export const newestFile = (database: Database, event: string, id: string): Promise<FileRow | undefined> =>
  database
    .selectFrom('files')
    .selectAll()
    .where('event', '=', event)
    .where('id', '=', id)
    .where(sql<boolean>`version = (select max(version) from event_versions where event_versions.event = ${event})`)
    .executeTakeFirst();

/** Key of a version of an event. */
export interface VersionKey {
  event: string;
  version: number;
}

/** The files of some versions, in one query. */
export async function filesOfVersions(database: Database, of: readonly VersionKey[]): Promise<FileRow[]> {
  if (of.length === 0) return [];
  const { rows } = await sql<FileRow>`select files.* from files
    join unnest(${of.map(({ event }) => event)}::text[], ${of.map(({ version }) => version)}::integer[]) as wanted (event, version)
      on files.event = wanted.event and files.version = wanted.version
    order by files.kind, files.file_name, files.id`.execute(database);
  return rows;
}
