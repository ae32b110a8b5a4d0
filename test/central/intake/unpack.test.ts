import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BadRequest } from '#central/catalogue/bad-request.ts';
import { unpack } from '#central/intake/unpack.ts';
import { openMediaStore, type MediaStore } from '#central/store/media-store.ts';
import { costOf, growsAsItsInput } from '../../support/growth.ts';
import { zipOf } from '../small-zip.ts';

let folder = '';
let store: MediaStore;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-unpack-'));
  store = await openMediaStore(join(folder, 'media'), 0);
});
after(() => rm(folder, { recursive: true, force: true }));

const manifest = (...names: string[]): Buffer =>
  Buffer.from(
    `<mediapackage xmlns="http://mediapackage.opencastproject.org" id="m"><media>${names.map((name) => `<track id="${name}" type="presenter/source"><url>${name}</url></track>`).join('')}</media></mediapackage>`,
  );

async function unpacked(files: [name: string, content: Buffer][]): Promise<string[]> {
  const path = join(folder, `${crypto.randomUUID()}.zip`);
  await writeFile(path, zipOf(files));
  const { received } = await unpack(store, path);
  const texts = await Promise.all(received.map(({ temporary }) => readFile(temporary, 'utf8')));
  await Promise.all(received.map(({ temporary }) => store.discard(temporary)));
  return texts;
}

describe('a package in an archive', () => {
  test('has the files that its manifest names, however it writes their names', async () => {
    for (const [written, inArchive] of [
      ['Cours 50%.mp4', 'Cours 50%.mp4'],
      ['100%_reussite.mp4', '100%_reussite.mp4'],
      ['Alg%E8bre.mp4', 'Alg%E8bre.mp4'],
      ['a%20b.mp4', 'a b.mp4'],
      ['a b.mp4', 'a b.mp4'],
      ['Alg\u00e8bre.mp4', 'Alge\u0300bre.mp4'],
      ['Alge\u0300bre.mp4', 'Alg\u00e8bre.mp4'],
      ['./x.mp4', 'x.mp4'],
    ] as const)
      assert.deepEqual(
        await unpacked([
          ['manifest.xml', manifest(written)],
          [inArchive, Buffer.from('film')],
        ]),
        ['film'],
        written,
      );
  });

  test('of two names that could be meant, has the one that is written', async () => {
    const both: [string, Buffer][] = [
      ['manifest.xml', manifest('a%20b.mp4')],
      ['a b.mp4', Buffer.from('wrong')],
      ['a%20b.mp4', Buffer.from('right')],
    ];
    assert.deepEqual(await unpacked(both), ['right']);
  });

  test('unpacks to no more than media do, in all, and leaves nothing', async () => {
    const before_ = await readdir(join(store.folder, '.incoming'));
    const zeros = Buffer.alloc(40 << 20);
    for (const files of [
      [
        ['manifest.xml', manifest('a.mp4', 'b.mp4')],
        ['x', Buffer.from('x')],
        ['a.mp4', zeros],
        ['y', Buffer.from('y')],
        ['b.mp4', zeros],
      ],
      [
        ['manifest.xml', manifest('a.mp4', 'a.mp4')],
        ['x', Buffer.from('x')],
        ['a.mp4', zeros],
      ],
    ] as [string, Buffer][][])
      await assert.rejects(
        unpacked(files),
        (error) => error instanceof BadRequest && /would unpack to more/.test(error.message),
      );
    assert.deepEqual(await readdir(join(store.folder, '.incoming')), before_);
  });

  test('is listed in a time that grows as its files do', async () => {
    const listing = async (count: number): Promise<number> => {
      const names = Array.from({ length: count }, (_, n) => `f${n}.mp4`);
      const files = names.map((name): [string, Buffer] => [name, Buffer.from('x')]);
      const path = join(folder, `${count}.zip`);
      // The last one is missing: nothing before it is slow, and the refusal is.
      await writeFile(path, zipOf([['manifest.xml', manifest(...names.slice(0, 20), 'none.mp4')], ...files]));
      return costOf(() => assert.rejects(unpack(store, path), /none\.mp4/));
    };
    await growsAsItsInput(listing, { parts: 2000, leastMs: 200 });
    await assert.rejects(listing(10_001), /more than 10000 files/);
  });
});
