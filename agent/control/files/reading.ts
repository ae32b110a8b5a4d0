import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { FileError, telling } from './file-error.ts';
import type { Reading } from './file-tree.ts';
import type { Turnstile } from '#lib/runtime/turnstile.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Opens a regular file at its real path for reading; other kinds are refused. */
export async function openReading(real: string, turnstile: Turnstile): Promise<Reading> {
  // O_NONBLOCK: opening a pipe would wait for a writer.
  const file = await open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const facts = await file.stat();
  if (!facts.isFile()) {
    await file.close();
    throw new FileError(facts.isDirectory() ? 'is a folder' : 'denied');
  }
  return {
    sizeBytes: facts.size,
    modifiedMs: facts.mtimeMs,
    async read(offset, length) {
      const { bytesRead, buffer } = await telling(() =>
        turnstile.inTurn(() => file.read(Buffer.allocUnsafe(length), 0, length, offset)),
      );
      return buffer.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}
