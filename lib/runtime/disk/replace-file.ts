import { lstat, rename, rm } from 'node:fs/promises';

/**
 * Error codes of file systems that do not rename over an existing file: FAT and exFAT by FUSE (EEXIST), SFTP (EPERM),
 * shares that have the file open (EACCES, EBUSY).
 */
const NO_REPLACING = ['EEXIST', 'EPERM', 'EACCES', 'EBUSY', 'ENOTSUP', 'EOPNOTSUPP'];

/** A number of this process, in names of files that it puts aside. A process number is not enough: it may come again. */
const OWN = Math.round(performance.timeOrigin);

/** End of the name of a former file that was put aside, with the number of the process, and one of the file. */
const BEFORE = /^(.+)\.before\.\d+\.\d+\.tmp$/;
let asides = 0;

/**
 * Gives the file `from` the name `to`; a file that has this name is replaced. Where the file system cannot do that in
 * one step, the former file is put aside under a temporary name, and removed when the new one has its name;
 * `restoreBefore` gives it its name back if the process ends in between. Rejects if the name still leads to the former
 * file.
 */
export async function replaceFile(from: string, to: string): Promise<void> {
  // Two replacements of one file at the same time would each find the other's file under the name.
  const before = running.get(to);
  const run = (before ?? Promise.resolve()).catch(() => undefined).then(() => replaceNow(from, to));
  running.set(to, run);
  try {
    await run;
  } finally {
    if (running.get(to) === run) running.delete(to);
  }
}

/** The last replacement of each file that is being replaced. */
const running = new Map<string, Promise<void>>();

async function replaceNow(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    const isOther = NO_REPLACING.includes((error as NodeJS.ErrnoException).code ?? '');
    const there = await lstat(to).catch(() => undefined);
    if (!isOther || !(there?.isFile() || there?.isSymbolicLink())) throw error;
    await replaceInSteps(from, to);
  }
}

async function replaceInSteps(from: string, to: string): Promise<void> {
  const aside = `${to}.before.${OWN}.${asides++}.tmp`;
  await rename(to, aside);
  try {
    await rename(from, to);
  } catch (error) {
    await rename(aside, to);
    throw error;
  }
  // The new file has its name: a former one that stays is removed with other leftovers.
  await rm(aside, { force: true }).catch(() => undefined);
}

/** Whether this process put a file aside under this name, and may still be replacing it. */
export const isOwnBefore = (name: string): boolean => name.includes(`.before.${OWN}.`);

/** Whether a name is that of a former file that was put aside. */
export const isBefore = (name: string): boolean => BEFORE.test(name);

/**
 * Gives a former file that was put aside its name back, and returns that. Undefined if the name leads to a file, or may
 * do so.
 */
export async function restoreBefore(aside: string): Promise<string | undefined> {
  const original = BEFORE.exec(aside)?.[1];
  if (original === undefined) return undefined;
  const isFree = await lstat(original).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
  if (!isFree) return undefined;
  await rename(aside, original);
  return original;
}
