import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { filesOf } from '#central/catalogue/files.ts';
import { versionsOf } from '#central/catalogue/versions.ts';
import { openMediaStore, type MediaStore } from '#central/store/media-store.ts';
import type { ElementRow } from '#central/store/tables.ts';
import { cleanup } from '#central/workflows/operations/control/removing/cleanup.ts';
import { ingestDownload } from '#central/workflows/operations/control/ingest-download.ts';
import { snapshot } from '#central/workflows/operations/control/snapshot.ts';
import { beginRun } from '#central/workflows/run/advance.ts';
import { elementsSeen, takeVersion } from '#central/workflows/run/elements.ts';
import { OperationFailed, type Operation } from '#central/workflows/run/operation.ts';
import type { PlannedOperation } from '#central/workflows/run/run.ts';
import { removeOldRunFiles } from '#central/workflows/run/run-files.ts';
import { startWorker } from '#central/workflows/run/worker.ts';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { row } from '#lib/opencast/workflows/catalogue/catalogue-row.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openRunRig, planned, type RunRig } from '../../run/run-rig.ts';

let opened: TestDatabase;
let rig: RunRig;
let folder: string;
let store: MediaStore;
let end: (() => Promise<void>) | undefined;

/** Does what a test wants with the elements that are there. */
let look: (elements: readonly ElementRow[]) => Promise<void> = async () => undefined;
/** Whether `fail` fails. */
let isBroken = true;

/** Operations of the test: `make` makes a file with the flavor and tags of its keys. */
const made: Operation = {
  id: 'make',
  weight: 'light',
  async run({ keys, folder: inFolder, take }) {
    await writeFile(join(await inFolder(), 'made.mp4x'), keys.text('text') ?? '');
    const file = await take({
      file: 'made.mp4x',
      kind: 'attachment',
      flavor: keys.needed('flavor'),
      tags: keys.list('tags'),
    });
    return { kind: 'done', added: [file] };
  },
};
const looked: Operation = {
  id: 'look',
  weight: 'light',
  async run({ elements }) {
    await look(elements);
    return { kind: 'done' };
  },
};
const fail: Operation = {
  id: 'fail',
  weight: 'light',
  async run() {
    if (isBroken) throw new OperationFailed('it cannot be done');
    return { kind: 'done' };
  },
};

before(async () => {
  opened = await freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'amphi-keeping-'));
  store = await openMediaStore(folder, 0);
  rig = await openRunRig(opened.database, opened.connection);
  const { database } = opened;
  const needs = { database, store, log: silentLog };
  const code = [made, looked, fail, snapshot(needs), cleanup(needs), ingestDownload()];
  const known = openCatalogue();
  end = await startWorker({
    ...rig,
    ...needs,
    catalogue: { ...known, find: (id) => known.find(id) ?? row(id, '', { anyKey: 'any' }) },
    ffprobe: 'ffprobe',
    atOnce: { light: 2 },
    handlerOf: () => [planned('cleanup')],
    operationOf: (id) => code.find((one) => one.id === id),
  });
  await store.keep(await temporary('recorded'), 'lecture-1/source/a.mp4x');
  await database
    .insertInto('files')
    .values({
      id: 'source',
      event: 'lecture-1',
      version: 0,
      kind: 'attachment',
      flavor: 'presenter/source',
      tags: ['archive'],
      file_name: 'a.mp4x',
      path: 'lecture-1/source/a.mp4x',
      mime_type: 'video/mp4',
      size_bytes: 8,
      md5: 'x',
    })
    .execute();
});
after(async () => {
  await end?.();
  await rig.close();
  await opened.close();
  await rm(folder, { recursive: true });
});

async function temporary(text: string): Promise<string> {
  const path = join(folder, '.incoming', crypto.randomUUID());
  await writeFile(path, text);
  return path;
}

const operation = (id: string, keys: Record<string, string> = {}, more: Partial<PlannedOperation> = {}) =>
  planned(id, [], { configuration: new Map(Object.entries(keys)), ...more });

/** Runs operations one after the other on the newest version. Gives the number of the run and how it ended. */
async function ran(operations: readonly PlannedOperation[]): Promise<{ run: number; state: string; lines: string[] }> {
  const inOrder = operations.map((one, at) => ({ ...one, waitsFor: at === 0 ? [] : [at - 1] }));
  const run = await opened.database.transaction().execute(async (within) => {
    const newest = (await versionsOf(within, 'lecture-1')).at(-1)!.version;
    const id = await beginRun(within, rig, {
      event: 'lecture-1',
      version: newest,
      definition: 'test',
      operations: inOrder,
      configuration: new Map(),
    });
    await takeVersion(within, id, { event: 'lecture-1', version: newest });
    return id;
  });
  const state = await rig.over(run);
  return { run, state, lines: await rig.lines(run) };
}

const inRunsFolder = async (run: number): Promise<string[]> =>
  (await readdir(join(folder, 'runs', String(run)), { recursive: true }).catch(() => [])).filter(
    (name) => /\./.test(name.split('/').at(-1)!) && name.includes('/'),
  );
const shown = ({ flavor, tags }: Pick<ElementRow, 'flavor' | 'tags'>): string => `${flavor} ${tags.join(',')}`;

test('snapshot keeps elements as a new version: files of versions are named again, those of the run get a link', async () => {
  const { run, state } = await ran([
    operation('make', { flavor: 'presenter/delivery', tags: 'archive', text: 'encoded' }),
    operation('make', { flavor: 'presenter/preview', tags: 'preview', text: 'small' }),
    operation('snapshot', { 'source-tags': 'archive' }),
  ]);
  assert.equal(state, 'succeeded');
  const [first, second] = await versionsOf(opened.database, 'lecture-1');
  assert.deepEqual([first?.version, second?.version, second?.package], [0, 1, 'lecture-1']);
  assert.match(second?.manifest ?? '', /presenter\/delivery/);
  const files = (await filesOf(opened.database, 'lecture-1', 1)).toSorted((one, other) =>
    one.flavor < other.flavor ? -1 : 1,
  );
  assert.deepEqual(files.map(shown), ['presenter/delivery archive', 'presenter/source archive']);
  assert.equal(files[1]?.path, 'lecture-1/source/a.mp4x');
  assert.match(files[0]!.path, /^lecture-1\/[\da-f-]{36}\/made\.mp4x$/);
  assert.equal(await readFile(store.at(files[0]!.path), 'utf8'), 'encoded');
  const [element] = (await elementsSeen(opened.database, run)).filter(({ flavor }) => flavor === 'presenter/delivery');
  const [kept, ofRun] = await Promise.all(
    [store.at(files[0]!.path), store.at(element!.path)].map((path) => stat(path)),
  );
  assert.equal(kept?.ino, ofRun?.ino, 'one file on the disk with two names');
  const audit = await opened.database
    .selectFrom('audit_log')
    .select('change')
    .where('action', '=', 'snapshot')
    .execute();
  assert.equal((audit[0]?.change as { version: number } | undefined)?.version, 1);
});

test('snapshot of what the newest version has already makes no other; of nothing it is skipped', async () => {
  const { lines, state } = await ran([
    operation('snapshot'),
    operation('snapshot', { 'source-tags': 'none' }),
    operation('snapshot', { 'source-flavors': '*/source' }),
  ]);
  assert.equal(state, 'succeeded');
  assert.deepEqual(lines, ['version 1 is all of this already', 'nothing has these flavors or tags']);
  assert.equal((await versionsOf(opened.database, 'lecture-1')).length, 3);
  assert.deepEqual((await filesOf(opened.database, 'lecture-1', 2)).map(shown), ['presenter/source archive']);
});

test('cleanup removes what a run made and nobody needs; versions, other tables and preserved flavors keep theirs', async () => {
  const { database } = opened;
  await sql`create table published_somewhere (path text not null)`.execute(database);
  let published = '';
  look = async (elements) => {
    published = elements.find(({ flavor }) => flavor === 'presenter/published')?.path ?? '';
    await sql`insert into published_somewhere values (${published})`.execute(database);
  };
  const { run, state, lines } = await ran([
    operation('make', { flavor: 'presenter/delivery', tags: 'archive', text: 'kept by a version' }),
    operation('make', { flavor: 'presenter/work', text: 'nobody needs it' }),
    operation('make', { flavor: 'security/xacml+episode', text: 'preserved' }),
    operation('make', { flavor: 'presenter/published', text: 'published' }),
    operation('look'),
    operation('snapshot', { 'source-tags': 'archive' }),
    operation('cleanup', { 'preserve-flavors': 'security/*', 'delete-external': 'true' }),
  ]);
  assert.equal(state, 'succeeded');
  assert.deepEqual((await elementsSeen(database, run)).map(shown), ['security/xacml+episode ']);
  const left = await inRunsFolder(run);
  const contents = await Promise.all(left.map((name) => readFile(join(folder, 'runs', String(run), name), 'utf8')));
  assert.deepEqual(contents.toSorted(), ['preserved', 'published']);
  assert.equal(await readFile(store.at(published), 'utf8'), 'published');
  for (const { path } of await filesOf(database, 'lecture-1')) await access(store.at(path));
  const [newest] = (await filesOf(database, 'lecture-1', 3)).filter(({ flavor }) => flavor === 'presenter/delivery');
  assert.equal(await readFile(store.at(newest!.path), 'utf8'), 'kept by a version');
  assert.match(lines.join('\n'), /delete-external: what lies with other hosts stays/);
});

test('cleanup of a run that failed leaves all that it made, so that the run goes on when it is tried again', async () => {
  const { run, state, lines } = await ran([
    operation('make', { flavor: 'presenter/delivery', tags: 'archive', text: 'half of the work' }),
    operation('fail', {}, { exceptionHandler: 'partial-error' }),
    operation('snapshot', { 'source-tags': 'archive' }),
    operation('cleanup'),
  ]);
  assert.equal(state, 'failed');
  assert.match(lines.join('\n'), /what it made stays, so that it can be tried again/);
  assert.equal((await inRunsFolder(run)).length, 1);
  isBroken = false;
  await rig.tell(run, { kind: 'retry' });
  assert.equal(await rig.over(run), 'succeeded');
  assert.deepEqual(await inRunsFolder(run), []);
  const newest = (await versionsOf(opened.database, 'lecture-1')).at(-1)!.version;
  const files = await filesOf(opened.database, 'lecture-1', newest);
  const contents = await Promise.all(files.map(({ path }) => readFile(store.at(path), 'utf8')));
  assert.ok(contents.includes('half of the work'));
});

test('what runs left goes after a while, or with their event; never what something else needs', async () => {
  const { database } = opened;
  isBroken = true;
  const failing = [
    operation('make', { flavor: 'presenter/delivery', tags: 'archive', text: 'left' }),
    operation('make', { flavor: 'presenter/published', text: 'published by a failed run' }),
    operation('look'),
    operation('fail'),
  ];
  const [old, young] = [await ran(failing), await ran(failing)];
  await database
    .updateTable('workflows')
    .set({ finished_at: new Date(0) })
    .where('id', '=', old.run)
    .execute();
  const before = new Date(Date.now() - 60_000);
  await removeOldRunFiles({ database, store }, before);
  assert.equal((await inRunsFolder(old.run)).length, 1, 'the published one stays');
  assert.equal((await inRunsFolder(young.run)).length, 2, 'a run that may be tried again keeps its files');
  await database.deleteFrom('workflows').where('id', '=', young.run).execute();
  await removeOldRunFiles({ database, store }, before);
  assert.equal((await inRunsFolder(young.run)).length, 1);
  for (const { path } of await filesOf(database, 'lecture-1')) await access(store.at(path));
});

test('ingest-download tells which files are missing or have another size', async () => {
  const good = await ran([operation('ingest-download', { 'delete-external': 'true' })]);
  assert.equal(good.state, 'succeeded');
  assert.match(good.lines.join('\n'), /all \d files are there/);
  await writeFile(store.at('lecture-1/source/a.mp4x'), 'short');
  const bad = await ran([operation('ingest-download')]);
  assert.equal(bad.state, 'failed');
  assert.match(bad.lines.join('\n'), /a\.mp4x \(presenter\/source\) has 5 bytes, not 8/);
});
