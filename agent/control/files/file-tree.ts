import { posix } from 'node:path';
import { FileError } from './file-error.ts';
import type { Access } from '../session/line-session.ts';

/** A file or folder in the tree, as lists show it. */
export interface Entry {
  name: string;
  kind: 'file' | 'folder';
  sizeBytes: number;
  modifiedMs: number;
}

/** A file that is open for reading. It may grow meanwhile. */
export interface Reading {
  sizeBytes: number;
  modifiedMs: number;
  /** Reads up to `length` bytes; none at the end. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** How a file is opened for writing. */
export interface HowToWrite {
  /** Continues what exists: an unfinished transfer, or else the file. Without it the file begins anew. */
  keep?: boolean;
  /** The offset at which to continue, with `keep`. Bytes after it are dropped; an offset beyond the end is refused. */
  at?: number | 'end';
  /** Refuses a name that exists. */
  exclusive?: boolean;
}

/** A file that is open for writing. It gets its name when it is complete. */
export interface Writing {
  /** The offset at which writing begins. */
  startBytes: number;
  sizeBytes(): number;
  write(offset: number, bytes: Buffer): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  setModified(ms: number): void;
  /** Ends a complete file. When this resolves, the file is on disk and has its name. */
  commit(): Promise<void>;
  /** Ends an incomplete file; a later transfer may continue it. After `commit` it does nothing. */
  abandon(): Promise<void>;
}

/** The files of one mount. Paths are relative to it, without `.` and `..`; '' is the mount. Failures are FileErrors. */
export interface MountFiles {
  /** An entry; with `orPartial` also that of an unfinished transfer. */
  stat(path: string, orPartial: boolean): Promise<Entry>;
  list(path: string): Promise<Entry[]>;
  openRead(path: string): Promise<Reading>;
  openWrite(path: string, how: HowToWrite): Promise<Writing>;
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  removeFolder(path: string): Promise<void>;
  rename(from: string, to: string, overwrite: boolean): Promise<void>;
  setModified(path: string, ms: number): Promise<void>;
  freeBytes(): Promise<number>;
}

/** What an account may do with files. */
export type Right = 'read' | 'store' | 'remove';

/** A folder of the tree with its files and rights. */
export interface Mount {
  /** Name of the folder directly below `/`. */
  name: string;
  files: MountFiles;
  rights: Record<Access, readonly Right[]>;
}

/** The tree as one account sees it. Paths are absolute. A wrong path is a FileError. */
export interface FileView {
  may(path: string, right: Right): boolean;
  stat(path: string): Promise<Entry>;
  list(path: string): Promise<Entry[]>;
  openRead(path: string): Promise<Reading>;
  openWrite(path: string, how?: HowToWrite): Promise<Writing>;
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  removeFolder(path: string): Promise<void>;
  rename(from: string, to: string, overwrite?: boolean): Promise<void>;
  setModified(path: string, ms: number): Promise<void>;
  freeBytes(path: string): Promise<number>;
}

/** All files that clients can reach. */
export interface FileTree {
  as(access: Access): FileView;
}

/**
 * Limits of a path: its characters, bytes of each name, number of names. A path beyond them is refused as a bad name.
 */
const LONGEST_PATH = 4096;
const LONGEST_NAME_BYTES = 240;
const DEEPEST = 32;

/** The absolute path of `path` seen from `folder`, without `.` and `..`; it cannot leave the root. */
export const absolute = (folder: string, path: string): string =>
  posix.resolve('/', folder, path.slice(0, LONGEST_PATH + 1));

/**
 * The parts of an absolute path, with accents composed (NFC): a Mac sends letter and accent as two characters, and two
 * files could have names that look the same. Throws a FileError for names that are not allowed.
 */
export function partsOf(path: string): string[] {
  const parts = posix.resolve('/', path).normalize('NFC').split('/').filter(Boolean);
  const isBad = (name: string): boolean =>
    /\p{Cc}/u.test(name) ||
    !name.isWellFormed() ||
    name.includes('\ufffd') ||
    Buffer.byteLength(name) > LONGEST_NAME_BYTES;
  if (path.length > LONGEST_PATH || parts.length > DEEPEST || parts.some(isBad)) throw new FileError('bad name');
  return parts;
}

/** Makes the file tree that all transports share: a root that cannot be changed, with the mounts directly below it. */
export function openFileTree(mounts: readonly Mount[]): FileTree {
  const startedMs = Date.now();
  const byName = new Map(mounts.map((mount) => [mount.name, mount]));
  const folder = (name: string): Entry => ({ name, kind: 'folder', sizeBytes: 0, modifiedMs: startedMs });
  return { as: (access) => viewOf(byName, folder, access) };
}

function viewOf(mounts: ReadonlyMap<string, Mount>, folder: (name: string) => Entry, access: Access): FileView {
  const has = (mount: Mount | undefined, right: Right): mount is Mount =>
    mount?.rights[access].includes(right) ?? false;
  const find = (path: string): { mount: Mount | undefined; inside: string; depth: number } => {
    const [name, ...rest] = partsOf(path);
    const mount = name === undefined ? undefined : mounts.get(name);
    if (name !== undefined && !has(mount, 'read') && !has(mount, 'store')) throw new FileError('missing');
    return { mount, inside: rest.join('/'), depth: rest.length };
  };
  /** The mount of a path that may be changed, and the path in it. Throws for the root and for the mounts themselves. */
  const changeable = (path: string, right: Right): { mount: Mount; inside: string } => {
    const { mount, inside, depth } = find(path);
    if (!mount || depth === 0 || !has(mount, right)) throw new FileError('denied');
    return { mount, inside };
  };
  const readable = (path: string): { mount: Mount; inside: string } => {
    const { mount, inside } = find(path);
    if (!mount) throw new FileError('is a folder');
    if (!has(mount, 'read')) throw new FileError('denied');
    return { mount, inside };
  };
  return {
    may(path, right) {
      const { mount, depth } = find(path);
      return mount ? has(mount, right) && (right === 'read' || depth > 0) : right === 'read';
    },
    async stat(path) {
      const { mount, inside, depth } = find(path);
      if (!mount || depth === 0) return folder(mount?.name ?? '/');
      return mount.files.stat(inside, has(mount, 'store'));
    },
    async list(path) {
      const { mount, inside } = find(path);
      if (mount) return readable(path).mount.files.list(inside);
      return [...mounts.values()].filter((one) => has(one, 'read')).map(({ name }) => folder(name));
    },
    async openRead(path) {
      const { mount, inside } = readable(path);
      return mount.files.openRead(inside);
    },
    async openWrite(path, how = {}) {
      const { mount, inside } = changeable(path, 'store');
      return mount.files.openWrite(inside, how);
    },
    async remove(path) {
      const { mount, inside } = changeable(path, 'remove');
      await mount.files.remove(inside);
    },
    async makeFolder(path) {
      const { mount, inside } = changeable(path, 'store');
      await mount.files.makeFolder(inside);
    },
    async removeFolder(path) {
      const { mount, inside } = changeable(path, 'remove');
      await mount.files.removeFolder(inside);
    },
    async rename(from, to, overwrite = false) {
      const [old, target] = [changeable(from, 'remove'), changeable(to, 'store')];
      if (old.mount !== target.mount) throw new FileError('denied', 'only within one folder of the root');
      await old.mount.files.rename(old.inside, target.inside, overwrite);
    },
    async setModified(path, ms) {
      const { mount, inside } = changeable(path, 'store');
      await mount.files.setModified(inside, ms);
    },
    async freeBytes(path) {
      const { mount } = find(path);
      const any = mount ?? mounts.values().next().value;
      // A finite number, since clients of all protocols need one even if a mount is unlimited.
      return any ? Math.min(await any.files.freeBytes(), Number.MAX_SAFE_INTEGER) : 0;
    },
  };
}
