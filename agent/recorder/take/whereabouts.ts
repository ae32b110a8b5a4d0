import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';

/** Whether the name of an open file still leads to it. `unknown`: the look failed, which says nothing about the file. */
export type Look = 'there' | 'gone' | 'other' | 'unknown';

/** What a look found, and whether it can be believed at once: the file has lost its last name. */
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

/** Watches the name of an open file. */
export interface Whereabouts {
  /**
   * Looks where the name leads; `writtenBytes` is what the handle has written. The handle is the file, whatever happens to its
   * name. Inode numbers are not its identity: shares and FUSE give others from one look to the next, so a name counts as ours
   * too if what it leads to grows with what is written here and ends in the same bytes. Never rejects.
   */
  look(writtenBytes: number): Promise<Found>;
}

/** Bytes at the end of the named file that are compared with ours. */
const COMPARED_BYTES = 4096;
/** Looks, three a second, for which a share may know an older size of the file: it caches sizes for some seconds. */
const CACHED_LOOKS = 10;

/** Opens the watch over `path`, which `file` was opened by. */
export function openWhereabouts(file: FileHandle, path: string): Whereabouts {
  return new WhereaboutsOfHandle(file, path);
}

class WhereaboutsOfHandle implements Whereabouts {
  readonly #file: FileHandle;
  readonly #path: string;
  #hadName = false;
  /** What was written at the last looks, oldest first. */
  #writtenBytes: number[] = [];

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  async look(writtenBytes: number): Promise<Found> {
    this.#writtenBytes = [...this.#writtenBytes, writtenBytes].slice(-CACHED_LOOKS);
    const [own, named] = await Promise.all([factsOf(this.#file.stat()), factsOf(lstat(this.#path))]);
    if (own === undefined || own === 'none' || named === undefined) return { look: 'unknown', isCertain: false };
    if (own.nlink > 0) this.#hadName = true;
    // Some file systems count no names at all.
    const isCertain = this.#hadName && own.nlink === 0;
    if (named === 'none') return { look: 'gone', isCertain };
    if (named.ino === own.ino && named.dev === own.dev) return { look: 'there', isCertain: false };
    if (!isCertain && (await this.#isOurs(named, writtenBytes))) return { look: 'there', isCertain: false };
    return { look: 'other', isCertain };
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

/** The facts of a file, `none` if there is none of this name; undefined if the look failed. */
async function factsOf(look: Promise<Facts>): Promise<Facts | 'none' | undefined> {
  return look.catch((error: unknown) => (isMissing(error) ? 'none' : undefined));
}

/** Whether an error says that there is no such file. All others (ESTALE, EIO, EACCES) are no answer. */
export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Whether there is certainly no file of this name; undefined if the look failed. */
export async function isThere(path: string): Promise<boolean | undefined> {
  const facts = await factsOf(lstat(path));
  return facts === undefined ? undefined : facts !== 'none';
}

/**
 * Removes `path` if it leads to this open file; any other file stays. Where inode numbers change from look to look, it leads to
 * it if both are empty and were made at the same moment. Never rejects.
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
