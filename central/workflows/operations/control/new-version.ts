import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { writeChange } from '../../../catalogue/write-change.ts';
import type { Database } from '../../../store/connect.ts';
import type { MediaStore } from '../../../store/media-store.ts';
import type { ElementRow, EventRow } from '../../../store/tables.ts';
import { hashOf } from '../../run/attempt-files.ts';
import type { OperationContext } from '../../run/operation.ts';

/** An element of a version that is to be written, and where its file is if it has to be moved to its path. */
export interface Placed {
  row: ElementRow;
  temporary?: string;
}

/** An element with a path in the folder of an event. A link to its file waits in the folder of the attempt. */
export async function linked(
  store: MediaStore,
  { folder, pathOf }: Pick<OperationContext, 'folder' | 'pathOf'>,
  element: ElementRow,
  ofEvent: string,
): Promise<Placed> {
  const name = crypto.randomUUID();
  const temporary = join(await folder(), name);
  await rename(await store.copyOf(await pathOf(element)), temporary);
  // A film that was a list or a cut is a file of its own now.
  const measures = element.md5 === '' ? await hashOf(temporary) : element;
  const { md5, size_bytes } = measures;
  return { row: { ...element, md5, size_bytes, path: `${ofEvent}/${name}/${element.file_name}` }, temporary };
}

/** Which version is written. */
export interface VersionOf {
  event: EventRow;
  version: number;
  /** Id of its media package. */
  package: string;
  agent?: string | null | undefined;
}

/** Writes a version, and moves the links to their places. It may be called again if the transaction fails. */
export async function writeVersion(
  store: MediaStore,
  within: Database,
  { event, version, package: mediaPackage, agent = null }: VersionOf,
  placed: readonly Placed[],
): Promise<void> {
  for (const one of placed) {
    if (one.temporary === undefined) continue;
    await store.keep(one.temporary, one.row.path);
    delete one.temporary;
  }
  const files = placed.map(({ row }) => row);
  await writeChange(within, { event, version, package: mediaPackage, agent }, files);
}
