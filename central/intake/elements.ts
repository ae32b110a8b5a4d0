import { isMediaPackageId, parseMediaPackage, type MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import type { Selectable } from 'kysely';
import { BadRequest } from '../catalogue/bad-request.ts';
import type { Database } from '../store/connect.ts';
import { safeFileName, type MediaStore, type Received } from '../store/media-store.ts';
import { mimeTypeOf } from '../store/mime.ts';
import type { ElementKind, Tables } from '../store/tables.ts';

/** A file that was brought of a media package before the package is ingested. */
export type ElementRow = Selectable<Tables['package_elements']>;

/** The media package in a text. Throws BadRequest. */
export function packageIn(text: string | undefined): MediaPackage {
  if (!text?.trim()) throw new BadRequest('the field mediaPackage is missing');
  try {
    const mediaPackage = parseMediaPackage(text);
    if (!isGoodId(mediaPackage.id)) throw new BadRequest(`${mediaPackage.id} is no id of a media package`);
    return mediaPackage;
  } catch (error) {
    if (error instanceof XmlError) throw new BadRequest(`the media package cannot be read: ${error.message}`);
    throw error;
  }
}

/** Ids are names of folders, too. */
export const isGoodId = (id: string): boolean => isMediaPackageId(id) && !/^\.+$/.test(id);

/** What is said of a file. */
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

/** A file that came with the request that ingests it, and has no place in the media folder yet. */
export type ReceivedElement = NewElement & Received;

/** What is stored of a file, whether its package is ingested or not. */
export type StoredElement = Omit<ElementRow, 'package' | 'created_at'>;

/** Gives a received file its place in the media folder: `<media package>/<element>/<file>`. */
export async function placeElement(
  store: MediaStore,
  mediaPackage: string,
  { temporary, sizeBytes, md5, ...said }: ReceivedElement,
): Promise<StoredElement> {
  const id = said.id ?? crypto.randomUUID();
  const fileName = safeFileName(said.fileName);
  const path = `${mediaPackage}/${id}/${fileName}`;
  await store.keep(temporary, path);
  return {
    id,
    path,
    md5,
    kind: said.kind,
    flavor: said.flavor,
    tags: said.tags,
    file_name: fileName,
    mime_type: mimeTypeOf(fileName, said.mimeType),
    start_ms: said.startMs ?? null,
    size_bytes: sizeBytes,
  };
}

/** Removes files that were placed, with their folders. */
export async function removePlaced(store: MediaStore, elements: readonly { path: string }[]): Promise<void> {
  for (const { path } of elements) await store.remove(path.split('/').slice(0, 2).join('/'));
}

/** Puts what was received into a package that is being brought in several requests. */
export async function addElement(
  { database, store }: { database: Database; store: MediaStore },
  mediaPackage: string,
  received: ReceivedElement,
  account: string | null,
): Promise<ElementRow> {
  const placed = await placeElement(store, mediaPackage, received);
  return database.transaction().execute(async (within) => {
    await touchPackage(within, mediaPackage, account);
    return within
      .insertInto('package_elements')
      .values({ ...placed, package: mediaPackage })
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** A package is being brought: what is not touched for a week goes. */
export async function touchPackage(database: Database, id: string, account: string | null): Promise<void> {
  await database
    .insertInto('media_packages')
    .values({ id, account })
    .onConflict((at) => at.column('id').doUpdateSet({ touched_at: new Date() }))
    .execute();
}

/** Files of a package that is being brought: those of some ids, or of a flavor; the newest first. */
export const elementsBrought = (
  database: Database,
  mediaPackage: string,
  of: { ids?: readonly string[]; flavor?: string },
): Promise<ElementRow[]> =>
  database
    .selectFrom('package_elements')
    .selectAll()
    .where('package', '=', mediaPackage)
    .$if(of.ids !== undefined, (all) => all.where('id', '=', (any) => any.fn.any(any.val([...(of.ids ?? [])]))))
    .$if(of.flavor !== undefined, (all) => all.where('flavor', '=', of.flavor ?? ''))
    .orderBy('created_at', 'desc')
    .execute();
