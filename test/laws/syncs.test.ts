import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourcesOf, readTree, type Tree } from './tree.ts';
import { masked } from './masked.ts';

/** The file that knows what it means if a file system has no fsync. */
const HOME = 'lib/runtime/files.ts';

/** Own calls of fsync, which would fail on a share or FUSE without it. Gives `path:line`. */
const ownSyncs = (tree: Tree): string[] =>
  sourcesOf(tree).flatMap(([path, text]) =>
    path === HOME || /^(?:test|bench)\//.test(path)
      ? []
      : masked(text)
          .split('\n')
          .flatMap((line, n) => (/\.(?:data)?sync\(|\bflush: true/.test(line) ? [`${path}:${n + 1}`] : [])),
  );

test('what is to survive a power cut is synced in one place, which lets be file systems that cannot', () => {
  assert.deepEqual(ownSyncs(readTree()), []);
});

test('the law finds a call of its own', () => {
  const tree = new Map([
    ['agent/a.ts', 'await file.sync();\nawait file.datasync();\nopen(path, { flush: true });'],
    [HOME, 'await file.sync();'],
    ['lib/b.ts', "// file.sync()\nconst text = '.sync()';\nawait syncFile(file, path);"],
  ]);
  assert.deepEqual(ownSyncs(tree), ['agent/a.ts:1', 'agent/a.ts:2', 'agent/a.ts:3']);
});
