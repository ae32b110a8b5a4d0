import type { FileHandle } from 'node:fs/promises';
import { readUpTo } from '#lib/runtime/disk/read-at.ts';
import type { ByteSource } from './byte-source.ts';

/** The bytes of an open file. */
export const bytesOfFile = (file: FileHandle): ByteSource => ({
  sizeBytes: async () => (await file.stat()).size,
  read: (at, bytes) => readUpTo(file, at, bytes),
});
