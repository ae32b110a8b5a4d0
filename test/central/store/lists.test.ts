import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isList, LIST_SUFFIX, wholePath, writeList } from '#central/store/lists/list-file.ts';
import { openList } from '#central/store/lists/open-list.ts';
import { withBeginning, writeWhole } from '#central/store/lists/whole-file.ts';
import { openMediaStore, safeFileName, type MediaStore } from '#central/store/media-store.ts';

let folder: string;
let store: MediaStore;
/** What the list stands for: its head, then parts of two files in turns. */
let whole: Buffer;
const PATH = `film.mp4${LIST_SUFFIX}`;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-lists-'));
  store = await openMediaStore(folder, 0);
  const filled = (bytes: number, period: number): Buffer =>
    Buffer.from(Uint8Array.from({ length: bytes }, (_, at) => at % period));
  const [one, other] = [filled(600_000, 251), filled(50_000, 13)];
  await writeFile(store.at('pictures.m4f'), one);
  await writeFile(store.at('sound.m4a'), other);
  const head = Buffer.from('the index of the film');
  const spans = [
    { path: 'pictures.m4f', at: 100, bytes: 400_000 },
    { path: 'sound.m4a', at: 5, bytes: 1000 },
    { path: 'pictures.m4f', at: 500_000, bytes: 7 },
    { path: 'sound.m4a', at: 2000, bytes: 40_000 },
  ];
  await writeList(store.at(PATH), { head, spans, renditions: [3], sounds: ['sound.m4a'] });
  const files = { 'pictures.m4f': one, 'sound.m4a': other } as Record<string, Buffer>;
  whole = Buffer.concat([head, ...spans.map(({ path, at, bytes }) => files[path]!.subarray(at, at + bytes))]);
});
after(() => rm(folder, { recursive: true, force: true }));

async function bytesOf(from: number, to: number): Promise<Buffer> {
  const list = await openList(store, PATH);
  const parts: Buffer[] = [];
  for await (const part of list.read(from, to)) parts.push(part);
  return Buffer.concat(parts);
}

test('any bytes of the film can be read, over all borders', async () => {
  const list = await openList(store, PATH);
  assert.deepEqual([list.sizeBytes, list.renditions, list.sounds], [whole.length, [3], ['sound.m4a']]);
  const borders = [0, 1, 21, 22, 300_000, 400_020, 400_021, 401_021, 401_028, 401_029, whole.length - 1, whole.length];
  for (const from of borders)
    for (const to of borders.filter((one) => one >= from))
      assert.ok((await bytesOf(from, to)).equals(whole.subarray(from, to)), `${from} to ${to}`);
  assert.ok((await bytesOf(5, whole.length + 99)).equals(whole.subarray(5)), 'beyond the end there is nothing');
});

test('it is written as a whole once, also by two at a time, and for ffprobe its beginning', async () => {
  const [path, again] = await Promise.all([writeWhole(store, PATH), writeWhole(store, PATH)]);
  assert.deepEqual([path, again], [store.at('film.mp4'), store.at('film.mp4')]);
  const { ino } = await stat(path);
  await writeWhole(store, PATH);
  assert.equal((await stat(path)).ino, ino);
  assert.ok(whole.equals(await readFile(path)));
  const list = await openList(store, PATH);
  const size = await withBeginning(list, store.at(PATH), async (beginning) => (await stat(beginning)).size);
  assert.equal(size, whole.length);
});

test('a part that is gone, or shorter, is told; nothing else is given for it', async () => {
  const list = await openList(store, PATH);
  await list.check();
  await truncate(store.at('sound.m4a'), 3000);
  await assert.rejects(list.check(), /sound\.m4a has 3000 bytes, and should have 42000/);
  await assert.rejects(bytesOf(0, whole.length), /sound\.m4a is shorter/);
  await rm(store.at('sound.m4a'));
  await assert.rejects(list.check(), /sound\.m4a is gone/);
});

test('no file that somebody sends is taken for a list', async () => {
  assert.ok(isList(PATH));
  assert.equal(wholePath(PATH), 'film.mp4');
  for (const name of [PATH, 'a.mp4\u{ff5e}list', `x${LIST_SUFFIX}`, LIST_SUFFIX])
    assert.ok(!isList(safeFileName(name)), safeFileName(name));
  await writeFile(store.at('other~list'), 'not a list');
  await assert.rejects(openList(store, 'other~list'), /no list of a film|10 of its 16 bytes/);
});
