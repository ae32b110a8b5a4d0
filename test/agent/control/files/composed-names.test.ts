import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openFileTree, type FileView } from '#agent/control/files/file-tree.ts';
import { openFolderFiles } from '#agent/control/files/folder-files.ts';
import { silentLog } from '#lib/runtime/log.ts';

const NFC = 'Été à Noël.png'.normalize('NFC');
const NFD = NFC.normalize('NFD');

async function opened(t: TestContext): Promise<{ folder: string; view: FileView }> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-names-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const files = await openFolderFiles({ folder, log: silentLog, minFreeBytes: 0 });
  return {
    folder,
    view: openFileTree([{ name: 'x', files, rights: { admin: ['read', 'store', 'remove'], user: [] } }]).as('admin'),
  };
}

async function store(view: FileView, name: string, text: string): Promise<void> {
  const file = await view.openWrite(`/x/${name}`);
  await file.write(0, Buffer.from(text));
  await file.commit();
}

async function read(view: FileView, name: string): Promise<string> {
  const file = await view.openRead(`/x/${name}`);
  const bytes = await file.read(0, 1000);
  await file.close();
  return bytes.toString();
}

test('a name from a Mac is stored composed, and both forms find it', async (t) => {
  const { folder, view } = await opened(t);
  await store(view, NFD, 'mac');
  assert.deepEqual(await readdir(folder), [NFC]);
  for (const name of [NFC, NFD]) assert.equal(await read(view, name), 'mac');
  await store(view, NFC, 'again');
  assert.deepEqual(await readdir(folder), [NFC], 'no two of one look');
  await view.makeFolder(`/x/${'Amphithéâtre'.normalize('NFD')}`);
  await store(view, `Amphithéâtre/${NFD}`, 'deep');
  assert.equal(await read(view, `${'Amphithéâtre'.normalize('NFD')}/${NFC}`), 'deep');
});

test('a file that lies there in the other form is found, shown once, and written over', async (t) => {
  const { folder, view } = await opened(t);
  await writeFile(join(folder, NFD), 'old');
  for (const name of [NFC, NFD]) assert.equal(await read(view, name), 'old');
  assert.deepEqual(
    (await view.list('/x')).map(({ name }) => name),
    [NFC],
  );
  await store(view, NFC, 'new');
  assert.equal((await readdir(folder)).length, 1);
  assert.equal(await read(view, NFD), 'new');
  await view.rename(`/x/${NFC}`, '/x/plain.png');
  assert.deepEqual(await readdir(folder), ['plain.png']);
});
