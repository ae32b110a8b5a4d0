import { isMediaPackageId, parseMediaPackage, type MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import { sql, type Selectable } from 'kysely';
import { BadRequest } from '../catalogue/bad-request.ts';
import type { Database } from '../store/connect.ts';
import { safeFileName, type MediaStore, type Received } from '../store/media-store.ts';
import { mimeTypeOf } from '../store/mime.ts';
import type { ElementKind, Tables } from '../store/tables.ts';

/** File of a media package that is not ingested yet. */
export type ElementRow = Selectable<Tables['package_elements']>;

/** Media package in a text. Throws BadRequest. */
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

/** Whether an id can be used: it is also the name of a folder. */
export const isGoodId = (id: string): boolean => isMediaPackageId(id) && !/^\.+$/.test(id);

/** Description of a file of a media package. */
export interface NewElement {
  /** Id by which the package already names the file; undefined: it gets a new one. */
  id?: string | undefined;
  kind: ElementKind;
  flavor: string;
  tags: string[];
  fileName: string;
  mimeType?: string | undefined;
  startMs?: number | undefined;
}

/** File that came with the request that ingests it: it is not in the media folder yet. */
export type ReceivedElement = NewElement & Received;

/** Stored description of a file, whether its package is ingested or not. */
export type StoredElement = Omit<ElementRow, 'package' | 'created_at'>;

/** Moves a received file to its place in the media folder: `<media package>/<element>/<file>`. */
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

/** Removes files from the media folder, with their folders. */
export async function removePlaced(store: MediaStore, elements: readonly { path: string }[]): Promise<void> {
  for (const { path } of elements) await store.remove(path.split('/').slice(0, 2).join('/'));
}

/** Time that is waited for who writes rows of files; after it they count as named. */
const NAMED_WAIT = '5s';

/**
 * Removes files of a transaction that failed, if nothing names them. The answer to its COMMIT may have been lost: then they belong
 * to a version, or will in a moment. What cannot be asked for is left.
 */
export async function removeUnnamed(
  { database, store }: { database: Database; store: MediaStore },
  elements: readonly { path: string }[],
): Promise<void> {
  if (elements.length === 0) return;
  const named = await namedAmong(
    database,
    elements.map(({ path }) => path),
  ).catch(() => undefined);
  if (!named) return;
  await removePlaced(
    store,
    elements.filter(({ path }) => !named.has(path)),
  );
}

/** Those of some paths that rows name, once every transaction that writes such rows has ended. */
const namedAmong = (database: Database, paths: readonly string[]): Promise<Set<string>> =>
  database.transaction().execute(async (within) => {
    await sql`set local lock_timeout = ${sql.lit(NAMED_WAIT)}`.execute(within);
    await sql`lock table files, package_elements in share mode`.execute(within);
    const { rows } = await sql<{ path: string }>`select path from files where path = any(${[...paths]}::text[])
      union select path from package_elements where path = any(${[...paths]}::text[])`.execute(within);
    return new Set(rows.map(({ path }) => path));
  });

/** Adds a received file to a package that comes in several requests. */
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

/** Notes that a package is still being sent: one that is not touched for a week is removed. */
export async function touchPackage(database: Database, id: string, account: string | null): Promise<void> {
  await database
    .insertInto('media_packages')
    .values({ id, account })
    .onConflict((at) => at.column('id').doUpdateSet({ touched_at: new Date() }))
    .execute();
}

/** Files of a package that is being sent: those of some ids, or of a flavor; the newest first. */
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
