import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventNamed } from '#central/catalogue/events.ts';
import { filesOf } from '#central/catalogue/files.ts';
import { versionsOf } from '#central/catalogue/versions.ts';
import { json, type ElementRow } from '#central/store/tables.ts';
import { duplicateEvent } from '#central/workflows/operations/control/duplicate-event.ts';
import { caption } from '#central/workflows/operations/control/older/caption.ts';
import { trim } from '#central/workflows/operations/control/older/trim.ts';
import { startWorkflow } from '#central/workflows/operations/control/start-workflow.ts';
import { OperationFailed, type OperationResult } from '#central/workflows/run/operation.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';

const term = (name: string, value: string) => ({ namespace: 'http://purl.org/dc/terms/', name, value });
const ACL = [{ role: 'C1_Learner', action: 'read', allow: true }];

let opened: TestDatabase;
let rig: OperationRig;
let folder: string;
let source: ElementRow;
before(async () => {
  opened = await freshDatabase();
  rig = await openOperationRig(opened.database);
  folder = await mkdtemp(join(tmpdir(), 'amphi-further-'));
  await writeFile(join(folder, 'a.mp4x'), 'recorded');
  source = await rig.element(join(folder, 'a.mp4x'), 'presenter/source', { tags: ['archive'], kind: 'attachment' });
  const { database } = opened;
  await database.insertInto('series').values({ id: 'other', title: 'Other' }).execute();
  const terms = json([term('title', 'Anatomie'), term('creator', 'Anna Un'), term('created', '2026-10-01T08:00:00Z')]);
  await database
    .insertInto('events')
    .values({ id: 'lecture-1', title: 'Anatomie', terms, acl: json(ACL) })
    .execute();
});
after(async () => {
  await rig.close();
  await opened.close();
  await rm(folder, { recursive: true });
});

const fails = (asked: Promise<unknown>, why: RegExp) =>
  assert.rejects(asked, (error) => error instanceof OperationFailed && why.test(error.message));

async function settled(result: OperationResult): Promise<ReadonlyMap<string, string>> {
  assert.equal(result.kind, 'done');
  if (!('settle' in result)) return new Map();
  const { settle, variables = new Map() } = result;
  await opened.database.transaction().execute((within) => settle?.(within) ?? Promise.resolve());
  return variables;
}

test('duplicate-event makes events with the same files, of which none is twice on the disk', async () => {
  const keys = {
    'source-flavors': '*/*',
    'number-of-events': '2',
    'target-tags': '+copied',
    'set-title': ' ',
    'set-series-id': '${seriesId}',
  };
  const { result } = await rig.run(duplicateEvent(rig.needs), keys, [source]);
  const variables = await settled(result);
  const ids = (variables.get('duplicate_media_package_ids') ?? '').split(',');
  assert.deepEqual([variables.get('duplicate_media_package_1_id'), variables.get('duplicate_media_package_2_id')], ids);
  const [one, two] = await Promise.all(ids.map((id) => eventNamed(opened.database, id)));
  assert.deepEqual([one?.title, two?.title], ['Anatomie (copy 1)', 'Anatomie (copy 2)']);
  assert.deepEqual([one?.acl, one?.agent, one?.series], [ACL, null, null]);
  assert.deepEqual(one?.terms, [term('creator', 'Anna Un'), term('created', '2026-10-01T08:00:00Z')]);
  const [version] = await versionsOf(opened.database, ids[1]!);
  assert.deepEqual([version?.version, version?.package, version?.kind], [1, ids[1], 'change']);
  const [file] = await filesOf(opened.database, ids[1]!, 1);
  assert.deepEqual([file?.flavor, file?.tags], ['presenter/source', ['archive', 'copied']]);
  assert.match(file?.path ?? '', new RegExp(`^${ids[1]}/[\\da-f-]{36}/a\\.mp4x$`));
  const [copied, original] = await Promise.all(
    [rig.store.at(file!.path), rig.pathOf(source)].map((path) => stat(path)),
  );
  assert.equal(copied?.ino, original?.ino);
});

test('duplicate-event takes series, title and time that are given, and says what is wrong with them', async () => {
  const made = async (more: Record<string, string>) => {
    const keys = { 'source-flavors': '*/*', 'number-of-events': '1', 'no-suffix': 'true', ...more };
    const variables = await settled((await rig.run(duplicateEvent(rig.needs), keys, [source])).result);
    return eventNamed(opened.database, variables.get('duplicate_media_package_ids') ?? '');
  };
  const event = await made({
    'set-title': 'Second',
    'set-series-id': 'other',
    'set-start-date-time': '2026-12-02T08:00:00',
  });
  assert.deepEqual([event?.title, event?.series], ['Second', 'other']);
  assert.deepEqual(event?.terms.find(({ name }) => name === 'created')?.value, '2026-12-02T08:00:00.000Z');
  await fails(made({ 'set-series-id': 'none' }), /there is no series none/);
  await fails(made({ 'set-start-date-time': 'tomorrow' }), /must be a time such as/);
  await fails(made({ 'set-title': 'x'.repeat(600) }), /title has more than 500 characters/);
  await fails(made({ 'number-of-events': '0' }), /must be 1 or more/);
  await fails(
    made({ 'number-of-events': '30', 'max-number-of-events': '25' }),
    /30 events are asked for; 25 may be made/,
  );
});

test('start-workflow begins a workflow for each event that is named, and tells which it could not', async () => {
  const begun: object[] = [];
  const start = async (of: { event: string; definition: string }): Promise<string | undefined> => {
    if (of.event === 'busy') return 'workflow 3 of this event is not over yet';
    begun.push(of);
    return undefined;
  };
  const operation = startWorkflow({ startWorkflow: start });
  const keys = { 'media-packages': 'a, b,busy,a', 'workflow-definition': 'fast', publish: 'true' };
  const { lines } = await rig.run(operation, keys);
  const configuration = { publish: 'true' };
  assert.deepEqual(begun, [
    { event: 'a', definition: 'fast', configuration },
    { event: 'b', definition: 'fast', configuration },
  ]);
  assert.match(lines.join('\n'), /busy: workflow 3 of this event is not over yet/);
  await fails(rig.run(operation, { ...keys, 'media-packages': 'busy' }), /busy: workflow 3/);
  await fails(rig.run(operation, { ...keys, 'media-packages': 'lecture-1' }), /is the event of this run/);
  await fails(rig.run(startWorkflow({}), keys), /begins no workflows/);
});

test('caption and trim wait for a person first; captions that were brought meanwhile are taken', async () => {
  const waiting = await rig.run(caption(rig.needs), { 'target-tags': 'archive' });
  assert.deepEqual([waiting.result.kind, 'again' in waiting.result && waiting.result.again], ['pause', true]);
  const asked = ('variables' in waiting.result && waiting.result.variables) || new Map<string, string>();
  assert.equal(asked.size, 1);
  const version = { event: 'lecture-1', version: 1, package: 'lecture-1', content: '', manifest: '' };
  await opened.database.insertInto('event_versions').values(version).execute();
  const text = await rig.element(join(folder, 'a.mp4x'), 'captions/source', { kind: 'attachment' });
  // The number of the operation stands in the name of the variable: here each run of the rig has another one.
  const variables = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`caption_${n}_asked`, 'true']));
  const none = await rig.run(caption(rig.needs), {}, [], { variables });
  assert.equal(none.result.kind, 'skip');
  await opened.database
    .insertInto('files')
    .values({ ...text, streams: null, event: 'lecture-1', version: 1 })
    .execute();
  const { result } = await rig.run(caption(rig.needs), { 'target-tags': '+archive' }, [source], { variables });
  const [added] = ('added' in result && result.added) || [];
  assert.deepEqual([added?.flavor, added?.tags, added?.path], ['captions/source', ['archive'], text.path]);
  const cut = await rig.run(trim(rig.needs), { 'source-flavor': '*/work', 'encoding-profile': 'trim.work' }, [source]);
  assert.equal(cut.result.kind, 'pause');
});
