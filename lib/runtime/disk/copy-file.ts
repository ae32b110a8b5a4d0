import { constants, createReadStream, createWriteStream } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** Error codes of file systems without modes: `copyFile` ends with them after all bytes were copied. */
const NO_MODES = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Copies a file, also to a file system that cannot change modes (FAT, some shares, FUSE); the copy is a clone where the
 * file system can do that. With `isNew`, rejects if `to` exists.
 */
export async function copyContent(from: string, to: string, { isNew = false } = {}): Promise<void> {
  const { COPYFILE_EXCL, COPYFILE_FICLONE } = constants;
  try {
    await copyFile(from, to, COPYFILE_FICLONE | (isNew ? COPYFILE_EXCL : 0));
  } catch (error) {
    if (!NO_MODES.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await pipeline(createReadStream(from), createWriteStream(to, { flags: isNew ? 'wx' : 'w' }));
  }
}
