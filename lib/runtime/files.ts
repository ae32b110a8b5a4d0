import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Replaces `path` by `text`; after a crash or a power cut there is either the old or the new file. Writes a temporary
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
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

let temporaries = 0;

const TEMPORARY = /\.\d+\.\d+\.tmp$/;

/**
 * Removes temporary files that processes left when they were killed; files of this process stay, and those that are younger than it. With
 * `below`, in the folders below too. Gives the names; none for a missing folder.
 */
export async function removeTemporaries(folder: string, below = false): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(folder, { recursive: below }).catch(() => [])) {
    if (!TEMPORARY.test(name) || name.includes(`.${process.pid}.`)) continue;
    const path = join(folder, name);
    const facts = await stat(path).catch(() => undefined);
    if (!facts?.isFile() || facts.mtimeMs >= performance.timeOrigin) continue;
    await rm(path, { force: true });
    removed.push(name);
  }
  return removed;
}

/**
 * Makes a rename or a new name in `folder` survive a power cut, where the file system can do that. What was done in the folder is
 * done whether it can or not, so this never rejects: shares and FUSE answer EINVAL, ENOTSUP, EBADF or EIO, and are warned of once.
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

/** Codes of a file system that has no such thing as fsync. Others (EIO, ENOSPC) mean that bytes are lost. */
const CANNOT_SYNC = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF'];

/**
 * Makes what was written to an open file survive a power cut (fdatasync). A file system that cannot do that is warned of once a
 * folder; rejects when bytes are lost.
 */
export async function syncFile(file: Pick<FileHandle, 'datasync'>, path: string): Promise<void> {
  try {
    await file.datasync();
  } catch (error) {
    if (!CANNOT_SYNC.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    warnOnce(dirname(path), error);
  }
}

/** Makes a file that was written and closed survive a power cut, as `syncFile`. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await syncFile(file, path);
  } finally {
    await file.close();
  }
}

/** Code of the process's warning about a folder that may lose what was written last in a power cut. */
export const NOT_DURABLE = 'AMPHI_NOT_DURABLE';

/** Folders that were warned of, at most so many; beyond them the warnings end. */
const warned = new Set<string>();
const MOST_WARNED = 1000;

/** Warns of a folder once. The warning is the process's own (`process.on('warning')`), since every room writes files. */
function warnOnce(folder: string, error: unknown): void {
  if (warned.has(folder) || warned.size >= MOST_WARNED) return;
  warned.add(folder);
  const { code = String(error) } = error as NodeJS.ErrnoException;
  const text = `${folder}: its file system cannot make changes survive a power cut (${code}); they are kept all the same`;
  process.emitWarning(text, { type: 'DurabilityWarning', code: NOT_DURABLE });
}
