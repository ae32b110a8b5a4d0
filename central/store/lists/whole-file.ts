import { randomUUID } from 'node:crypto';
import { rm, stat, truncate, writeFile } from 'node:fs/promises';
import { writeBeside } from '@amphi/lib/runtime/disk/write-beside.ts';
import type { MediaStore } from '../media-store.ts';
import { wholePath } from './list-file.ts';
import { openList, type OpenList } from './open-list.ts';

/**
 * Absolute path of a film that is a list, written as a whole beside the list, which stays: for programs that read files.
 * It is written once, and has its name only when it is complete. Rejects if the disk is full, if it is aborted, or if
 * something that the list names is gone.
 */
export async function writeWhole(
  store: Pick<MediaStore, 'at' | 'checkRoom'>,
  path: string,
  signal?: AbortSignal,
): Promise<string> {
  const list = await openList(store, path);
  const final = store.at(wholePath(path));
  const known = await stat(final).catch(() => undefined);
  if (known?.size === list.sizeBytes) return final;
  await store.checkRoom(list.sizeBytes);
  await writeBeside(final, (temporary) => writeFile(temporary, list.read(0, list.sizeBytes), { ...NEW, signal }));
  return final;
}

/** A file that must not be there yet. */
const NEW = { flag: 'wx', mode: 0o640 } as const;

/** Bytes after the index that ffprobe is given: some seconds of the best quality. */
const BEGINNING_BYTES = 4 << 20;

/**
 * Does something with a file in which the beginning of a list's film is true, and the rest is empty but takes no space:
 * that is enough for ffprobe, which reads the index and the first pictures. The file lies beside `path` while it is used.
 */
export async function withBeginning<T>(
  { headBytes, sizeBytes, read }: Pick<OpenList, 'headBytes' | 'sizeBytes' | 'read'>,
  path: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, read(0, headBytes + BEGINNING_BYTES), NEW);
    await truncate(temporary, sizeBytes);
    return await use(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}
