import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { startChild } from '#lib/runtime/processes/child.ts';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { holdName } from '#lib/runtime/processes/only-one.ts';

const folder = await mkdtemp(join(tmpdir(), 'amphi-files-'));
after(() => rm(folder, { recursive: true, force: true }));

test('writes, replaces, makes folders, sets the mode, leaves nothing beside', async () => {
  const path = join(folder, 'a/b/settings.json');
  await writeFileAtomically(path, 'one', 0o600);
  assert.equal(await readFile(path, 'utf8'), 'one');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  await writeFileAtomically(path, Buffer.from('two'), 0o600);
  assert.equal(await readFile(path, 'utf8'), 'two');
  assert.deepEqual(await readdir(join(folder, 'a/b')), ['settings.json']);
});

test('many at once: one of them wins, whole', async () => {
  const path = join(folder, 'many/file');
  const texts = Array.from({ length: 20 }, (_, n) => String(n).repeat(10_000));
  await Promise.all(texts.map((text) => writeFileAtomically(path, text)));
  assert.ok(texts.includes(await readFile(path, 'utf8')));
  assert.deepEqual(await readdir(join(folder, 'many')), ['file']);
});

test('what cannot be written leaves the old file and no rest', async () => {
  const path = join(folder, 'taken');
  await writeFileAtomically(join(path, 'inside'), 'x');
  await assert.rejects(writeFileAtomically(path, 'a file where a folder is'));
  await writeFile(join(folder, 'plain'), 'x');
  await assert.rejects(writeFileAtomically(join(folder, 'plain/inside'), 'a folder where a file is'));
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test('a name is held by one, and given back by closing or dying', async () => {
  const name = `test-${process.pid}-${'long/'.repeat(40)}`;
  const release = await holdName(name);
  await assert.rejects(holdName(name), { code: 'EADDRINUSE' });
  release();
  (await holdName(name))();

  const held = Promise.withResolvers<void>();
  const module = new URL('../../../lib/runtime/processes/only-one.ts', import.meta.url).href;
  const script = `
    const { holdName } = await import(${JSON.stringify(module)});
    await holdName('child-of-${process.pid}');
    console.error('held');
    setInterval(() => 0, 1000);`;
  const child = startChild({
    command: process.execPath,
    argv: ['--input-type=module', '-e', script],
    onStderrLine: (line) => line === 'held' && held.resolve(),
  });
  await held.promise;
  await assert.rejects(holdName(`child-of-${process.pid}`), { code: 'EADDRINUSE' });
  child.kill('SIGKILL');
  await child.died;
  (await holdName(`child-of-${process.pid}`))();
});

test('two long names that differ only at their end are two', async () => {
  const folderName = `/srv/${'a-rather-long-folder-name/'.repeat(6)}`;
  const one = await holdName(`${folderName}box-1`);
  const two = await holdName(`${folderName}box-2`);
  one();
  two();
});
