import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeBelow } from '#lib/runtime/disk/make-below.ts';

test('folders are made from one that is there, never beside one that is gone', async (t) => {
  const base = await mkdtemp(join(tmpdir(), 'amphi-below-'));
  t.after(() => rm(base, { recursive: true, force: true }));
  const anchor = join(base, 'share', 'mark');
  await mkdir(anchor, { recursive: true });
  await makeBelow(anchor, '../runs/7', 0o750);
  await makeBelow(anchor, '../runs/7', 0o750);
  await makeBelow(anchor, 'a/b', 0o700);
  assert.equal((await stat(join(base, 'share/runs/7'))).mode & 0o777, 0o750);
  assert.equal((await stat(join(anchor, 'a/b'))).mode & 0o777, 0o700);
  await writeFile(join(anchor, 'file'), '');
  await assert.rejects(makeBelow(anchor, 'file/c', 0o700), { code: 'ENOTDIR' });
  await rename(join(base, 'share'), join(base, 'elsewhere'));
  await mkdir(join(base, 'share'));
  for (const below of ['../runs/8', 'a', 'a/b/c'])
    await assert.rejects(makeBelow(anchor, below, 0o750), { code: 'ENOENT' });
  assert.deepEqual(await readdir(join(base, 'share')), []);
});
