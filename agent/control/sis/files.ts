import type { ErrorCode } from '#lib/sis/errors.ts';
import type { FileRecord } from '#lib/sis/records.ts';
import { FileError } from '../files/file-error.ts';
import { absolute, type FileView } from '../files/file-tree.ts';

/**
 * Number of files that are listed or erased at once, and of folders inside of each other; what is beyond is left out.
 */
const MOST_FILES = 1000;
const DEEPEST = 8;
/** Rounds of erasing `MOST_FILES` files; with more files the answer is E28, and the command may be sent again. */
const MOST_ROUNDS = 100;

/** A folder as replies name it: without the slash at its beginning. */
export const shownFolder = (folder: string): string => folder.replace(/^\//, '');

/**
 * The folder that `CJ` changes to: the root if no path is given; a path without a slash at its beginning is relative to
 * the session's folder.
 */
export const folderAt = (now: string, path: string): string => (path === '' ? '/' : absolute(now, path));

/** The error code for a failure of the file tree. */
export function codeOf(error: unknown): ErrorCode {
  if (!(error instanceof FileError)) throw error;
  return error.problem === 'denied' ? 'E24' : 'E28';
}

async function walk(
  files: FileView,
  folder: string,
  depth: number,
  found: { path: string; sizeBytes: number; modifiedMs: number }[],
): Promise<void> {
  for (const entry of await files.list(folder)) {
    if (found.length >= MOST_FILES) return;
    const path = absolute(folder, entry.name);
    if (entry.kind === 'file') found.push({ ...entry, path });
    else if (depth < DEEPEST) await walk(files, path, depth + 1, found);
  }
}

/** The files in a folder and its folders, with paths from there: at most a thousand; the rest is left out. */
export async function listed(files: FileView, folder: string): Promise<FileRecord[]> {
  const found: { path: string; sizeBytes: number; modifiedMs: number }[] = [];
  await walk(files, folder, 0, found);
  const prefix = folder === '/' ? 1 : folder.length + 1;
  return found.map(({ path, sizeBytes, modifiedMs }) => ({
    path: path.slice(prefix),
    changed: new Date(modifiedMs).toUTCString(),
    bytes: sizeBytes,
  }));
}

/**
 * Erases the files of a folder, with `below` also those in its folders. E14 for the root and for recordings, which are
 * deleted one by one, by their number. Throws a FileError at the first file that cannot be removed.
 */
export async function erase(files: FileView, folder: string, below: boolean): Promise<ErrorCode | undefined> {
  if (/^\/recordings(\/|$)/.test(folder) || folder === '/') return 'E14';
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const found: { path: string; sizeBytes: number; modifiedMs: number }[] = [];
    await walk(files, folder, below ? 0 : DEEPEST, found);
    if (found.length === 0) return undefined;
    for (const { path } of found) await files.remove(path);
  }
  return 'E28';
}
