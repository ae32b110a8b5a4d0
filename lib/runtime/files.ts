import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isBefore, isOwnBefore, replaceFile, restoreBefore } from './disk/replace-file.ts';

/**
 * Replaces `path` by `text`; after a crash or a power cut either the old or the new file is there. Writes a temporary
 * file, fsync, rename, fsync of the folder.
 */
export async function writeFileAtomically(path: string, text: string | Uint8Array, mode = 0o644): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = `${path}.${process.pid}.${temporaries++}.tmp`;
  try {
    const file = await open(temporary, 'w', mode);
    try {
      await file.writeFile(text);
      await syncFile(file, temporary);
    } finally {
      await file.close();
    }
    await replaceFile(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

let temporaries = 0;

const TEMPORARY = /\.\d+\.\d+\.tmp$/;

/** Whether a temporary file with this name is one of this process, which may be using it now. */
export const isOwnTemporary = (name: string): boolean =>
  isBefore(name) ? isOwnBefore(name) : name.includes(`.${process.pid}.`);

/**
 * Removes temporary files that processes left when they were killed; files of this process, and files that are younger
 * than it, stay. A former file that was put aside by `replaceFile` gets its name back if that is free. With `below`,
 * also in the folders below. Gives the names that were removed; none for a missing folder.
 */
export async function removeTemporaries(folder: string, below = false): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(folder, { recursive: below }).catch(() => [])) {
    if (!TEMPORARY.test(name) || isOwnTemporary(name)) continue;
    const path = join(folder, name);
    const facts = await stat(path).catch(() => undefined);
    if (!facts?.isFile() || facts.mtimeMs >= performance.timeOrigin) continue;
    if (isBefore(name) && (await restoreBefore(path))) continue;
    await rm(path, { force: true });
    removed.push(name);
  }
  return removed;
}

/**
 * Makes a rename or a new name in `folder` survive a power cut, where the file system can do that. Never rejects, since
 * the change itself is made in any case: shares and FUSE answer EINVAL, ENOTSUP, EBADF or EIO, and a warning is given
 * once.
 */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    warnOnce(folder, error);
  }
}

/** Error codes of a file system that does not have fsync. Others (EIO, ENOSPC) mean that bytes are lost. */
const CANNOT_SYNC = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF'];

/**
 * Makes the bytes that were written to an open file survive a power cut (fdatasync). For a file system that cannot do
 * that, a warning is given once for each folder. Rejects when bytes are lost.
 */
export async function syncFile(file: Pick<FileHandle, 'datasync'>, path: string): Promise<void> {
  try {
    await file.datasync();
  } catch (error) {
    if (!CANNOT_SYNC.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    warnOnce(dirname(path), error);
  }
}

/** Makes a file that was written and closed survive a power cut, as `syncFile` does. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await syncFile(file, path);
  } finally {
    await file.close();
  }
}

/** Code of the warning that a folder may lose the last written bytes in a power cut. */
export const NOT_DURABLE = 'AMPHI_NOT_DURABLE';

/** Folders for which a warning was given, at most MOST_WARNED; after that there are no more warnings. */
const warned = new Set<string>();
const MOST_WARNED = 1000;

/**
 * Gives a warning about a folder once. It is a warning of the process (`process.on('warning')`), since every room
 * writes files.
 */
function warnOnce(folder: string, error: unknown): void {
  if (warned.has(folder) || warned.size >= MOST_WARNED) return;
  warned.add(folder);
  const { code = String(error) } = error as NodeJS.ErrnoException;
  const text = `${folder}: its file system cannot make changes survive a power cut (${code}); they are kept all the same`;
  process.emitWarning(text, { type: 'DurabilityWarning', code: NOT_DURABLE });
}
