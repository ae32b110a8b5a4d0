import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTree, type Tree } from './tree.ts';
import { defaultExports, emptyNames, indexFiles, longFiles } from './words.ts';

const tree = readTree();
const file = (path: string, text: string): Tree => new Map([[path, text]]);

test('no file is longer than the law', () => {
  assert.deepEqual(longFiles(tree), []);
  assert.equal(longFiles(file('lib/media/a.ts', 'x\n'.repeat(401))).length, 1);
  assert.deepEqual(longFiles(file('lib/media/a.ts', 'x\n'.repeat(400))), []);
  assert.deepEqual(longFiles(file('lib/sis/families/system.ts', 'x\n'.repeat(2000))), []);
});

test('no default exports', () => {
  assert.deepEqual(defaultExports(tree), []);
  for (const text of [
    'export default 1;',
    'const a = 1;\nexport { a as default };',
    'export default function a() {}',
  ]) {
    assert.equal(defaultExports(file('lib/media/a.ts', text)).length, 1, text);
  }
});

test('no index.ts', () => {
  assert.deepEqual(indexFiles(tree), []);
  assert.equal(indexFiles(file('lib/sis/index.ts', '')).length, 1);
});

test('no names that say nothing', () => {
  assert.deepEqual(emptyNames(tree), []);
  assert.equal(emptyNames(file('lib/media/string-utils.ts', '')).length, 1);
  assert.equal(emptyNames(file('lib/media/helpers.ts', '')).length, 1);
  assert.equal(emptyNames(file('lib/media/a.ts', 'export class StreamManager {}')).length, 1);
  assert.equal(emptyNames(file('lib/media/a.ts', 'const managed = 1; interface Utilisation {}')).length, 0);
});
