import type { Writable } from 'node:stream';

/**
 * Writes bytes to a program or a client, and resolves when there is room for more. One that has closed takes nothing, and
 * nobody waits for it; it never rejects: the end of a program, or of a connection, says why.
 */
export function written(into: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (into.destroyed || !into.writable || into.write(bytes)) return resolve();
    const go = (): void => {
      into.off('drain', go).off('close', go);
      resolve();
    };
    into.on('drain', go).on('close', go);
  });
}
