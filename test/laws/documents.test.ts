import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deadLinks, anchorsOf, poorChangelog, poorReadmes } from './documents.ts';
import { readTree, type Tree } from './tree.ts';

const tree = readTree();
const files = (entries: Record<string, string>): Tree => new Map(Object.entries(entries));

test('every top folder says in a short README what it is', () => {
  assert.deepEqual(poorReadmes(tree), []);
  assert.deepEqual(poorReadmes(files({ 'lib/media/a.ts': '' })), ['lib/README.md is missing']);
  assert.equal(poorReadmes(files({ 'lib/README.md': 'It may import Node.\n'.repeat(31) })).length, 1);
  assert.equal(poorReadmes(files({ 'lib/README.md': 'What is shared.' })).length, 1);
  assert.deepEqual(poorReadmes(files({ 'docs/README.md': 'What there is to read.' })), []);
});

test('every link of a document leads somewhere', () => {
  assert.deepEqual(deadLinks(tree), []);
});

test('the law of links sees files and headings that are not there', () => {
  const doc = (text: string): string[] =>
    deadLinks(files({ 'docs/a.md': text, 'docs/b.md': '# Two words', 'README.md': '' }));
  for (const good of [
    '[b](b.md)',
    '[b](b.md#two-words)',
    '[up](../README.md)',
    '[up](..)',
    '[w](https://x.org/)',
    '`[x](y)`',
  ]) {
    assert.deepEqual(doc(good), [], good);
  }
  for (const dead of ['[c](c.md)', '[b](b.md#three)', '![c](c.png)', '<img src="c.svg">', '[here](#nothing)']) {
    assert.equal(doc(dead).length, 1, dead);
  }
  assert.deepEqual(doc('```\n[c](c.md)\n```\n'), []);
});

test('anchors are those of the place where the documents are read', () => {
  assert.deepEqual(
    [...anchorsOf('# A b, c!\n## `x` of [y](z)\n## Été\n# A b, c!')],
    ['a-b-c', 'x-of-y', 'été', 'a-b-c-1'],
  );
});

test('the change log speaks of this version', () => {
  assert.deepEqual(poorChangelog(tree), []);
  const version = '{"version":"1.2.3"}';
  assert.equal(poorChangelog(files({ 'package.json': version })).length, 1);
  assert.equal(poorChangelog(files({ 'package.json': version, 'CHANGELOG.md': '## 1.2.2' })).length, 1);
  assert.deepEqual(poorChangelog(files({ 'package.json': version, 'CHANGELOG.md': '## 1.2.3 (2026-12-01)' })), []);
});
