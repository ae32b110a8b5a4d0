// In a process of its own: it starts a worker.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { commentsOf } from '#central/catalogue/comments/comments.ts';
import { openMediaStore, type MediaStore } from '#central/store/media-store.ts';
import { mimeTypeOf } from '#central/store/mime.ts';
import type { ElementKind, ElementRow } from '#central/store/tables.ts';
import { elementsSeen } from '#central/workflows/run/elements.ts';
import { isOver } from '#central/workflows/run/run.ts';
import { measureLoudness } from '#lib/analysis/sound/loudness.ts';
import { formatCutList } from '#lib/opencast/smil/write-cut-list.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { makeDeck } from '#simulator/decks/deck.ts';
import { writeDeck } from '#simulator/decks/write-deck.ts';
import { madeOnce } from '#test/support/made-once.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openTestWorkflows } from '../../../test-workflows.ts';

const run = promisify(execFile);
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

/** Slides of 640x360 with sound, 16 s or more: quiet, and no sound in the last 11 s. */
const lecture = (): Promise<string> =>
  madeOnce('find-lecture-1.mp4', async (path) => {
    const deck = makeDeck({
      name: 'lecture',
      seed: 9,
      look: 'light',
      bodies: ['points'],
      count: 4,
      lastsMs: [5000, 6000],
    });
    const size = { widthPx: 640, heightPx: 360 };
    await writeDeck(deck, `${path}.mp4`, { ffmpeg: 'ffmpeg', size, fps: 5, bitrateKbps: 500, groupPictures: 10 });
    const sound = `aevalsrc='0.05*sin(2*PI*440*t)*lt(t,9)':s=48000:d=${deck.lengthMs / 1000}`;
    const joined = ['-i', `${path}.mp4`, '-f', 'lavfi', '-i', sound, '-c:v', 'copy', '-c:a', 'aac', '-f', 'mp4', path];
    await run('ffmpeg', ['-v', 'error', '-y', ...joined]);
    await rm(`${path}.mp4`);
  });

async function keepFile(file: string, flavor: string, kind: ElementKind): Promise<void> {
  const name = file.slice(file.lastIndexOf('/') + 1);
  const path = `lecture-1/${crypto.randomUUID()}/${name}`;
  await mkdir(dirname(store.at(path)), { recursive: true });
  await copyFile(file, store.at(path));
  const { size } = await stat(file);
  const row = { id: crypto.randomUUID(), event: 'lecture-1', version: 0, kind, flavor, file_name: name, path };
  await opened.database
    .insertInto('files')
    .values({ ...row, mime_type: mimeTypeOf(name), size_bytes: size, md5: '' })
    .execute();
}

async function over(id: number): Promise<string> {
  let state = '';
  await until(
    'the workflow is over',
    async () => {
      const row = await opened.database
        .selectFrom('workflows')
        .select('state')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      state = row.state;
      return isOver({ state: row.state as 'running' });
    },
    { limitMs: 4 * PATIENCE_MS },
  );
  return state;
}

/** Brings the lecture with a cut list, captions and chapters, and begins its workflow. Gives its number. */
async function begun(): Promise<number> {
  const { database } = opened;
  await database.insertInto('events').values({ id: 'lecture-1', title: 'Le cœur' }).execute();
  const version = { event: 'lecture-1', version: 0, package: 'lecture-1', content: '', manifest: '' };
  await database.insertInto('event_versions').values(version).execute();
  await keepFile(await lecture(), 'presentation/source', 'track');
  const vtt = join(folder, 'sous-titres.vtt');
  await writeFile(vtt, 'WEBVTT\n\n00:00:05.000 --> 00:00:07.000\nbonjour\n');
  // As the editor's page saves them: tracks, which operations on recordings must not take for some.
  await keepFile(vtt, 'captions/source', 'track');
  const chapters = join(folder, 'chapters.vtt');
  await writeFile(chapters, 'WEBVTT\n\n00:00:00.000 --> 00:00:06.000\nDébut\n');
  await keepFile(chapters, 'chapters/source', 'track');
  const list = join(folder, 'cutting.smil');
  const tracks = [{ src: 'lecture.mp4', kind: 'video' as const }];
  await writeFile(list, formatCutList({ tracks, segments: [{ fromMs: 4000, toMs: 90_000 }] }));
  await keepFile(list, 'smil/cutting', 'catalog');

  const configuration = { straightToPublishing: 'true' };
  const { id } = await database.transaction().execute((within) =>
    server.workflows.begin(within, {
      event: 'lecture-1',
      version: 0,
      definition: 'schedule-and-upload',
      configuration,
    }),
  );
  return id;
}

/** The run to its end; its operations and log in words. */
async function done(id: number): Promise<string> {
  const { database } = opened;
  const state = await over(id);
  const operations = await database
    .selectFrom('workflow_operations')
    .select(['operation', 'state', 'reason', 'description'])
    .where('workflow', '=', id)
    .orderBy('position')
    .execute();
  const log = await database
    .selectFrom('workflow_log')
    .select('text')
    .where('workflow', '=', id)
    .orderBy('id')
    .execute();
  const told = operations.map((one) => `${one.operation} ${one.state} ${one.reason ?? ''}`).join('\n');
  assert.equal(state, 'succeeded', `${told}\n${log.map(({ text }) => text).join('\n')}`);
  assert.deepEqual(
    operations.filter((one) => one.state === 'failed').map(({ operation, reason }) => [operation, reason]),
    [],
  );
  return `${told}\n${log.map(({ text }) => text).join('\n')}`;
}

test('a lecture is cut, looked through, made as loud as others, and published, by the definitions that come with the server', async () => {
  const id = await begun();
  const told = await done(id);
  const { database } = opened;
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
  const { integratedLufs } = await measureLoudness({ ffmpeg: 'ffmpeg' }, store.at(film.path));
  assert.ok(Math.abs(integratedLufs - -16) < 1, `${integratedLufs} LUFS`);
  assert.ok(!flavors.has('captions/source'), 'captions that were not cut');
  assert.equal(
    (await elementsSeen(database, id)).filter(({ flavor }) => flavor === 'presentation/trimmed').length <= 1,
    true,
  );
});
