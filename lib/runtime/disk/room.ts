import { statfs } from 'node:fs/promises';

/** Room on the disk of a folder for those who are not root, bytes; without bound where the file system does not tell its size. Rejects as the system does. */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
}
