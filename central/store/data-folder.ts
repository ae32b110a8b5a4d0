import { access, chmod, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { holdName } from '@amphi/lib/runtime/processes/only-one.ts';
import type { Scope } from '@amphi/lib/runtime/scope.ts';

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it is on a read-only file system',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'it is no folder',
  ENOENT: 'it cannot be made there',
};

/**
 * Makes a folder that can be written, with its parents. Throws an error in words for an installer; `option` is the flag
 * that chooses another folder.
 */
export async function makeWritableFolder(folder: string, option: string, mode = 0o700): Promise<void> {
  try {
    await makeFolder(folder, mode);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Error(`the folder ${folder} cannot be used: ${WORDS[code] ?? message}; choose another with ${option}`, {
      cause: error,
    });
  }
}

/**
 * Makes a folder and its parents, one by one: Node's own `recursive` never returns where the system allows no folders,
 * such as below /proc.
 */
async function makeFolder(folder: string, mode: number): Promise<void> {
  const there = await stat(folder).catch(() => undefined);
  if (there?.isDirectory()) return;
  if (there) throw Object.assign(new Error('it is no folder'), { code: 'EEXIST' });
  if (dirname(folder) !== folder) await makeFolder(dirname(folder), 0o755);
  await mkdir(folder, mode);
}

/** Makes the data folder of the server, and locks it against other servers until the scope is closed. */
export async function takeDataFolder(data: string, scope: Scope): Promise<void> {
  await makeWritableFolder(data, '--data');
  await chmod(data, 0o700);
  const release = await holdName(`central ${data}`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(`another server runs with the folder ${data}: give each its own with --data`, { cause: error });
  });
  scope.defer(release);
}
