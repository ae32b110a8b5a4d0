import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A file that is being stored has this before its name, in the folder where it belongs; lists do not show it. */
const PREFIX = '.part-';
/** Nobody comes back after so long. */
const STALE_MS = 7 * 24 * 3600_000;

export const isPartial = (name: string): boolean => name.startsWith(PREFIX);
export const partialOf = (path: string): string => join(dirname(path), PREFIX + basename(path));

/**
 * What is told of a transfer that broke off: one byte less than there is, so that who goes on has something to send and
 * the file becomes whole, also when all had come but the end.
 */
export const partialSizeBytes = (sizeBytes: number): number => Math.max(0, sizeBytes - 1);

/** Removes what broke off long ago. */
export async function removeStalePartials(folder: string, olderThanMs = STALE_MS): Promise<void> {
  for (const path of await readdir(folder, { recursive: true })) {
    if (!isPartial(basename(path))) continue;
    const { mtimeMs } = await stat(join(folder, path));
    if (Date.now() - mtimeMs > olderThanMs) await rm(join(folder, path), { force: true });
  }
}
