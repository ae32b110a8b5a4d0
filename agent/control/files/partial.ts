import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Prefix of the name of a file that is being stored, in its final folder. Lists do not show such files. */
const PREFIX = '.part-';
/** Age in ms at which an unfinished transfer is removed. */
const STALE_MS = 7 * 24 * 3600_000;

/** Whether a name is that of an unfinished transfer. */
export const isPartial = (name: string): boolean => name.startsWith(PREFIX);
/** The path of the unfinished transfer of a file. */
export const partialOf = (path: string): string => join(dirname(path), PREFIX + basename(path));

/**
 * The size in bytes that clients see of an unfinished transfer: one less than there is. So a client that continues
 * always has something to send, and the file becomes complete even if only the end of the transfer was missing.
 */
export const partialSizeBytes = (sizeBytes: number): number => Math.max(0, sizeBytes - 1);

/** Removes unfinished transfers of more than a week ago, except those that are being continued. */
export async function removeStalePartials(
  folder: string,
  olderThanMs = STALE_MS,
  active: ReadonlySet<string> = new Set(),
): Promise<void> {
  for (const path of await readdir(folder, { recursive: true })) {
    if (!isPartial(basename(path)) || active.has(join(folder, path))) continue;
    const { mtimeMs } = await stat(join(folder, path));
    if (Date.now() - mtimeMs > olderThanMs) await rm(join(folder, path), { force: true });
  }
}
