import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { FileError } from '#agent/control/files/file-error.ts';
import { openFileTree, type FileTree } from '#agent/control/files/file-tree.ts';
import { openFolderFiles } from '#agent/control/files/folder-files.ts';
import { openTurnstile } from '#lib/runtime/turnstile.ts';
import { virtualFiles } from '#agent/control/files/virtual-files.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';

/** A tree like that of a box, on a folder of its own. */
export interface TestTree {
  tree: FileTree;
  folder: string;
  /** Where a mount lies on the disk. */
  at: (mount: string, ...path: string[]) => string;
  stored: string[];
  asked: string[];
  /** What `box.cfg` was set to. */
  config: { text: string };
  /** Waits until nobody stores this file any more: its transfer was given up, or is the file. */
  letGo(path: string): Promise<void>;
  /** Bytes of an unfinished transfer that are on the disk. */
  arrivedBytes(path: string): Promise<number>;
  remove(): Promise<void>;
}

export async function openTestTree({ minFreeBytes = 0, maxFileBytes = 2 ** 40 } = {}): Promise<TestTree> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-tree-'));
  const stored: string[] = [];
  const asked: string[] = [];
  const config = { text: 'hall: Amphi\n' };
  const turnstile = openTurnstile();
  for (const name of ['recordings', 'overlays', 'certs', 'logs']) await mkdir(join(folder, name));
  const common = { log: silentLog, turnstile, minFreeBytes, maxFileBytes };
  const onStored = (path: string): void => void stored.push(path);
  const files = (name: string, more = {}) =>
    openFolderFiles({ ...common, folder: join(folder, name), onStored, ...more });
  const tree = openFileTree([
    {
      name: 'recordings',
      rights: { admin: ['read', 'remove'], user: ['read'] },
      files: await files('recordings', {
        onDelete: async (path: string) => {
          asked.push(path);
          return path.includes('running') ? { refused: 'it is being recorded' } : 'delete';
        },
      }),
    },
    {
      name: 'nortxe-backup',
      rights: { admin: ['read', 'store', 'remove'], user: [] },
      files: virtualFiles({
        list: async () => [
          { name: 'box.cfg', sizeBytes: Buffer.byteLength(config.text), modifiedMs: 1_700_000_000_000 },
        ],
        read: async (name) => (name === 'box.cfg' ? Buffer.from(config.text) : undefined),
        async store(name, content) {
          if (name !== 'box.cfg') return { refused: 'only box.cfg' };
          config.text = content.toString();
          return undefined;
        },
      }),
    },
    {
      name: 'overlays',
      rights: { admin: ['read', 'store', 'remove'], user: ['read'] },
      files: await files('overlays'),
    },
    {
      name: 'certs',
      rights: { admin: ['read', 'store', 'remove'], user: [] },
      files: await files('certs', { mode: 0o600 }),
    },
    { name: 'logs', rights: { admin: ['read'], user: [] }, files: await files('logs') },
  ]);
  return {
    tree,
    folder,
    at: (mount, ...path) => join(folder, mount, ...path),
    stored,
    asked,
    config,
    letGo: (path) => until(`${path} is let go`, () => isFree(tree, path)),
    arrivedBytes: async (path) => {
      const found = await stat(join(folder, dirname(path), `.part-${basename(path)}`)).catch(() => undefined);
      return found?.size ?? 0;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Whether a file could be stored now; what is there of it stays as it is. */
async function isFree(tree: FileTree, path: string): Promise<boolean> {
  try {
    const file = await tree.as('admin').openWrite(path, { keep: true });
    await file.abandon();
    return true;
  } catch (error) {
    if (error instanceof FileError && error.problem === 'busy') return false;
    throw error;
  }
}
