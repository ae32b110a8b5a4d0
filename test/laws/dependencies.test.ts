import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inexactVersions, untoldDependencies } from './dependencies.ts';
import { readTree, root, type Tree } from './tree.ts';

const tree = readTree();
const project = (version: string, line: string): Tree =>
  new Map([
    ['package.json', JSON.stringify({ dependencies: { pino: version } })],
    ['docs/dependencies.md', line],
  ]);

test('every dependency is one exact version', () => {
  assert.deepEqual(inexactVersions(tree), []);
  for (const range of ['^1.0.0', '~1.0.0', '1.x', '*', 'latest', '>=1.0.0', 'github:a/b']) {
    assert.equal(inexactVersions(project(range, '')).length, 1, range);
  }
});

test('every dependency is told in docs/dependencies.md, and nothing else is', () => {
  assert.deepEqual(untoldDependencies(tree), []);
  assert.deepEqual(untoldDependencies(project('1.0.0', '| `pino` | 1.0.0 | MIT | logs |')), []);
  assert.equal(untoldDependencies(project('1.0.0', '')).length, 1);
  assert.equal(untoldDependencies(project('1.0.0', '| `pino` | 1.0.1 | MIT | logs |')).length, 1);
  const stale = '| `pino` | 1.0.0 | MIT | logs |\n| `winston` | 1.0.0 | MIT | logs |';
  assert.equal(untoldDependencies(project('1.0.0', stale)).length, 1);
});

test('licences are told as the packages state them', () => {
  const lines = (tree.get('docs/dependencies.md') ?? '').matchAll(/^\| `([^`]+)` \| [^|]+ \| ([^|]+) \| [^|]+ \|$/gm);
  for (const [, name = '', told = ''] of lines) {
    const file = join(root, 'node_modules', name, 'package.json');
    if (!existsSync(file)) continue;
    const { license } = JSON.parse(readFileSync(file, 'utf8')) as { license?: string };
    if (license) assert.ok(told.startsWith(license), `${name} says ${license}, docs/dependencies.md says ${told}`);
  }
});
