import { statfs } from 'node:fs/promises';

/**
 * Free bytes on the disk of a folder for users other than root; Infinity if the file system does not report its size.
 * Rejects with the system's error.
 */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
}
