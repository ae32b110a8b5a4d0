import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';

/** Lets `write` make a file under a temporary name beside `to`, and gives it its name; nothing is left if it rejects. */
export async function writeBeside(to: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${to}.${randomUUID()}.tmp`;
  try {
    await write(temporary);
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
