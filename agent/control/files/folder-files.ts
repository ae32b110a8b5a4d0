import { lstat, mkdir, readdir, realpath, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Stats } from 'node:fs';
import { syncFolder } from '#lib/runtime/files.ts';
import { tryToMakeFolder } from '#lib/runtime/disk/keeping.ts';
import { replaceFile } from '#lib/runtime/disk/replace-file.ts';
import type { Log } from '#lib/runtime/log.ts';
import { FileError, fileError, telling } from './file-error.ts';
import type { Entry, MountFiles, Reading } from './file-tree.ts';
import { freeBytesOf } from '#lib/runtime/disk/room.ts';
import { isPartial, partialOf, partialSizeBytes, removeStalePartials } from './partial.ts';
import { openReading } from './reading.ts';
import { openTurnstile, type Turnstile } from '#lib/runtime/turnstile.ts';
import { openUpload } from './upload.ts';

/** Options of `openFolderFiles`. */
export interface FolderOptions {
  folder: string;
  log: Log;
  /**
   * Called before a file or folder is deleted; the answer says whether that may be. `deleted`: the callee has done it
   * already.
   */
  onDelete?: (path: string) => Promise<'delete' | 'deleted' | { refused: string }>;
  /** Called when a file was stored completely, or renamed to this path. */
  onStored?: (path: string) => void | Promise<void>;
  /** Called when a file, or its name, was removed. */
  onRemoved?: (path: string) => void | Promise<void>;
  /** Free bytes below which storing stops (1 GiB), so that no client fills the disk that is recorded on. */
  minFreeBytes?: number;
  /** Bytes of a file at which storing stops (100 GiB). */
  maxFileBytes?: number;
  /** Access rights of stored files (0o644). */
  mode?: number;
  /**
   * The turnstile, which lets file operations in one after the other; all folders of a box can share one. Without it,
   * the folder has its own.
   */
  turnstile?: Turnstile;
}

/** Number of a folder's entries that are listed; further ones are left out. */
const MOST_ENTRIES = 50_000;
const GIB = 2 ** 30;

/** Opens a folder of the disk as a mount and makes it if it is missing. A link that leads out of it is not followed. */
export async function openFolderFiles(options: FolderOptions): Promise<MountFiles> {
  await tryToMakeFolder(options.folder, options.log);
  await removeStalePartials(options.folder).catch((error: unknown) =>
    options.log.warn({ err: error }, 'partial files'),
  );
  return new FolderFiles(options);
}

class FolderFiles implements MountFiles {
  readonly #options: FolderOptions;
  readonly #turnstile: Turnstile;
  /** The files that are being stored, by their real paths. */
  readonly #active = new Set<string>();

  constructor(options: FolderOptions) {
    this.#options = options;
    this.#turnstile = options.turnstile ?? openTurnstile();
  }

  async stat(path: string, orPartial: boolean): Promise<Entry> {
    return telling(async () => {
      const real = await this.#parentOf(path);
      const found = await this.#shown(real).catch((error: unknown) => {
        if (fileError(error).problem !== 'missing' || !orPartial) throw error;
        return undefined;
      });
      if (found) return found;
      const part = await lstat(partialOf(real));
      return { ...entryOf(basename(path), part), sizeBytes: partialSizeBytes(part.size) };
    });
  }

  async list(path: string): Promise<Entry[]> {
    return telling(async () => {
      const folder = await this.#followed(path);
      if (!(await stat(folder)).isDirectory()) throw new FileError('not a folder');
      const all = (await readdir(folder)).filter((name) => !isPartial(name) && !name.includes('\ufffd'));
      // A name that exists in both forms (accents composed or not) is listed once, as the composed one.
      const names = all.filter((name) => isComposed(name) || !all.includes(name.normalize('NFC')));
      const found: Entry[] = [];
      for (const name of names.slice(0, MOST_ENTRIES).toSorted()) {
        const entry = await this.#shown(join(folder, name)).catch(() => undefined);
        if (entry) found.push(entry);
      }
      return found;
    });
  }

  async openRead(path: string): Promise<Reading> {
    return telling(async () => {
      const real = await this.#followed(path);
      return openReading(real, this.#turnstile);
    });
  }

  async openWrite(path: string, how: Parameters<MountFiles['openWrite']>[1]) {
    return telling(async () => {
      const { onStored, log, mode = 0o644, minFreeBytes = GIB, maxFileBytes = 100 * GIB } = this.#options;
      return openUpload(await this.#parentOf(path), how, {
        mode,
        minFreeBytes,
        maxFileBytes,
        turnstile: this.#turnstile,
        active: this.#active,
        makeRoom: async () => removeStalePartials(await realpath(this.#options.folder), 0, this.#active),
        stored: async () => {
          log.info({ path }, 'file stored');
          await onStored?.(path);
        },
      });
    });
  }

  async remove(path: string): Promise<void> {
    return telling(async () => {
      const real = await this.#parentOf(path);
      if ((await lstat(real)).isDirectory()) throw new FileError('is a folder');
      if ((await this.#askToDelete(path)) === 'delete') await rm(real);
      this.#options.log.info({ path }, 'file removed');
      await this.#options.onRemoved?.(path);
    });
  }

  async removeFolder(path: string): Promise<void> {
    return telling(async () => {
      const real = await this.#parentOf(path);
      if (!(await lstat(real)).isDirectory()) throw new FileError('not a folder');
      if ((await this.#askToDelete(path)) === 'delete') {
        // Unfinished transfers in a removed folder are removed too.
        for (const name of (await readdir(real)).filter(isPartial)) await rm(join(real, name), { force: true });
        await rmdir(real);
      }
      this.#options.log.info({ path }, 'folder removed');
    });
  }

  async makeFolder(path: string): Promise<void> {
    return telling(async () => mkdir(await this.#parentOf(path)));
  }

  async rename(from: string, to: string, overwrite: boolean): Promise<void> {
    return telling(async () => {
      const [old, target] = [await this.#parentOf(from), await this.#parentOf(to)];
      const what = await lstat(old);
      const there = await lstat(target).catch(() => undefined);
      if (there && (!overwrite || there.isDirectory())) throw new FileError('exists');
      await replaceFile(old, target);
      await syncFolder(dirname(target));
      if (!what.isFile()) return;
      await this.#options.onStored?.(to);
      await this.#options.onRemoved?.(from);
    });
  }

  async setModified(path: string, ms: number): Promise<void> {
    return telling(async () => utimes(await this.#followed(path), ms / 1000, ms / 1000));
  }

  freeBytes(): Promise<number> {
    return freeBytesOf(this.#options.folder);
  }

  async #askToDelete(path: string): Promise<'delete' | 'deleted'> {
    const answer = (await this.#options.onDelete?.(path)) ?? 'delete';
    if (typeof answer === 'object') throw new FileError('denied', answer.refused);
    return answer;
  }

  /** The real path of a name, which may be missing, in a folder, which must exist inside of the mount. */
  async #parentOf(path: string): Promise<string> {
    if (path === '') return realpath(this.#options.folder);
    if (isPartial(basename(path))) throw new FileError('missing');
    const { folder } = this.#options;
    const parent = dirname(path) === '.' ? folder : await storedPath(folder, dirname(path));
    return storedPath(await this.#inside(parent), basename(path));
  }

  /** The real path of an entry that exists; links inside of the mount are followed. */
  async #followed(path: string): Promise<string> {
    return this.#inside(await this.#parentOf(path));
  }

  async #inside(path: string): Promise<string> {
    const [root, real] = await Promise.all([realpath(this.#options.folder), realpath(path)]);
    if (real !== root && !real.startsWith(`${root}/`)) throw new FileError('denied', 'it leads out of this folder');
    return real;
  }

  async #shown(real: string): Promise<Entry> {
    const own = await lstat(real);
    const facts = own.isSymbolicLink() ? await stat(await this.#inside(real)) : own;
    if (!facts.isFile() && !facts.isDirectory()) throw new FileError('denied');
    return entryOf(basename(real), facts);
  }
}

const isComposed = (name: string): boolean => name.normalize('NFC') === name;

/**
 * The path under which a name (NFC) is stored in a folder: files of earlier versions, and of other programs, may have
 * letter and accent as two characters.
 */
async function storedPath(folder: string, path: string): Promise<string> {
  let real = folder;
  for (const name of path.split('/')) real = join(real, (await otherForm(real, name)) ?? name);
  return real;
}

async function otherForm(folder: string, name: string): Promise<string | undefined> {
  if (name.normalize('NFD') === name) return undefined;
  if (await lstat(join(folder, name)).catch(() => undefined)) return undefined;
  return (await readdir(folder).catch(() => [])).find((one) => one.normalize('NFC') === name);
}

const entryOf = (name: string, facts: Stats): Entry => ({
  name: name.normalize('NFC'),
  kind: facts.isDirectory() ? 'folder' : 'file',
  sizeBytes: facts.isDirectory() ? 0 : facts.size,
  modifiedMs: facts.mtimeMs,
});
