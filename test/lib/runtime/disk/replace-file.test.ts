import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { copyContent } from '#lib/runtime/disk/copy-file.ts';
import { replaceFile } from '#lib/runtime/disk/replace-file.ts';
import { removeTemporaries, writeFileAtomically } from '#lib/runtime/files.ts';
import { folderOf } from '#test/support/disks.ts';
import { cannotMount, openFileSystem } from '#test/support/odd-file-system.ts';

const { EACCES, EEXIST, EIO, EPERM } = constants.errno;

describe('a file system that cannot do all', { skip: await cannotMount('fuse') }, () => {
  for (const [name, code] of Object.entries({ EEXIST, EPERM, EACCES }))
    test(`no rename over a file (${name}): it is replaced all the same, and nothing is left over`, async (t) => {
      const { folder } = await openFileSystem(t, 'fuse', `no-replace=${code}`);
      const path = join(folder, 'settings.json');
      for (const text of ['one', 'two', 'three']) await writeFileAtomically(path, text);
      assert.equal(await readFile(path, 'utf8'), 'three');
      assert.deepEqual(await readdir(folder), ['settings.json']);
    });

  test('many write one file at the same time: it has the text of one of them', async (t) => {
    const { folder } = await openFileSystem(t, 'fuse', `no-replace=${EEXIST}`);
    const path = join(folder, 'settings.json');
    await Promise.all(Array.from({ length: 8 }, (_, number) => writeFileAtomically(path, `text ${number}`)));
    assert.match(await readFile(path, 'utf8'), /^text \d$/);
    assert.deepEqual(await readdir(folder), ['settings.json']);
  });

  test('a link is replaced, and not what it points at', async (t) => {
    const { folder } = await openFileSystem(t, 'fuse', `no-replace=${EEXIST}`);
    const [secret, link] = [join(folder, 'secret'), join(folder, 'link')];
    await writeFile(secret, 'secret');
    await symlink('secret', link);
    await writeFileAtomically(link, 'mine');
    assert.deepEqual([await readFile(secret, 'utf8'), await readFile(link, 'utf8')], ['secret', 'mine']);
  });

  test('another error is no reason to put the former file aside', async (t) => {
    const { folder } = await openFileSystem(t, 'fuse', `no-replace=${EIO}`);
    await writeFile(join(folder, 'new'), 'new');
    await writeFile(join(folder, 'old'), 'old');
    await assert.rejects(replaceFile(join(folder, 'new'), join(folder, 'old')), /EIO/);
    await mkdir(join(folder, 'folder'));
    await assert.rejects(replaceFile(join(folder, 'new'), join(folder, 'folder')));
    assert.deepEqual((await readdir(folder)).toSorted(), ['folder', 'new', 'old']);
    assert.equal(await readFile(join(folder, 'old'), 'utf8'), 'old');
  });

  test('a copy needs no change of modes', async (t) => {
    const { folder } = await openFileSystem(t, 'fuse', `no-modes=${EPERM}`);
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    await writeFile(from, 'content');
    await copyContent(from, to);
    assert.equal(await readFile(to, 'utf8'), 'content');
    await assert.rejects(copyContent(from, to, { isNew: true }), /EEXIST/);
  });
});

test('a former file that was put aside when the process ended gets its name back; with a new one it goes', async (t) => {
  const folder = await folderOf(t);
  // The number of an earlier process may be that of this one.
  const files = { [`a.json.before.${process.pid}.0.tmp`]: 'a', 'b.json': 'new', 'b.json.before.17.1.tmp': 'old' };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
    await utimes(join(folder, name), 1000, 1000);
  }
  assert.deepEqual(await removeTemporaries(folder), ['b.json.before.17.1.tmp']);
  assert.deepEqual((await readdir(folder)).toSorted(), ['a.json', 'b.json']);
  assert.equal(await readFile(join(folder, 'a.json'), 'utf8'), 'a');
  assert.equal(await readFile(join(folder, 'b.json'), 'utf8'), 'new');
});
