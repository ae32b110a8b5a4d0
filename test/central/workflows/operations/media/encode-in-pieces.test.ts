import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { encodeByChunks } from '#central/workflows/chunks/encode-by-chunks.ts';
import { encode } from '#central/workflows/operations/media/encode.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { BOX_CODING, film, seenIn } from '../../chunks/film-rig.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { decoded, makeFilm, turnedCopy } from './made-films.ts';
import { addedOf, mediaRig } from './media-rig.ts';

const of = mediaRig();
let opened: TestDatabase;
before(async () => {
  opened = await freshDatabase();
  await opened.database.insertInto('events').values({ id: 'lecture-1', title: 'Anatomie' }).execute();
});
after(() => opened.close());

const KEYS = {
  'source-flavor': '*/source',
  'target-flavor': '*/delivery',
  'target-tags': 'engage-download',
  'encoding-profiles': 'mp4-low.http,mp4-preview.http',
};
const withPieces = () => {
  const { rig } = of;
  const needs = { ...rig.needs, database: opened.database, jobs: undefined, log: silentLog };
  return encode({ ...rig.needs, encodeByChunks: (order) => encodeByChunks(needs, order) });
};

test('a recording of a box is encoded in pieces: every picture is there once, for sources with one name too', async () => {
  const recording = await film({ seconds: 6, fps: 15, coding: BOX_CODING });
  const elements = [
    await of.rig.element(recording, 'presenter/source', { file_name: 'lecture.mp4' }),
    await of.rig.element(recording, 'presentation/source', { file_name: 'lecture.mp4' }),
  ];
  const { result, lines } = await of.rig.run(withPieces(), KEYS, elements);
  const made = addedOf(result);
  assert.deepEqual(
    made.map(({ flavor, file_name: name, tags }) => [flavor, name, tags]),
    ['presenter', 'presentation'].flatMap((type) =>
      ['low', 'preview'].map((end) => [`${type}/delivery`, `lecture-${end}.mp4`, ['engage-download']]),
    ),
  );
  assert.equal(new Set(made.map(({ path }) => path)).size, 4);
  assert.doesNotMatch(lines.join('\n'), /encoded whole/);
  const expected = Array.from({ length: 90 }, (_, n) => Math.round((n * 1000) / 15));
  for (const element of made) {
    const { pictures, complaints } = await seenIn(await of.rig.wholeOf(element));
    assert.deepEqual([pictures.map(({ codeMs }) => codeMs), complaints], [expected, '']);
  }
  const again = await of.rig.run(withPieces(), KEYS, elements);
  assert.equal(addedOf(again.result).length, 4);
  assert.doesNotMatch(again.lines.join('\n'), /groups are there already/);
});

test('what cannot be made of pieces is encoded whole, and the log says why', async () => {
  const straight = await makeFilm(of.folder, 'straight.mp4', { size: '320x180', seconds: 1, more: ['-bf', '0'] });
  const elements = [
    await of.rig.element(await turnedCopy(of.folder, 'turned.mp4', straight), 'presenter/source'),
    await of.rig.element(await makeFilm(of.folder, 'web.mkv', { size: '320x180', seconds: 1 }), 'presentation/source'),
  ];
  const { result, lines } = await of.rig.run(withPieces(), KEYS, elements);
  const made = addedOf(result);
  assert.equal(made.length, 4);
  for (const element of made) assert.equal((await decoded(await of.rig.wholeOf(element))).frames, 25);
  assert.match(lines.join('\n'), /turned\.mp4\) is encoded whole: its picture is turned/);
  assert.match(lines.join('\n'), /web\.mkv\) is encoded whole: /);
});
