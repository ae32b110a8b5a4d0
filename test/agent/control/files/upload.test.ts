import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FileError } from '#agent/control/files/file-error.ts';
import { openFolderFiles } from '#agent/control/files/folder-files.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { smallDisk } from '#test/support/disks.ts';
import { cannotMount, openFileSystem } from '#test/support/odd-file-system.ts';

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

test(
  'a disk without modes, times and renames over a file takes files',
  { skip: await cannotMount('fuse') },
  async (t) => {
    const { EEXIST, EPERM } = constants.errno;
    const disk = await openFileSystem(t, 'fuse', `no-modes=${EPERM} no-replace=${EEXIST} numbers`);
    const files = await openFolderFiles({ folder: join(disk.folder, 'overlays'), log: silentLog });
    for (const text of ['first', 'second']) {
      const file = await files.openWrite('a.png', {});
      await file.write(0, Buffer.from(text));
      file.setModified(1_000_000);
      await file.commit();
      assert.equal(await readFile(join(disk.folder, 'overlays', 'a.png'), 'utf8'), text);
    }
    const more = await files.openWrite('a.png', { keep: true, at: 'end' });
    await more.write(more.startBytes, Buffer.from(', and more'));
    await more.commit();
    assert.equal(await readFile(join(disk.folder, 'overlays', 'a.png'), 'utf8'), 'second, and more');
    const other = await files.openWrite('b.png', {});
    await other.commit();
    await files.rename('a.png', 'b.png', true);
    assert.deepEqual(await readdir(join(disk.folder, 'overlays')), ['b.png']);
  },
);
