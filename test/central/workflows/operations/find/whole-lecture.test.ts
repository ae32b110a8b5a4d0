// In a process of its own: it starts a worker.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { commentsOf } from '#central/catalogue/comments/comments.ts';
import { isList } from '#central/store/lists/list-file.ts';
import { writeWhole } from '#central/store/lists/whole-file.ts';
import { openMediaStore, type MediaStore } from '#central/store/media-store.ts';
import type { ElementRow } from '#central/store/tables.ts';
import { elementsSeen } from '#central/workflows/run/elements.ts';
import { measureLoudness } from '#lib/analysis/sound/loudness.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openTestWorkflows } from '../../../test-workflows.ts';
import { beginLecture, bringLecture, runOver, toldOf } from '../../lecture-rig.ts';

let opened: TestDatabase;
let folder: string;
let store: MediaStore;
let server: Awaited<ReturnType<typeof openTestWorkflows>>;
before(async () => {
  opened = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'amphi-lecture-'));
  store = await openMediaStore(join(folder, 'media'), 0);
  server = await openTestWorkflows(opened, store, realClock, { isWorker: true });
});
after(async () => {
  await server.close();
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});

/** The run to its end; its operations and log in words. */
async function done(id: number): Promise<string> {
  const { database } = opened;
  const state = await runOver(database, id);
  const told = await toldOf(database, id);
  assert.equal(state, 'succeeded', told);
  const failed = await database
    .selectFrom('workflow_operations')
    .select(['operation', 'reason'])
    .where('workflow', '=', id)
    .where('state', '=', 'failed')
    .execute();
  assert.deepEqual(failed, []);
  return told;
}

test('a lecture is cut, looked through, made as loud as others, and published, by the definitions that come with the server', async () => {
  const { database } = opened;
  const lectures = { database, store, workflows: server.workflows };
  await bringLecture(lectures, 'lecture-1', folder);
  const id = await beginLecture(lectures, 'lecture-1');
  const told = await done(id);
  const made: ElementRow[] = await database
    .selectFrom('workflow_elements')
    .selectAll()
    .where('workflow', '=', id)
    .execute();
  const of = (flavor: string): ElementRow[] => made.filter((one) => one.flavor === flavor);
  for (const flavor of [
    'presentation/waveform',
    'presentation/silence',
    'presentation/timeline+preview',
    'presentation/segment+preview',
    'presentation/slides+pdf',
    'presentation/chapters+vtt',
    'mpeg-7/segments',
    'mpeg-7/text',
    'faults/vtt+fr',
    'captions/delivery',
    'chapters/delivery',
  ])
    assert.ok(of(flavor).length > 0, `${flavor} is not there:\n${told}`);
  const source = of('presentation/source').find(({ duration_ms: ms }) => ms !== null);
  const [quality] = of('presentation/delivery');
  assert.ok(Math.abs(source!.duration_ms! - 4000 - quality!.duration_ms!) < 300, `${quality!.duration_ms}`);
  const comments = (await commentsOf(database, 'lecture-1')).map(({ text }) => text).join('\n');
  assert.match(comments, /no sound from 0:0[89] to /);
  const published = await database.selectFrom('publication_elements').select(['flavor', 'path']).execute();
  const flavors = new Set(published.map(({ flavor }) => flavor));
  for (const flavor of ['presentation/delivery', 'captions/delivery', 'presentation/slides+pdf', 'mpeg-7/text'])
    assert.ok(flavors.has(flavor), `${flavor} is not published, only ${[...flavors].join(', ')}`);
  const film = published.find(({ flavor }) => flavor === 'presentation/delivery')!;
  const { integratedLufs } = await measureLoudness({ ffmpeg: 'ffmpeg' }, await pathOf(film.path));
  assert.ok(Math.abs(integratedLufs - -16) < 1, `${integratedLufs} LUFS`);
  assert.ok(!flavors.has('captions/source'), 'captions that were not cut');
  assert.equal(
    (await elementsSeen(database, id)).filter(({ flavor }) => flavor === 'presentation/trimmed').length <= 1,
    true,
  );
});

/** Path of a published file; a film that is a list is written. */
const pathOf = (path: string): Promise<string> =>
  isList(path) ? writeWhole(store, path) : Promise.resolve(store.at(path));
