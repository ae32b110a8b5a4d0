import type { PackageElement } from '@amphi/lib/opencast/media-package.ts';
import type { Database } from '../store/connect.ts';
import type { ElementKind, FileRow } from '../store/tables.ts';

/** Where a file of the media folder is read over HTTP; `path` is that below the folder, `base` the server's URL without a slash at the end. */
export const urlOf = (base: string, path: string): string =>
  `${base}/files/mediapackage/${path.split('/').map(encodeURIComponent).join('/')}`;

type NamedFile = Pick<FileRow, 'id' | 'flavor' | 'tags' | 'path' | 'mime_type' | 'size_bytes' | 'md5'>;

/** A file as a media package names it. */
export const elementOf = (row: NamedFile, base: string): PackageElement => ({
  id: row.id,
  flavor: row.flavor,
  mimeType: row.mime_type,
  tags: row.tags,
  url: urlOf(base, row.path),
  checksum: { type: 'md5', value: row.md5 },
  sizeBytes: row.size_bytes,
  attributes: {},
  rest: [],
});

/** The lists of a media package, by what is in them. */
export const LISTS = { track: 'tracks', catalog: 'catalogs', attachment: 'attachments' } as const;

/** The elements of a media package that files make, in its lists. */
export function elementsOf(
  rows: readonly (NamedFile & { kind: ElementKind })[],
  base: string,
): Record<(typeof LISTS)[ElementKind], PackageElement[]> {
  const of = (kind: ElementKind) => rows.filter((row) => row.kind === kind).map((row) => elementOf(row, base));
  return { tracks: of('track'), catalogs: of('catalog'), attachments: of('attachment') };
}

/** The file that lies at a path, of a version or still of a media package alone; undefined: nobody brought it. */
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
