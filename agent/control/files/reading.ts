import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { FileError, telling } from './file-error.ts';
import type { Reading } from './file-tree.ts';
import type { Turnstile } from '#lib/runtime/turnstile.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Opens a plain file to be read at its real path; nothing else can be. */
export async function openReading(real: string, turnstile: Turnstile): Promise<Reading> {
  // Not blocking: to open a pipe must not wait for its writer.
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
