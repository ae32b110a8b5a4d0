import { rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from '@amphi/lib/runtime/files.ts';
import { isCut } from '../store/lists/cut-file.ts';
import { isList, LIST_SUFFIX, wholePath } from '../store/lists/list-file.ts';
import { openList } from '../store/lists/open-list.ts';
import { safeFileName, sizeOf, type MediaStore } from '../store/media-store.ts';
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

/** Renditions and sounds that a film needs that is a list; those of all such films of a publication, by their elements' ids. */
interface Use {
  renditions: number[];
  sounds: string[];
}
export type Uses = ReadonlyMap<string, Use>;

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
): Promise<{ elements: ElementRow[]; uses: Uses }> {
  const uses = await checkFiles(store, elements, pathOf);
  const linked: ElementRow[] = [];
  for (const element of elements) {
    signal.throwIfAborted();
    const file_name = safeFileName(element.file_name);
    const listed = isList(element.path);
    const path = `${folderOf(publication)}/${element.id}/${file_name}${listed ? LIST_SUFFIX : ''}`;
    const temporary = await store.copyOf(listed ? store.at(element.path) : await pathOf(element));
    await syncPath(temporary);
    const measures = isCut(element.path) ? { size_bytes: await sizeOf(temporary) } : {};
    await store.keep(temporary, path);
    linked.push({ ...element, ...measures, file_name, path });
    progress(linked.length / elements.length);
  }
  return { elements: linked, uses };
}

async function checkFiles(
  store: MediaStore,
  elements: readonly ElementRow[],
  pathOf: OperationContext['pathOf'],
): Promise<Uses> {
  const uses = new Map<string, Use>();
  for (const element of elements) {
    const { flavor, file_name, size_bytes } = element;
    if (isList(element.path)) {
      uses.set(element.id, await checkedList(store, element));
      continue;
    }
    const found = await stat(await pathOf(element)).catch(() => undefined);
    if (!found?.isFile()) throw new OperationFailed(`${file_name} (${flavor}) cannot be published: its file is gone`);
    if (found.size !== size_bytes && !isCut(element.path))
      throw new OperationFailed(
        `${file_name} (${flavor}) cannot be published: its file has ${found.size} bytes, and should have ${size_bytes}`,
      );
  }
  return uses;
}

/** Checks that all parts of a film that is a list are there, and gives what it needs. */
async function checkedList(store: MediaStore, { path, flavor, file_name }: ElementRow): Promise<Use> {
  try {
    const list = await openList(store, path);
    await list.check();
    return { renditions: [...list.renditions], sounds: [...list.sounds] };
  } catch (error) {
    throw new OperationFailed(`${file_name} (${flavor}) cannot be published: ${(error as Error).message}`);
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
    // A program may have needed it as a file.
    if (isList(path)) await store.remove(wholePath(path));
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
