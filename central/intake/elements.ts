import {
  isMediaPackageId,
  parseMediaPackage,
  type MediaPackage,
  type PackageElement,
} from '@amphi/lib/opencast/media-package.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import type { Selectable } from 'kysely';
import type { Database } from '../store/connect.ts';
import type { ElementKind, Tables } from '../store/tables.ts';
import { mimeTypeOf } from '../store/mime.ts';
import { safeFileName, type MediaStore } from '../store/media-store.ts';

/** What an agent did wrong: 400 and why, in words. */
export class BadIngest extends Error {
  readonly statusCode = 400;
}

export type ElementRow = Selectable<Tables['package_elements']>;

/** The media package in a form. Throws `BadIngest`. */
export function packageIn(text: string | undefined): MediaPackage {
  if (!text?.trim()) throw new BadIngest('the field mediaPackage is missing');
  try {
    const mediaPackage = parseMediaPackage(text);
    if (!isGoodId(mediaPackage.id)) throw new BadIngest(`${mediaPackage.id} is no id of a media package`);
    return mediaPackage;
  } catch (error) {
    if (error instanceof XmlError) throw new BadIngest(`the media package cannot be read: ${error.message}`);
    throw error;
  }
}

/** Ids are names of folders, too. */
export const isGoodId = (id: string): boolean => isMediaPackageId(id) && !/^\.+$/.test(id);

const FLAVOR = /^[\w+*.-]{1,100}\/[\w+*.-]{1,100}$/;

/** Throws `BadIngest`. */
export function flavorIn(text: string | undefined): string {
  const flavor = text?.trim() ?? '';
  if (!FLAVOR.test(flavor))
    throw new BadIngest(`Could not parse flavor ${JSON.stringify(flavor)}: write it as presenter/source`);
  return flavor;
}

export const tagsIn = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);

export interface NewElement {
  /** As the package names it already; undefined: a new one. */
  id?: string | undefined;
  kind: ElementKind;
  flavor: string;
  tags: string[];
  fileName: string;
  mimeType?: string | undefined;
  startMs?: number | undefined;
}

/** Puts what was received into a package, and says where it is. */
export async function addElement(
  { database, store }: { database: Database; store: MediaStore },
  mediaPackage: MediaPackage,
  received: { temporary: string; sizeBytes: number; md5: string },
  added: NewElement,
  account: string | null,
): Promise<ElementRow> {
  const id = added.id ?? crypto.randomUUID();
  const fileName = safeFileName(added.fileName);
  const path = `${mediaPackage.id}/${id}/${fileName}`;
  await store.keep(received.temporary, path);
  await touchPackage(database, mediaPackage.id, account);
  return database
    .insertInto('package_elements')
    .values({
      id,
      package: mediaPackage.id,
      kind: added.kind,
      flavor: added.flavor,
      tags: added.tags,
      path,
      file_name: fileName,
      mime_type: mimeTypeOf(fileName, added.mimeType),
      start_ms: added.startMs ?? null,
      size_bytes: received.sizeBytes,
      md5: received.md5,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function touchPackage(database: Database, id: string, account: string | null): Promise<void> {
  await database
    .insertInto('media_packages')
    .values({ id, account })
    .onConflict((at) => at.column('id').doUpdateSet({ touched_at: new Date() }))
    .execute();
}

/** As a media package names a file of ours; `url` is that of the server. */
export const urlOf = (url: string, row: { package: string; id: string; file_name: string }): string =>
  `${url}/files/mediapackage/${[row.package, row.id, row.file_name].map(encodeURIComponent).join('/')}`;

type FileOfPackage = Pick<
  ElementRow,
  'id' | 'package' | 'flavor' | 'tags' | 'file_name' | 'mime_type' | 'size_bytes' | 'md5'
>;

export const elementOf = (row: FileOfPackage, url: string): PackageElement => ({
  id: row.id,
  flavor: row.flavor,
  mimeType: row.mime_type,
  tags: row.tags,
  url: urlOf(url, row),
  checksum: { type: 'md5', value: row.md5 },
  sizeBytes: row.size_bytes,
  attributes: {},
  rest: [],
});

/** The lists of a media package, by what is in them. */
export const LISTS = { track: 'tracks', catalog: 'catalogs', attachment: 'attachments' } as const;

export function withElement(mediaPackage: MediaPackage, kind: ElementKind, added: PackageElement): MediaPackage {
  const list = LISTS[kind];
  return { ...mediaPackage, [list]: [...mediaPackage[list], added] };
}
