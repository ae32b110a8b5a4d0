import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileTree, type FileTree } from '#agent/control/files/file-tree.ts';
import { openFolderFiles } from '#agent/control/files/folder-files.ts';
import { openTurnstile } from '#lib/runtime/turnstile.ts';
import { virtualFiles } from '#agent/control/files/virtual-files.ts';
import { silentLog } from '#lib/runtime/log.ts';

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
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
