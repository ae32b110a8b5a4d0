import { posix } from 'node:path';
import { FileError } from './file-error.ts';
import type { Access } from '../session/line-session.ts';

/** Something in the tree, as lists show it. */
export interface Entry {
  name: string;
  kind: 'file' | 'folder';
  sizeBytes: number;
  modifiedMs: number;
}

/** A file that is being read. It may grow meanwhile. */
export interface Reading {
  sizeBytes: number;
  modifiedMs: number;
  /** Up to `length` bytes; none at the end. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export interface HowToWrite {
  /** Goes on with what is there: a transfer that broke off, or else the file. Otherwise it begins anew. */
  keep?: boolean;
  /** With `keep`: where it goes on. What was there behind is dropped; a place beyond the end is refused. */
  at?: number | 'end';
  /** Refused when the name is taken. */
  exclusive?: boolean;
}

/** A file that is being written; it gets its name when it is whole. */
export interface Writing {
  /** Where `at` led. */
  startBytes: number;
  sizeBytes(): number;
  write(offset: number, bytes: Buffer): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  setModified(ms: number): void;
  /** It is whole: on disk, and under its name. */
  commit(): Promise<void>;
  /** It is not; what there is may be gone on with. */
  abandon(): Promise<void>;
}

/** The files of one mount. Paths are relative to it, clean, and '' is the mount itself. They throw FileError. */
export interface MountFiles {
  /** With `orPartial`, of a transfer that broke off what there is of it. */
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

export type Right = 'read' | 'store' | 'remove';

export interface Mount {
  /** The folder right below `/`. */
  name: string;
  files: MountFiles;
  rights: Record<Access, readonly Right[]>;
}

/** The tree as one account sees it. Paths are absolute; whatever is wrong with them is a FileError. */
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

export interface FileTree {
  as(access: Access): FileView;
}

const LONGEST_PATH = 4096;
const LONGEST_NAME_BYTES = 240;
const DEEPEST = 32;

/** `path` as seen from `folder`, absolute and without `.` and `..`; it never leads out of the root. */
export const absolute = (folder: string, path: string): string =>
  posix.resolve('/', folder, path.slice(0, LONGEST_PATH + 1));

/** The parts of an absolute path. Throws FileError for names that no file of ours may have. */
export function partsOf(path: string): string[] {
  const parts = posix.resolve('/', path).split('/').filter(Boolean);
  const isBad = (name: string): boolean =>
    /\p{Cc}/u.test(name) ||
    !name.isWellFormed() ||
    name.includes('\ufffd') ||
    Buffer.byteLength(name) > LONGEST_NAME_BYTES;
  if (path.length > LONGEST_PATH || parts.length > DEEPEST || parts.some(isBad)) throw new FileError('bad name');
  return parts;
}

/** One tree for all transports: a root that cannot be changed, and the mounts right below it. */
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
  /** What may be changed lies in a mount; neither the root nor a mount itself may be. */
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
      return any ? any.files.freeBytes() : 0;
    },
  };
}
