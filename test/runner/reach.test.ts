import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { changesIn } from './changes.ts';
import { reachedBy, type Candidate } from './reach.ts';

const tree = new Map(
  Object.entries({
    'lib/a/deep.ts': 'export const x = 1;',
    'lib/a/middle.ts': "import { x } from './deep.ts';",
    'lib/a/types.ts': 'export interface T {}',
    'agent/box.ts':
      "import { y } from '#lib/a/middle.ts';\nconst w = new Worker(new URL('./worker.ts', import.meta.url));",
    'agent/worker.ts': "import { z } from '../lib/a/other.ts';",
    'lib/a/other.ts': '',
    'docs/page.md': '# Page',
    'bin/amphi': '#!/bin/sh',
    'test/support/rig.ts': "import { b } from '#agent/box.ts';",
    'test/support/process.ts': "spawn(new URL('../../bin/amphi', import.meta.url));",
    'test/lib/a.test.ts': "import { y } from '#lib/a/middle.ts';\nimport type { T } from '#lib/a/types.ts';",
    'test/agent/b.test.ts': "import { rig } from '#test/support/rig.ts';",
    'test/media/c.test.ts': "import { rig } from '#test/support/rig.ts';",
    'test/e2e/d.test.ts': "import { p } from '#test/support/process.ts';\nreadFileSync('docs/page.md');",
    'test/web/e.test.ts': "import { p } from '#test/support/process.ts';",
    'test/laws/f.test.ts': '',
  }),
);
const kinds = { lib: 'unit', agent: 'unit', media: 'whole', e2e: 'whole', web: 'alone', laws: 'law' } as const;
const candidates: Candidate[] = [...tree.keys()]
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => ({
    path,
    kind: kinds[path.split('/')[1] as keyof typeof kinds],
    covers: path === 'test/web/e.test.ts' ? ['agent/pages'] : [],
  }));
const reached = (...changed: string[]): string[] =>
  reachedBy(changed, tree, candidates)
    .filter((path) => path !== 'test/laws/f.test.ts')
    .map((path) => path.split('/').at(-1)!.charAt(0));

test('laws always, and what changed itself', () => {
  assert.deepEqual(reachedBy([], tree, candidates), ['test/laws/f.test.ts']);
  assert.deepEqual(reached('test/web/e.test.ts'), ['e']);
});

test('units by imports of imports, through workers, and not by types alone', () => {
  assert.deepEqual(reached('lib/a/deep.ts'), ['a', 'b']);
  assert.deepEqual(reached('lib/a/other.ts'), ['b']);
  assert.deepEqual(reached('lib/a/types.ts'), []);
});

test('what starts boxes by what it and its helpers import and name, not further', () => {
  assert.deepEqual(reached('agent/box.ts'), ['b', 'c']);
  assert.deepEqual(reached('test/support/process.ts'), ['d', 'e']);
  assert.deepEqual(reached('bin/amphi'), ['d', 'e']);
  assert.deepEqual(reached('docs/page.md'), ['d']);
});

test('a file that says what it covers is reached by it', () => {
  assert.deepEqual(reached('agent/pages/now.tsx'), ['e']);
  assert.deepEqual(reached('agent/pagesetter.ts'), []);
});

test('changed is what was committed since main, what is not committed, what is new, and what is gone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'amphi-changes-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...env } = process.env;
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', '-c', 'commit.gpgsign=false'];
  const git = (...argv: string[]): string =>
    execFileSync('git', ['-C', folder, ...who, ...argv], { env, encoding: 'utf8' });
  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);
  git('init', '-q', '-b', 'main');
  mkdirSync(join(folder, 'lib'));
  for (const name of ['kept.ts', 'gone.ts', 'edited é.ts', 'lib/committed.ts']) write(name, 'before');
  write('.gitignore', '*.log\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'first');
  git('checkout', '-q', '-b', 'work');
  write('lib/committed.ts', 'after');
  git('commit', '-q', '-a', '-m', 'second');
  write('edited é.ts', 'after');
  write('new.ts', '');
  write('noise.log', '');
  unlinkSync(join(folder, 'gone.ts'));
  assert.deepEqual((await changesIn(folder)).files, ['edited é.ts', 'gone.ts', 'lib/committed.ts', 'new.ts']);
  assert.deepEqual((await changesIn(folder, 'HEAD')).files, ['edited é.ts', 'gone.ts', 'new.ts']);
  await assert.rejects(changesIn(folder, 'nowhere'), /nowhere/);
});
