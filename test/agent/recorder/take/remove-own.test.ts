import assert from 'node:assert/strict';
import { mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { removeOwn } from '#agent/recorder/take/whereabouts.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-remove-own-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('a file that this step made is removed; one of its name that somebody else put there stays, empty or not', async () => {
  for (const [name, foreign] of [
    ['own', undefined],
    ['empty', ''],
    ['full', 'x'],
  ] as const) {
    const path = join(folder, `${name}.mp4`);
    const file = await open(path, 'wx+');
    if (foreign !== undefined) {
      // Times of files count in steps of some milliseconds.
      await setTimeout(50);
      await rename(path, `${path}.moved`);
      await writeFile(path, foreign);
    }
    await removeOwn(file, path, (one) => rm(one));
    assert.equal(existsSync(path), foreign !== undefined, name);
    await file.close();
  }
});
