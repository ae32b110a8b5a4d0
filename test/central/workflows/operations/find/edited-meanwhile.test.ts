import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { formatCutList } from '#lib/opencast/smil/write-cut-list.ts';
import type { ElementRow } from '#central/store/tables.ts';
import { editor } from '#central/workflows/operations/find/editor.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';
import { addedBy, numberedFilm, numbersOf, textFile } from './find-rig.ts';

let opened: TestDatabase;
let rig: OperationRig;
before(async () => {
  opened = await freshDatabase();
  rig = await openOperationRig(opened.database);
  await opened.database.insertInto('events').values({ id: 'lecture-1', title: 'Le cœur' }).execute();
});
after(async () => {
  await rig.close();
  await opened.close();
});

/** Writes a version of the event with these files. */
async function version(number: number, files: readonly ElementRow[]): Promise<void> {
  const row = { event: 'lecture-1', version: number, package: 'lecture-1', content: '', manifest: '' };
  await opened.database.insertInto('event_versions').values(row).execute();
  for (const { streams, ...file } of files) {
    const id = crypto.randomUUID();
    const told = streams === null ? null : JSON.stringify(streams);
    await opened.database
      .insertInto('files')
      .values({ ...file, id, streams: told, event: 'lecture-1', version: number })
      .execute();
  }
}

const listOf = async (name: string, fromMs: number, toMs: number, md5: string): Promise<ElementRow> => {
  const text = formatCutList({ tracks: [{ src: 'a.mp4', kind: 'video' }], segments: [{ fromMs, toMs }] });
  return rig.element(await textFile(rig.store.folder, name, text), 'smil/cutting', { kind: 'catalog', md5 });
};

test('what was saved while a run waited for a person is applied: list and captions, never another recording', async () => {
  const film = await rig.element(await numberedFilm(4, '30'), 'presenter/source', { md5: 'film' });
  const old = await listOf('old.smil', 0, 1000, 'old');
  const cut = await listOf('cut.smil', 1000, 2000, 'new');
  const vtt = await rig.element(
    await textFile(rig.store.folder, 'fr.vtt', 'WEBVTT\n\n00:01.500 --> 00:02.000\nbonjour\n'),
    'captions/source',
    { kind: 'track', md5: 'vtt', streams: null, duration_ms: null },
  );
  const other = await rig.element(await numberedFilm(12, '30'), 'presenter/source', { md5: 'other film' });
  await version(1, [film, old]);
  // The rig's run is one of version 1.
  await version(2, [film, other, cut, vtt]);
  const keys = { 'source-flavors': '*/source', interactive: 'true' };
  const asked = (await rig.run(editor(rig.needs), keys, [film, old])).result;
  assert.ok(asked.kind === 'pause');
  const [name = ''] = [...asked.variables!.keys()];
  const next = name.replace(/\d+/, (position) => String(Number(position) + 1));
  const { result, lines } = await rig.run(editor(rig.needs), keys, [film, old], { variables: { [next]: 'true' } });
  assert.match(lines.join('\n'), /version 2 was saved meanwhile: 2 files are new, 1 have gone/);
  const made = addedBy(result);
  const trimmed = made.filter(({ flavor }) => flavor === 'presenter/trimmed');
  assert.equal(trimmed.length, 1);
  assert.deepEqual(
    await numbersOf(rig.pathOf(trimmed[0]!)),
    Array.from({ length: 30 }, (_, at) => 30 + at),
  );
  const flavors = made.map(({ flavor }) => flavor).toSorted();
  assert.deepEqual(flavors, ['captions/source', 'presenter/trimmed', 'smil/cutting']);
  assert.equal(made.find(({ flavor }) => flavor === 'smil/cutting')!.md5, 'new');
  assert.deepEqual(result.kind === 'done' ? result.removed : [], [old.id]);
});

test('a run whose event has no newer version goes on with what it has', async () => {
  const film = await rig.element(await numberedFilm(4, '30'), 'presenter/source');
  const keys = { 'source-flavors': '*/source', interactive: 'true', 'skip-if-not-trimmed': 'true' };
  const asked = (await rig.run(editor(rig.needs), keys, [film], { event: 'nobody' })).result;
  const [name = ''] = asked.kind === 'pause' ? [...asked.variables!.keys()] : [];
  const next = name.replace(/\d+/, (position) => String(Number(position) + 1));
  const { result } = await rig.run(editor(rig.needs), keys, [film], { event: 'nobody', variables: { [next]: 'true' } });
  assert.deepEqual(result, { kind: 'skip', why: 'nothing is cut' });
});
