import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder, syncPath } from '../files.ts';

/**
 * Lets `write` make a file under a temporary name beside `to`, and gives it its name when it is complete and on the disk;
 * nothing is left if it rejects. Gives what `write` gives.
 */
export async function writeBeside<T>(to: string, write: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = `${to}.${randomUUID()}.tmp`;
  let made: T;
  try {
    made = await write(temporary);
    await syncPath(temporary);
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(to));
  return made;
}
