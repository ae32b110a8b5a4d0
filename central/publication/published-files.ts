import { rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from '@amphi/lib/runtime/files.ts';
import { safeFileName, type MediaStore } from '../store/media-store.ts';
import type { ElementRow } from '../store/tables.ts';
import { OperationFailed, type OperationContext } from '../workflows/run/operation.ts';

/** Folder of all publications, below the media folder. */
export const PUBLICATIONS = 'publications';

/** A publication, by which its files have their places. */
export interface FolderOf {
  id: string;
  event: string;
}

/** Folder of an event's publications, below the media folder. */
export const folderOfEvent = (event: string): string => `${PUBLICATIONS}/${encodeURIComponent(event)}`;

const folderOf = ({ id, event }: FolderOf): string => `${folderOfEvent(event)}/${id}`;

/**
 * Puts the files of elements into the folder of a publication, and gives the elements with their places there. They are
 * hard links where the disk allows it: they take no space, and stay when the files of the run are removed. Rejects with
 * `OperationFailed` if a file is missing.
 */
export async function linkFiles(
  store: MediaStore,
  publication: FolderOf,
  elements: readonly ElementRow[],
  { signal, progress, pathOf }: Pick<OperationContext, 'signal' | 'progress' | 'pathOf'>,
): Promise<ElementRow[]> {
  await checkFiles(elements, pathOf);
  const linked: ElementRow[] = [];
  for (const element of elements) {
    signal.throwIfAborted();
    const file_name = safeFileName(element.file_name);
    const path = `${folderOf(publication)}/${element.id}/${file_name}`;
    const temporary = await store.copyOf(pathOf(element));
    await syncPath(temporary);
    await store.keep(temporary, path);
    linked.push({ ...element, file_name, path });
    progress(linked.length / elements.length);
  }
  return linked;
}

async function checkFiles(elements: readonly ElementRow[], pathOf: OperationContext['pathOf']): Promise<void> {
  for (const element of elements) {
    const { flavor, file_name, size_bytes } = element;
    const found = await stat(pathOf(element)).catch(() => undefined);
    if (!found?.isFile()) throw new OperationFailed(`${file_name} (${flavor}) cannot be published: its file is gone`);
    if (found.size !== size_bytes)
      throw new OperationFailed(
        `${file_name} (${flavor}) cannot be published: its file has ${found.size} bytes, and should have ${size_bytes}`,
      );
  }
}

/** Removes the folder of a publication that came to nothing. */
export const removeFolder = (store: MediaStore, publication: FolderOf): Promise<void> =>
  store.remove(folderOf(publication));

/** Removes files of publications, and folders that are empty then. */
export async function removePaths(store: MediaStore, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (!path.startsWith(`${PUBLICATIONS}/`)) continue;
    await store.remove(path);
    await removeEmpty(store, dirname(path));
  }
}

/** Removes a folder if it is empty, and those above it. */
async function removeEmpty(store: MediaStore, folder: string): Promise<void> {
  if (folder === PUBLICATIONS || !folder.startsWith(PUBLICATIONS)) return;
  const isRemoved = await rmdir(store.at(folder)).then(
    () => true,
    () => false,
  );
  if (isRemoved) await removeEmpty(store, dirname(folder));
}
