import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';

/**
 * The file to which the name of an open file leads now: itself, none, or another one. `unknown`: the check failed,
 * which says nothing about the file.
 */
export type Look = 'there' | 'gone' | 'other' | 'unknown';

/** The result of a check. `isCertain`: it can be believed at once, since the file has lost its last name. */
export interface Found {
  look: Look;
  isCertain: boolean;
}

interface Facts {
  dev: number;
  ino: number;
  nlink: number;
  size: number;
  mtimeMs: number;
  ctimeMs: number;
}

/** Checks whether an open file still has its name. */
export interface Whereabouts {
  /**
   * Checks to which file the name leads; `writtenBytes` is what was written through the handle. The handle always stays
   * with the file, whatever happens to its name. Inode numbers do not identify it: network shares and FUSE may give
   * another one at each call. So a name also counts as the file's if its size grows with what is written, and its last
   * bytes are the same. Never rejects.
   */
  look(writtenBytes: number): Promise<Found>;
}

/** Number of bytes at the end of both files that are compared. */
const COMPARED_BYTES = 4096;
/**
 * Number of checks (three a second) during which a network share may give an older size of the file, since shares cache
 * sizes for some seconds.
 */
const CACHED_LOOKS = 10;

/** Opens the checks of `path`, under which `file` was opened. */
export function openWhereabouts(file: FileHandle, path: string): Whereabouts {
  return new WhereaboutsOfHandle(file, path);
}

class WhereaboutsOfHandle implements Whereabouts {
  readonly #file: FileHandle;
  readonly #path: string;
  #hadName = false;
  /** Bytes that had been written at each of the last checks, oldest first. */
  #writtenBytes: number[] = [];

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  async look(writtenBytes: number): Promise<Found> {
    this.#writtenBytes = [...this.#writtenBytes, writtenBytes].slice(-CACHED_LOOKS);
    const [own, named] = await Promise.all([factsOf(this.#file.stat()), factsOf(lstat(this.#path))]);
    if (named === undefined) return { look: 'unknown', isCertain: false };
    if (own === undefined || own === 'none')
      return { look: await this.#lookByName(own, named, writtenBytes), isCertain: false };
    if (own.nlink > 0) this.#hadName = true;
    // The count of names is believed only if it was above 0 before, since some file systems do not count them.
    const isCertain = this.#hadName && own.nlink === 0;
    if (named === 'none') return { look: 'gone', isCertain };
    if (named.ino === own.ino && named.dev === own.dev) return { look: 'there', isCertain: false };
    if (!isCertain && (await this.#isOurs(named, writtenBytes))) return { look: 'there', isCertain: false };
    return { look: 'other', isCertain };
  }

  /**
   * The result of a check if the open file cannot be looked at: shares and FUSE look it up by its name, so that a file
   * that was removed on the server is found nowhere.
   */
  async #lookByName(own: 'none' | undefined, named: Facts | 'none', writtenBytes: number): Promise<Look> {
    if (named === 'none') return 'gone';
    if (await this.#isOurs(named, writtenBytes)) return 'there';
    return own === 'none' ? 'other' : 'unknown';
  }

  async #isOurs({ size }: Facts, writtenBytes: number): Promise<boolean> {
    if (size === writtenBytes) return true;
    const [leastBytes = writtenBytes] = this.#writtenBytes;
    return size >= leastBytes && size <= writtenBytes && (await this.#endsAlike(size));
  }

  async #endsAlike(size: number): Promise<boolean> {
    const from = Math.max(0, size - COMPARED_BYTES);
    const named = await open(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
    try {
      const [theirs, ours] = await Promise.all([bytesAt(named, from, size), bytesAt(this.#file, from, size)]);
      return theirs !== undefined && ours !== undefined && theirs.equals(ours);
    } finally {
      await named?.close().catch(() => undefined);
    }
  }
}

async function bytesAt(file: FileHandle | undefined, from: number, to: number): Promise<Buffer | undefined> {
  const data = Buffer.alloc(to - from);
  const read = await file?.read(data, 0, data.length, from).catch(() => undefined);
  return read && data.subarray(0, read.bytesRead);
}

/** The facts of a file: `none` if there is no file of this name, undefined if the check failed. */
async function factsOf(look: Promise<Facts>): Promise<Facts | 'none' | undefined> {
  return look.catch((error: unknown) => (isMissing(error) ? 'none' : undefined));
}

/** Whether an error says that there is no such file. Other errors (ESTALE, EIO, EACCES) say nothing about that. */
export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/**
 * Whether an error says that a name leads to no file of its own: nothing has it, or a link or a folder. Other errors are
 * of the disk, and another attempt may not give them.
 */
export const leadsToNoFile = (error: unknown): boolean =>
  isMissing(error) || ['ELOOP', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Whether a file of this name exists; undefined if the check failed. */
export async function isThere(path: string): Promise<boolean | undefined> {
  const facts = await factsOf(lstat(path));
  return facts === undefined ? undefined : facts !== 'none';
}

/**
 * Removes `path` if it leads to this open file; any other file is not touched. On file systems that change inode
 * numbers, it counts as this file if both are empty and were made at the same time. Never rejects.
 */
export async function removeOwn(
  file: FileHandle,
  path: string,
  remove: (path: string) => Promise<void>,
): Promise<void> {
  const [own, named] = await Promise.all([factsOf(file.stat()), factsOf(lstat(path))]);
  if (typeof own !== 'object' || typeof named !== 'object') return;
  const isOwn = own.ino === named.ino && own.dev === named.dev;
  if (isOwn || areTwins(own, named)) await remove(path).catch(() => undefined);
}

const areTwins = (one: Facts, other: Facts): boolean =>
  one.size === 0 && other.size === 0 && one.mtimeMs === other.mtimeMs && one.ctimeMs === other.ctimeMs;
