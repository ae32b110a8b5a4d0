import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFile, syncFolder } from '@amphi/lib/runtime/files.ts';
import type { MediaStore } from '../media-store.ts';
import { wholePath } from './list-file.ts';
import { openList } from './open-list.ts';

/**
 * Absolute path of a film that is a list, written as a whole beside the list, which stays: for programs that read files.
 * It is written once; then it has its name only when it is complete. Rejects if the disk is full, with the reason of the
 * signal, or if something that the list names is gone.
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
  await writeUnder(`${final}.${randomUUID()}.tmp`, async (temporary) => {
    await writeParts(temporary, list.read(0, list.sizeBytes), signal);
    await rename(temporary, final);
  });
  await syncFolder(dirname(final));
  return final;
}

/**
 * Does something with a file in which the beginning of the film is true, and the rest is empty but takes no space:
 * that is enough for ffprobe, which reads the index and the first pictures.
 */
export async function withBeginning<T>(
  store: Pick<MediaStore, 'at'>,
  path: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const list = await openList(store, path);
  const temporary = `${store.at(wholePath(path))}.${randomUUID()}.tmp`;
  const { headBytes } = list;
  try {
    await writeParts(temporary, list.read(0, headBytes + BEGINNING_BYTES), undefined);
    await truncate(temporary, list.sizeBytes);
    return await use(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Bytes after the index that ffprobe is given: some seconds of the best quality. */
const BEGINNING_BYTES = 4 << 20;

async function writeUnder(temporary: string, write: (path: string) => Promise<void>): Promise<void> {
  try {
    await write(temporary);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeParts(path: string, parts: AsyncIterable<Buffer>, signal: AbortSignal | undefined): Promise<void> {
  const file = await open(path, 'wx', 0o640);
  try {
    for await (const part of parts) {
      signal?.throwIfAborted();
      await file.writeFile(part);
    }
    await syncFile(file, path);
  } finally {
    await file.close();
  }
}
