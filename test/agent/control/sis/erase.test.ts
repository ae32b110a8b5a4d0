import assert from 'node:assert/strict';
import { test } from 'node:test';
import { erase } from '#agent/control/sis/files.ts';
import type { FileView } from '#agent/control/files/file-tree.ts';

/** A folder of files; of `stubborn` ones none goes away, though removing says so. */
function folderOf(count: number, stubborn = false): { files: FileView; left: () => number } {
  const names = new Set(Array.from({ length: count }, (_, n) => `file ${n}`));
  const view: Pick<FileView, 'list' | 'remove'> = {
    list: async () => [...names].map((name) => ({ name, kind: 'file', sizeBytes: 1, modifiedMs: 0 })),
    remove: async (path) => void (stubborn || names.delete(path.split('/').at(-1)!)),
  };
  return { files: view as FileView, left: () => names.size };
}

test('all files of a folder are erased, also thousands', async () => {
  const { files, left } = folderOf(2500);
  assert.equal(await erase(files, '/overlays', false), undefined);
  assert.equal(left(), 0);
});

test('files that stay are no success, and do not keep it busy without end', async () => {
  const { files } = folderOf(3, true);
  assert.equal(await erase(files, '/overlays', false), 'E28');
});
