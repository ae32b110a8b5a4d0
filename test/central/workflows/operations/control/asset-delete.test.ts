import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { deletedEvent, unneededFiles } from '#central/catalogue/deleted.ts';
import { eventNamed } from '#central/catalogue/events.ts';
import { versionsOf } from '#central/catalogue/versions.ts';
import { openMediaStore } from '#central/store/media-store.ts';
import { beginRun } from '#central/workflows/run/advance.ts';
import { assetDelete } from '#central/workflows/operations/control/removing/asset-delete.ts';
import type { OperationContext } from '#central/workflows/run/operation.ts';
import { startWorker } from '#central/workflows/run/worker.ts';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openRunRig, planned, type RunRig } from '../../run/run-rig.ts';

let opened: TestDatabase;
let rig: RunRig;
let folder: string;
let end: (() => Promise<void>) | undefined;
before(async () => {
  opened = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'amphi-removing-'));
  rig = await openRunRig(opened.database, opened.connection);
  const { database } = opened;
  const operation = assetDelete({ database });
  end = await startWorker({
    ...rig,
    database,
    store: await openMediaStore(folder, 0),
    log: silentLog,
    catalogue: openCatalogue(),
    ffprobe: 'ffprobe',
    atOnce: { light: 2 },
    handlerOf: () => undefined,
    operationOf: (id) => (id === operation.id ? operation : undefined),
  });
});
after(async () => {
  await end?.();
  await rig.close();
  await opened.close();
  await rm(folder, { recursive: true });
});

/** An event with three versions; the last one has the file of the first, too. A workflow made the second. */
async function addEvent(event: string): Promise<void> {
  const { database } = opened;
  await database.insertInto('events').values({ id: event, title: 'Anatomie' }).execute();
  for (const version of [0, 1, 2]) {
    await database
      .insertInto('event_versions')
      .values({ event, version, package: event, content: '', manifest: '', kind: version === 1 ? 'change' : 'ingest' })
      .execute();
    for (const name of version === 2 ? ['v0', 'v2'] : [`v${version}`]) {
      const file = { file_name: name, path: `${event}/${name}`, mime_type: 'video/mp4', size_bytes: 1, md5: '' };
      await database
        .insertInto('files')
        .values({ ...file, id: name, event, version, kind: 'track', flavor: 'presenter/source' })
        .execute();
    }
  }
}

/** Begins a run of a version that has nothing but this operation. */
const begin = (event: string, keys: Record<string, string>, version = 2, isAtWork = true): Promise<number> =>
  opened.database.transaction().execute((within) =>
    beginRun(within, rig, {
      event,
      version,
      definition: 'tidy',
      operations: [planned('asset-delete', [], { configuration: new Map(Object.entries(keys)) })],
      configuration: new Map(),
      waits: !isAtWork,
    }),
  );
const versions = async (event: string): Promise<number[]> =>
  (await versionsOf(opened.database, event)).map(({ version }) => version);
const soon = (): Date => new Date(Date.now() + 60_000);

test('asset-delete with keep-last-snapshot deletes older versions, but those that a workflow works on', async () => {
  await addEvent('kept');
  const waits = await begin('kept', {}, 1, false);
  const run = await begin('kept', { 'keep-last-snapshot': 'true' });
  assert.equal(await rig.over(run), 'succeeded');
  assert.deepEqual(await versions('kept'), [1, 2]);
  assert.deepEqual(await rig.lines(run), ['versions 0 are deleted']);
  assert.deepEqual(await unneededFiles(opened.database, soon(), 10), [], 'the newest version names the file, too');
  await rig.tell(waits, { kind: 'stop' });
  const again = await begin('kept', { 'keep-last-snapshot': 'true' });
  assert.equal(await rig.over(again), 'succeeded');
  assert.deepEqual(await versions('kept'), [2]);
  assert.deepEqual(await unneededFiles(opened.database, soon(), 10), ['kept/v1']);
});

test('asset-delete deletes no event that viewers still see, and says so', async () => {
  await addEvent('public');
  const publication = { event: 'public', channel: 'engage-player', version: 2, url: '/play/public' };
  await opened.database
    .insertInto('publications')
    .values({ ...publication, id: 'p1' })
    .execute();
  const run = await begin('public', {});
  assert.equal(await rig.over(run), 'failed');
  const [row] = await rig.rows(run);
  assert.match(row?.reason ?? '', /viewers still see the event public \(engage-player\): it has to be taken back/);
  assert.deepEqual(await versions('public'), [0, 1, 2]);
});

test('asset-delete deletes the event with its run; its row stays known, its files for a while', async () => {
  await addEvent('gone');
  const run = await begin('gone', {});
  await until('the event is gone', async () => (await eventNamed(opened.database, 'gone')) === undefined);
  assert.deepEqual(await rig.rows(run), []);
  assert.equal((await deletedEvent(opened.database, 'gone'))?.title, 'Anatomie');
  assert.deepEqual(await unneededFiles(opened.database, new Date(Date.now() - 60_000), 10), [], 'not at once');
  const gone = (await unneededFiles(opened.database, soon(), 10)).filter((path) => path.startsWith('gone/'));
  assert.deepEqual(gone, ['gone/v0', 'gone/v1', 'gone/v2']);
  const { change } = await opened.database
    .selectFrom('audit_log')
    .select('change')
    .where('object', '=', 'gone')
    .where('action', '=', 'delete')
    .executeTakeFirstOrThrow();
  assert.deepEqual(change, { title: 'Anatomie', workflow: run });
});

test('keep-last-snapshot leaves recordings that the newest version does not name, and by which a repeated ingest is known', async () => {
  const { database } = opened;
  await addEvent('films');
  // What came first is a recording of an agent; a workflow kept a film alone as the newest version.
  await database.updateTable('event_versions').set({ kind: 'ingest' }).where('event', '=', 'films').execute();
  await database
    .updateTable('event_versions')
    .set({ kind: 'change' })
    .where('event', '=', 'films')
    .where('version', '=', 2)
    .execute();
  await database
    .deleteFrom('files')
    .where('event', '=', 'films')
    .where('version', '=', 2)
    .where('id', '=', 'v0')
    .execute();
  const run = await begin('films', { 'keep-last-snapshot': 'true' });
  assert.equal(await rig.over(run), 'succeeded');
  assert.deepEqual(await versions('films'), [0, 1, 2]);
  assert.deepEqual(await rig.lines(run), [
    'there are no older versions to delete',
    'versions 0 stay: they have recordings that the newest version does not name',
  ]);
});

test('asset-delete deletes no event that was recorded anew while it ran, or is being sent', async () => {
  const { database } = opened;
  await addEvent('again');
  const late = await begin('again', {}, 1);
  assert.equal(await rig.over(late), 'failed');
  assert.match((await rig.rows(late))[0]?.reason ?? '', /version 2 of the event again came after this run began/);
  await database
    .insertInto('growing_uploads')
    .values({
      id: crypto.randomUUID(),
      event: 'again',
      account: 'box',
      recording: 'r',
      flavor: 'presenter/source',
      file_name: 'hall.mp4',
    })
    .execute();
  const run = await begin('again', {});
  assert.equal(await rig.over(run), 'failed');
  assert.match((await rig.rows(run))[0]?.reason ?? '', /hall\.mp4 of the event again is still being sent/);
  assert.deepEqual(await versions('again'), [0, 1, 2]);
});

test('asset-delete looks once more for what came when it deletes, and passes over what workflows made', async () => {
  const { database } = opened;
  await addEvent('meanwhile');
  const lines: string[] = [];
  const operation = assetDelete({ database });
  const context = {
    workflow: { id: 0, event: 'meanwhile', version: 2, definition: 'tidy' },
    keys: { flag: () => false },
    log: (text: string) => lines.push(text),
  } as unknown as OperationContext;
  const version = { event: 'meanwhile', package: 'meanwhile', content: '', manifest: '' };
  await database
    .insertInto('event_versions')
    .values({ ...version, version: 3, kind: 'change' })
    .execute();
  const result = await operation.run(context);
  assert.ok(result.kind === 'done' && result.settle);
  await database
    .insertInto('event_versions')
    .values({ ...version, version: 4 })
    .execute();
  await assert.rejects(database.transaction().execute(result.settle), /version 4 of the event meanwhile came/);
  assert.deepEqual(await versions('meanwhile'), [0, 1, 2, 3, 4]);
});
