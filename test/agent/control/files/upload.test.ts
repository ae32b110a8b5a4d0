import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FileError } from '#agent/control/files/file-error.ts';
import { openFolderFiles } from '#agent/control/files/folder-files.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { smallDisk } from '#test/support/disks.ts';

const MB = 1 << 20;
const isFull = (error: FileError): boolean => error.problem === 'full';

test('a disk without room loses unfinished uploads that nobody goes on with, and never one that goes on', async (t) => {
  const disk = await smallDisk(t, 8 * MB);
  if (!disk) return t.skip('no disk may be mounted here');
  const folder = join(disk, 'overlays');
  const files = await openFolderFiles({ folder, log: silentLog, minFreeBytes: 3 * MB });
  await mkdir(join(folder, 'logos'));
  const running = await files.openWrite('running.png', {});
  await running.write(0, Buffer.alloc(MB, 1));
  // They broke off a moment ago.
  for (const name of ['.part-a', 'logos/.part-b']) await writeFile(join(folder, name), Buffer.alloc(2 * MB + MB / 2));
  await writeFile(join(folder, 'kept'), Buffer.alloc(MB));
  const next = await files.openWrite('next.png', {});
  await next.write(0, Buffer.from('next'));
  await next.commit();
  assert.deepEqual((await readdir(folder)).toSorted(), ['.part-running.png', 'kept', 'logos', 'next.png']);
  assert.deepEqual(await readdir(join(folder, 'logos')), []);
  await running.write(MB, Buffer.alloc(3 * MB, 2));
  await assert.rejects(files.openWrite('third.png', {}), isFull);
  await running.commit();
  assert.equal((await readFile(join(folder, 'running.png'))).length, 4 * MB);
  await assert.rejects(files.openWrite('fourth.png', {}), isFull, 'what is whole is not removed');
  assert.ok((await readdir(folder)).includes('running.png'));
});

test('a disk that does not tell its size takes files', async (t) => {
  const disk = await smallDisk(t, 0);
  if (!disk) return t.skip('no disk may be mounted here');
  const files = await openFolderFiles({ folder: join(disk, 'overlays'), log: silentLog });
  const file = await files.openWrite('a.png', {});
  await file.write(0, Buffer.from('a'));
  await file.commit();
  assert.equal(await readFile(join(disk, 'overlays', 'a.png'), 'utf8'), 'a');
  assert.ok((await files.freeBytes()) > 0);
});
