import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openCatalog, type Catalog } from '#agent/recorder/catalog/catalog.ts';
import { parseManifest } from '#agent/recorder/catalog/manifest.ts';
import type { Recording } from '#agent/device/recording.ts';
import type { RecorderFact } from '#agent/recorder/facts.ts';
import { folderFor, IDENTITY, keepingLog, partOf, recordingOf, STARTED_AT_MS } from '../samples.ts';

interface Opened {
  catalog: Catalog;
  facts: RecorderFact[];
  lines: string[];
  folder: string;
  /** A recording with a part in a folder that exists. */
  inFolder: (base: string, more?: Partial<Recording>) => Promise<Recording>;
  manifest: (folder: string, base: string) => Promise<Recording>;
}

async function opened(t: TestContext): Promise<Opened> {
  const folder = await folderFor(t);
  const facts: RecorderFact[] = [];
  const { log, lines } = keepingLog();
  const catalog = openCatalog({ identity: IDENTITY, timeZone: 'Europe/Paris', log, onFact: (one) => facts.push(one) });
  return {
    catalog,
    facts,
    lines,
    folder,
    async inFolder(base, more = {}) {
      const own = join(folder, base);
      await mkdir(own, { recursive: true });
      const info = recordingOf({ id: base, base, parts: [partOf(1, { folder: own })], ...more });
      catalog.add(info);
      return info;
    },
    manifest: async (own, base) => parseManifest(await readFile(join(own, `${base}.json`), 'utf8')),
  };
}

test('numbers go on after the highest one that is known, and a given number stays', async (t) => {
  const { catalog } = await opened(t);
  const numbers = [0, 7, 0, 3, 0].map((dbId, index) => {
    const info = recordingOf({ id: `r${index}`, dbId });
    catalog.add(info);
    return info.dbId;
  });
  assert.deepEqual(numbers, [1, 7, 8, 3, 9]);
});

test('recordings are listed by the time they began, then by their number', async (t) => {
  const { catalog } = await opened(t);
  const add = (id: string, startedAtMs: number, dbId: number): void =>
    catalog.add(recordingOf({ id, startedAtMs, dbId }));
  add('late', STARTED_AT_MS + 5, 1);
  add('second', STARTED_AT_MS, 9);
  add('first', STARTED_AT_MS, 2);
  assert.deepEqual(
    catalog.list().map(({ id }) => id),
    ['first', 'second', 'late'],
  );
});

test('a name is taken by a base and by an id', async (t) => {
  const { catalog } = await opened(t);
  catalog.add(recordingOf({ id: 'booking-1', base: 'Cours' }));
  assert.deepEqual(
    ['Cours', 'booking-1', 'Cours_2', 'cours'].map((base) => catalog.hasBase(base)),
    [true, true, false, false],
  );
});

test('the bytes of a destination are those of its parts that are there', async (t) => {
  const { catalog } = await opened(t);
  const usb = { destination: 'usb' };
  catalog.add(recordingOf({ id: 'a', parts: [partOf(1, { bytes: 10 }), partOf(2, { bytes: 20, ...usb })] }));
  catalog.add(
    recordingOf({
      id: 'b',
      parts: [
        partOf(1, { bytes: 400, state: 'lost' }),
        partOf(2, { bytes: 3 }),
        partOf(3, { bytes: 50, state: 'failed' }),
      ],
    }),
  );
  assert.deepEqual([catalog.bytesIn('internal'), catalog.bytesIn('usb'), catalog.bytesIn('network')], [13, 20, 0]);
});

test('a change is told as a copy with the next revision, and stands in the manifest', async (t) => {
  const { catalog, facts, inFolder, manifest, folder } = await opened(t);
  const info = await inFolder('A', { revision: 4 });
  catalog.changed(info);
  const [fact] = facts;
  assert.ok(fact?.kind === 'take');
  assert.equal(fact.take.revision, 5);
  info.metadata.title = 'later';
  assert.equal(fact.take.metadata.title, '', 'what was told does not change');
  await catalog.settled();
  assert.equal((await manifest(join(folder, 'A'), 'A')).revision, 5);
});

test('of many changes the last one is on disk when it is settled, and no temporary file', async (t) => {
  const { catalog, inFolder, manifest, folder } = await opened(t);
  const info = await inFolder('A');
  for (let count = 0; count < 50; count++) {
    info.metadata.title = `title ${count}`;
    catalog.changed(info);
    if (count % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await catalog.settled();
  const kept = await manifest(join(folder, 'A'), 'A');
  assert.deepEqual([kept.metadata.title, kept.revision], ['title 49', 50]);
  assert.deepEqual(await readdir(join(folder, 'A')), ['A.json']);
});

test('one manifest at a time is written in a folder, however many changes come', async (t) => {
  const { catalog, inFolder, folder } = await opened(t);
  const info = await inFolder('A');
  let most = 0;
  for (let count = 0; count < 60 || most === 0; count++) {
    if (count < 30 || most === 0) catalog.changed(info);
    const writing = readdirSync(join(folder, 'A')).filter((name) => name.endsWith('.tmp'));
    most = Math.max(most, writing.length);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await catalog.settled();
  assert.equal(most, 1);
});

test('each folder of a recording has the manifest, but none where its part is lost', async (t) => {
  const { catalog, folder } = await opened(t);
  const folders = ['one', 'two', 'three'].map((name) => join(folder, name));
  for (const own of folders) await mkdir(own);
  const [one = '', two = '', three = ''] = folders;
  const parts = [partOf(1, { folder: one }), partOf(2, { folder: two }), partOf(3, { folder: three, state: 'lost' })];
  const info = recordingOf({ parts });
  catalog.add(info);
  catalog.changed(info);
  await catalog.settled();
  assert.deepEqual(await Promise.all(folders.map((own) => readdir(own))), [['B.json'], ['B.json'], []]);
});

test('a folder that was told once keeps getting the manifest when its part is gone from the list', async (t) => {
  const { catalog, manifest, folder } = await opened(t);
  const own = join(folder, 'new', 'B');
  const info = recordingOf({ parts: [] });
  catalog.add(info);
  await catalog.writeInto(own, info);
  assert.equal((await manifest(own, 'B')).revision, 0, 'the folder is made');
  catalog.changed(info);
  await catalog.settled();
  assert.equal((await manifest(own, 'B')).revision, 1);
});

test('a folder that was removed is not made again for a manifest', async (t) => {
  const { catalog, inFolder, lines, folder } = await opened(t);
  const info = await inFolder('A');
  await rm(join(folder, 'A'), { recursive: true });
  catalog.changed(info);
  await catalog.settled();
  assert.deepEqual([await readdir(folder), lines], [[], []]);
});

test('a manifest that cannot be written is logged; the next change is tried again', async (t) => {
  const { catalog, inFolder, lines, manifest, folder } = await opened(t);
  const info = await inFolder('A');
  await mkdir(join(folder, 'A', 'A.json'));
  catalog.changed(info);
  await catalog.settled();
  assert.deepEqual(lines, ['manifest not written']);
  await rm(join(folder, 'A', 'A.json'), { recursive: true });
  catalog.changed(info);
  await catalog.settled();
  assert.equal((await manifest(join(folder, 'A'), 'A')).revision, 2);
});

test('the first manifest that cannot be written is an error, since no file may come before it', async (t) => {
  const { catalog, folder } = await opened(t);
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(catalog.writeInto(join(folder, 'file', 'B'), recordingOf()), { code: /ENOTDIR|EEXIST/ });
});

test('a recording that is forgotten is not written any more', async (t) => {
  const { catalog, inFolder, folder } = await opened(t);
  const info = await inFolder('A');
  catalog.changed(info);
  await catalog.forget('A');
  assert.equal(catalog.find('A'), undefined);
  await rm(join(folder, 'A'), { recursive: true });
  await mkdir(join(folder, 'A'));
  catalog.changed(info);
  await catalog.settled();
  assert.deepEqual(await readdir(join(folder, 'A')), []);
});
