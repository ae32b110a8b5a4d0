import type { MediaPackage, PackageElement } from '@amphi/lib/opencast/media-package.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import { LISTS } from '../catalogue/files.ts';
import type { Database } from '../store/connect.ts';
import type { ElementKind } from '../store/tables.ts';
import { bring, type Asker, type BringNeeds } from './bring.ts';
import { addElement, elementsBrought, type StoredElement } from './elements.ts';

/** Stored files that a media package names; files on other servers are fetched. Throws BadRequest. */
export async function namedElements(
  needs: BringNeeds,
  { mediaPackage, ...asker }: Asker & { mediaPackage: MediaPackage },
): Promise<StoredElement[]> {
  const named = (Object.keys(LISTS) as ElementKind[]).flatMap((kind) =>
    mediaPackage[LISTS[kind]].map((element) => ({ kind, element })),
  );
  if (named.length === 0) return [];
  const ids = named.map(({ element }) => element.id);
  const brought = await elementsBrought(needs.database, mediaPackage.id, { ids });
  const ingested = await ingestedOf(needs.database, mediaPackage.id, ids);
  const known = new Map([...ingested, ...brought].map((row) => [row.id, stored(row)]));
  const rows: StoredElement[] = [];
  for (const { kind, element } of named) {
    rows.push(known.get(element.id) ?? (await fetchElement(needs, mediaPackage.id, kind, element, asker)));
  }
  return rows;
}

/** Files of earlier versions: an agent that repeats a request names them again. */
const ingestedOf = (database: Database, mediaPackage: string, ids: readonly string[]) =>
  database
    .selectFrom('files')
    .innerJoin('event_versions', (on) =>
      on.onRef('files.event', '=', 'event_versions.event').onRef('files.version', '=', 'event_versions.version'),
    )
    .selectAll('files')
    .where('event_versions.package', '=', mediaPackage)
    .where('id', 'in', ids)
    .execute();

/** Columns of a row that describe the file itself. */
const stored = (row: StoredElement): StoredElement => ({
  id: row.id,
  kind: row.kind,
  flavor: row.flavor,
  tags: row.tags,
  file_name: row.file_name,
  path: row.path,
  mime_type: row.mime_type,
  size_bytes: row.size_bytes,
  md5: row.md5,
  start_ms: row.start_ms,
});

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

async function fetchElement(
  needs: BringNeeds,
  mediaPackage: string,
  kind: ElementKind,
  element: PackageElement,
  asker: Asker,
): Promise<StoredElement> {
  const { url, sizeBytes, checksum, flavor, tags } = element;
  if (url === undefined || !/^https?:/i.test(url)) {
    throw new BadRequest('Could not retrieve all media package elements: one of them was never brought here');
  }
  const got = await bring(needs, asker, { url, sizeBytes, checksum });
  // The element keeps its id, so that a repeated request finds it and does not fetch it again.
  const id = UUID.test(element.id) ? element.id : undefined;
  const received = { ...got, id, kind, flavor, tags, mimeType: element.mimeType };
  return stored(await addElement(needs, mediaPackage, received, asker.who.name));
}
