import { FileError } from './file-error.ts';
import type { Entry, MountFiles, Reading, Writing } from './file-tree.ts';

/** Files that are made when they are read and applied when they are stored (`box.cfg`). There are no folders inside. */
export interface VirtualFolder {
  list(): Promise<readonly { name: string; sizeBytes: number; modifiedMs: number }[]>;
  /** The content of a file; undefined if there is none of that name. */
  read(name: string): Promise<Buffer | undefined>;
  store?: (name: string, content: Buffer) => Promise<void | { refused: string }>;
  remove?: (name: string) => Promise<void | { refused: string }>;
}

/** Bytes of a stored file; a larger one is refused. */
const MOST_BYTES = 16 << 20;
const refusing = (answer: void | { refused: string }): void => {
  if (answer) throw new FileError('denied', answer.refused);
};
const refuse = (): Promise<never> => Promise.reject(new FileError('denied'));

/** Opens a virtual folder as a mount. A file larger than 16 MiB is refused. */
export function virtualFiles(folder: VirtualFolder): MountFiles {
  const stat = async (path: string): Promise<Entry> => {
    const found = (await folder.list()).find(({ name }) => name === path);
    if (!found) throw new FileError('missing');
    return { ...found, kind: 'file' };
  };
  return {
    stat,
    async list(path) {
      if (path !== '') throw new FileError('not a folder');
      return (await folder.list()).map((file) => ({ ...file, kind: 'file' }));
    },
    async openRead(path): Promise<Reading> {
      const content = await folder.read(path);
      if (!content) throw new FileError(path === '' ? 'is a folder' : 'missing');
      return {
        sizeBytes: content.length,
        modifiedMs: Date.now(),
        read: (offset, length) => Promise.resolve(content.subarray(offset, offset + length)),
        close: () => Promise.resolve(),
      };
    },
    async openWrite(path, how) {
      if (!folder.store || path.includes('/')) throw new FileError('denied');
      const before = how.keep || how.exclusive ? await folder.read(path) : undefined;
      if (before && how.exclusive) throw new FileError('exists');
      return writing((how.keep && before) || Buffer.alloc(0), how.at ?? 0, (content) => folder.store?.(path, content));
    },
    async remove(path) {
      await stat(path);
      if (!folder.remove) return refuse();
      refusing(await folder.remove(path));
    },
    makeFolder: refuse,
    removeFolder: refuse,
    rename: refuse,
    setModified: async (path) => void (await stat(path)),
    freeBytes: () => Promise.resolve(MOST_BYTES),
  };
}

function writing(
  before: Buffer,
  at: number | 'end',
  store: (content: Buffer) => Promise<void | { refused: string }> | undefined,
): Writing {
  let room = Buffer.from(before);
  let sizeBytes = before.length;
  const startBytes = at === 'end' ? before.length : at;
  if (startBytes > before.length) throw new FileError('bad name', 'there is less than that to go on with');
  const resize = (wanted: number): void => {
    if (wanted > MOST_BYTES) throw new FileError('full');
    if (wanted > room.length) room = Buffer.concat([room, Buffer.alloc(wanted)]);
    else if (wanted < sizeBytes) room.fill(0, wanted, sizeBytes);
    sizeBytes = wanted;
  };
  return {
    startBytes,
    sizeBytes: () => sizeBytes,
    async write(offset, bytes) {
      if (offset + bytes.length > sizeBytes) resize(offset + bytes.length);
      bytes.copy(room, offset);
    },
    async truncate(wanted) {
      resize(wanted);
    },
    setModified: () => undefined,
    commit: async () => refusing(await store(room.subarray(0, sizeBytes))),
    abandon: () => Promise.resolve(),
  };
}
