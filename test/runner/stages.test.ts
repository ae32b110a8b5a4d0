import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, test } from 'node:test';
import { stagesOf } from './stages.ts';

const folder = mkdtempSync(join(tmpdir(), 'amphi-stages-'));
after(() => rmSync(folder, { recursive: true }));
for (const path of [
  'lib/a.test.ts',
  'laws/b.test.ts',
  'media/c.test.ts',
  'e2e/d.test.ts',
  'e2e/g.long.test.ts',
  'lib/e.ts',
  'agent/f.test.ts',
]) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), '');
}

const names = (wanted: string[], long = false): [string, string[]][] =>
  stagesOf(folder, wanted, 2, long).map((stage) => [stage.name, stage.files.map((file) => relative(folder, file))]);

test('laws, then units, then what takes real media, each file once', () => {
  assert.deepEqual(names([]), [
    ['laws', ['laws/b.test.ts']],
    ['units', ['agent/f.test.ts', 'lib/a.test.ts']],
    ['media', ['media/c.test.ts']],
    ['e2e', ['e2e/d.test.ts']],
  ]);
});

test('--only takes parts of paths', () => {
  assert.deepEqual(names(['lib/', 'd.test']), [
    ['units', ['lib/a.test.ts']],
    ['e2e', ['e2e/d.test.ts']],
  ]);
  assert.deepEqual(names(['test/media']), [['media', ['media/c.test.ts']]]);
});

test('long files run with --long, or when they are named', () => {
  assert.deepEqual(names([], true).at(-1), ['e2e', ['e2e/d.test.ts', 'e2e/g.long.test.ts']]);
  assert.deepEqual(names(['g.long']), [['e2e', ['e2e/g.long.test.ts']]]);
});
