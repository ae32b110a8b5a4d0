import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
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
      await file.sync();
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
 * Removes temporary files that processes left when they were killed; files younger than this process stay. With
 * `below`, in the folders below too. Gives the names; none for a missing folder.
 */
export async function removeTemporaries(folder: string, below = false): Promise<string[]> {
  const beganMs = Date.now() - performance.now();
  const removed: string[] = [];
  for (const name of await readdir(folder, { recursive: below }).catch(() => [])) {
    if (!TEMPORARY.test(name)) continue;
    const path = join(folder, name);
    const facts = await stat(path).catch(() => undefined);
    if (!facts?.isFile() || facts.mtimeMs >= beganMs) continue;
    await rm(path, { force: true });
    removed.push(name);
  }
  return removed;
}

/** Makes a rename or a new name in `folder` survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
