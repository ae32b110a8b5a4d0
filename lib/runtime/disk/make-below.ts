import { mkdir } from 'node:fs/promises';

/**
 * Makes a folder and those above it, from a folder on that was there before (`anchor`, absolute; `below` is the path from the
 * anchor, `../` at its beginning included). The system looks for the anchor in the same step in which it makes each folder: if
 * the share that has it goes away meanwhile, nothing is made in the empty folder that it leaves. Rejects with ENOENT then.
 */
export async function makeBelow(anchor: string, below: string, mode: number): Promise<void> {
  let path = anchor;
  for (const part of below.split('/')) {
    path = `${path}/${part}`;
    if (part === '..') continue;
    await mkdir(path, { mode }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
