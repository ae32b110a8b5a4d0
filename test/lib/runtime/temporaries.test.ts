import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { removeTemporaries } from '#lib/runtime/files.ts';

const folder = await mkdtemp(join(tmpdir(), 'amphi-temporaries-'));
after(() => rm(folder, { recursive: true }));

test('half files of dead processes go; files of this one, and all others, stay', async () => {
  await mkdir(join(folder, 'below'));
  const old = ['device.json.17.0.tmp', 'below/x.json.1.12.tmp', 'notes.tmp', 'device.json'];
  for (const name of old) {
    await writeFile(join(folder, name), '');
    await utimes(join(folder, name), 1000, 1000);
  }
  await writeFile(join(folder, `device.json.${process.pid}.3.tmp`), '');
  assert.deepEqual(await removeTemporaries(folder), ['device.json.17.0.tmp']);
  assert.deepEqual(await removeTemporaries(folder, true), ['below/x.json.1.12.tmp']);
  assert.deepEqual((await readdir(folder)).toSorted(), [
    'below',
    'device.json',
    `device.json.${process.pid}.3.tmp`,
    'notes.tmp',
  ]);
  assert.deepEqual(await removeTemporaries(join(folder, 'nowhere')), []);
});
