import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { parseCutList } from '#lib/opencast/smil/read-cut-list.ts';
import { addFile, addPreviews, endWorkflows, openEditorRig, recordLecture } from '#test/central/editor-rig.ts';
import { filesOf, type IngestRig } from '#test/central/ingest-rig.ts';
import { read } from '../recorded-rig.ts';

let on: IngestRig;
let begun: { event: string; version: number; definition: string }[];
before(async () => {
  const rig = await openEditorRig();
  on = rig.on;
  ({ begun } = rig.workflows);
  const workflow = await recordLecture(on, 'lecture', [{ role: 'ROLE_USER_VIEWER', action: 'write' }]);
  await addPreviews(on, 'lecture', workflow);
});
after(() => on.close());

type Sent = { as?: 'admin' | 'scheduler' | 'viewer'; roles?: string };

async function send(
  method: string,
  path: string,
  body: string | URLSearchParams | null,
  { as = 'scheduler', roles }: Sent = {},
) {
  const type = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
  const asked = roles === undefined ? {} : { 'x-run-with-roles': roles };
  const headers = { ...on.rig.as(as), ...type, ...asked };
  const reply = await fetch(`${on.url}${path}`, { method, body, headers });
  return { status: reply.status, text: await reply.text(), headers: reply.headers };
}

const edited = (change: object): string =>
  JSON.stringify({ segments: [{ start: 0, end: 10_000, deleted: false }], tracks: [], ...change });

const newestFiles = async (event: string) => {
  const all = await filesOf(on.rig, event);
  const newest = Math.max(...all.map(({ version }) => version));
  return { newest, files: all.filter(({ version }) => version === newest) };
};

test('Opencast’s editor gets what it needs to begin', async () => {
  const { status, json } = await read(on, '/editor/lecture/edit.json', { as: 'scheduler' });
  assert.equal(status, 200);
  assert.deepEqual(
    [json.title, json.duration, json.segments, json.workflow_active, json.locking_active],
    ['Anatomie', 10_000, [], false, true],
  );
  assert.deepEqual(
    json.tracks.map((one: { flavor: object; audio_stream: { available: boolean } }) => [
      one.flavor,
      one.audio_stream.available,
    ]),
    [
      [{ type: 'presenter', subtype: 'source' }, true],
      [{ type: 'presentation', subtype: 'source' }, false],
    ],
  );
  const description = 'Publishes the recording as it is cut now.';
  assert.deepEqual(json.workflows, [{ id: 'publish', name: 'Publish', displayOrder: 1000, description }]);
  assert.equal(json.lock_user, 'scheduler');
  const film = await fetch(json.tracks[0].uri, { headers: { ...on.rig.as('scheduler'), range: 'bytes=4-7' } });
  assert.deepEqual([film.status, await film.text()], [206, 'ftyp']);
  const wave = await fetch(json.waveformURIs[0], { headers: on.rig.as('scheduler') });
  assert.deepEqual([wave.status, wave.headers.get('content-type')], [200, 'image/png']);
});

test('a cut is a new version with a cut list; everything kept again has none', async () => {
  const before = await newestFiles('lecture');
  const cut = [
    { start: 0, end: 2000, deleted: true },
    { start: 2000, end: 5000, deleted: false, selected: true },
    { start: 5000, end: 6000, deleted: false },
    { start: 6000, end: 10_000, deleted: true },
  ];
  const { status, text } = await send('POST', '/editor/lecture/edit.json', edited({ segments: cut }));
  assert.equal(status, 200, text);
  const after = await newestFiles('lecture');
  assert.equal(after.newest, before.newest + 1);
  const smil = after.files.find(({ flavor }) => flavor === 'smil/cutting');
  assert.ok(smil, 'there is a cut list');
  const list = parseCutList(await readFile(on.rig.services.store.at(smil.path), 'utf8'));
  assert.deepEqual(list.segments, [{ fromMs: 2000, toMs: 6000 }], 'neighbours are one');
  assert.deepEqual(
    list.tracks.map(({ flavor }) => flavor),
    ['presenter/source', 'presentation/source'],
  );
  for (const file of before.files)
    assert.ok(
      after.files.some(({ id }) => id === file.id),
      `${file.flavor} stays`,
    );
  const shown = await read(on, '/editor/lecture/edit.json', { as: 'scheduler' });
  assert.deepEqual(
    shown.json.segments.map(({ start, end, deleted }: { start: number; end: number; deleted: boolean }) => [
      start,
      end,
      deleted,
    ]),
    [
      [0, 2000, true],
      [2000, 6000, false],
      [6000, 10_000, true],
    ],
  );
  assert.equal((await send('POST', '/editor/lecture/edit.json', edited({ segments: cut }))).status, 200);
  assert.equal((await newestFiles('lecture')).newest, after.newest, 'the same again is no new version');
  assert.equal((await send('POST', '/editor/lecture/edit.json', edited({}))).status, 200);
  const whole = await newestFiles('lecture');
  assert.ok(!whole.files.some(({ flavor }) => flavor === 'smil/cutting'), 'nothing is cut any more');
  const old = await filesOf(on.rig, 'lecture');
  await Promise.all(old.map(({ path }) => readFile(on.rig.services.store.at(path))));
});

test('captions and chapters are WebVTT, and what is not sent stays', async () => {
  const captions = 'WEBVTT\n\n00:01.000 --> 00:02.500\nBonjour <b>à</b> tous &amp; toutes\n';
  const chapters = 'WEBVTT\n\n00:00.000 --> 00:05.000\nLe rein\n\n00:05.000 --> 00:10.000\nLe foie\n';
  const change = {
    subtitles: [{ id: 'new', subtitle: captions, tags: ['lang:fr'] }],
    chapters: [{ id: 'c', subtitle: chapters, tags: [] }],
  };
  const { status, text } = await send('POST', '/editor/lecture/edit.json', edited(change));
  assert.equal(status, 200, text);
  const { files } = await newestFiles('lecture');
  const track = files.find(({ flavor }) => flavor === 'captions/source');
  assert.ok(track, 'the captions are a file');
  assert.deepEqual([track.file_name, track.mime_type], ['captions-fr.vtt', 'text/vtt']);
  assert.ok(track.tags.includes('lang:fr'));
  const kept = await readFile(on.rig.services.store.at(track.path), 'utf8');
  assert.match(
    kept,
    /^WEBVTT\nKind: captions\nLanguage: fr\n\n00:00:01\.000 --> 00:00:02\.500\nBonjour à tous &amp; toutes\n/,
  );
  const { json } = await read(on, '/editor/lecture/edit.json', { as: 'scheduler' });
  assert.match(json.subtitles[0].subtitle, /Bonjour à tous/);
  assert.match(json.chapters[0].subtitle, /00:00:05\.000 --> 00:00:10\.000\nLe foie/);
  assert.equal((await send('POST', '/editor/lecture/edit.json', edited({}))).status, 200);
  assert.ok(
    (await newestFiles('lecture')).files.some(({ id }) => id === track.id),
    'captions that are not sent stay',
  );
  const gone = { subtitles: [{ id: track.id, subtitle: '', deleted: true }] };
  assert.equal((await send('POST', '/editor/lecture/edit.json', edited(gone))).status, 200);
  assert.ok(!(await newestFiles('lecture')).files.some(({ flavor }) => flavor.startsWith('captions/')));
});

test('a cover and hidden sound are told to the next workflow, which begins on the new version', async () => {
  const { json } = await read(on, '/editor/lecture/edit.json', { as: 'scheduler' });
  const [presenter] = json.tracks;
  const jpeg = `data:image/jpeg;base64,${Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]).toString('base64')}`;
  const tracks = [{ ...presenter, audio_stream: { enabled: false }, thumbnailURI: jpeg }];
  const { status, text } = await send(
    'POST',
    '/editor/lecture/edit.json',
    edited({ tracks, workflows: [{ id: 'publish' }] }),
  );
  assert.equal(status, 200, text);
  const { newest, files } = await newestFiles('lecture');
  assert.deepEqual(begun.at(-1), { event: 'lecture', version: newest, definition: 'publish' });
  assert.ok(
    files.some(({ flavor, mime_type: type }) => flavor === 'presenter/player+preview' && type === 'image/jpeg'),
  );
  const event = await on.rig.services.database
    .selectFrom('events')
    .select('workflow_configuration')
    .where('id', '=', 'lecture')
    .executeTakeFirstOrThrow();
  assert.equal(event.workflow_configuration['presenter/thumbnail_edited'], 'true');
  assert.equal(event.workflow_configuration['hide_presenter_audio'], 'true');
  await endWorkflows(on, 'lecture');
  const wrong = [{ ...presenter, thumbnailURI: 'data:image/jpeg;base64,PHN2Zz4=' }];
  const refused = await send('POST', '/editor/lecture/edit.json', edited({ tracks: wrong }));
  assert.deepEqual([refused.status, refused.text], [400, 'the cover is neither JPEG nor PNG\n']);
});

test('what cannot be is refused, with words that say what would be right', async () => {
  const cases: [object, number, RegExp][] = [
    [
      { segments: [{ start: 0, end: 10_000, deleted: true }] },
      400,
      /the cut leaves nothing: one segment at least must be kept/,
    ],
    [{ segments: [{ start: 5000, end: 4000 }] }, 400, /a segment ends before it begins/],
    [{ segments: [{ start: 60_000, end: 70_000 }] }, 400, /behind the end of the recording, which is 0:00:10 long/],
    [{ segments: 'all' }, 400, /^segments: /],
    [{ tracks: [{ id: 'nope' }] }, 400, /there is no track nope in this event/],
    [{ workflows: [{ id: 'fly' }] }, 400, /there is no workflow fly for edits: publish/],
    [{ subtitles: [{ id: 'x', subtitle: 'hello' }] }, 400, /subtitles x, line 1: there is no caption in this file/],
    [
      { subtitles: [{ id: 'x', subtitle: 'WEBVTT\n\n00:01.000 --> 00:00.000\nx', tags: [] }] },
      400,
      /subtitles x, line 3: .*ends before it begins/,
    ],
    [
      { subtitles: [{ id: 'x', subtitle: 'WEBVTT\n\n01:30:00.000 --> 01:31:00.000\nx', tags: ['lang:fr'] }] },
      400,
      /the captions \(fr\) go on until 1:31:00, the recording is 0:00:10 long: they are of another one/,
    ],
    [
      { subtitles: [{ id: 'x', subtitle: 'WEBVTT\n', tags: ['lang:../../etc'] }] },
      400,
      /must be a language such as fr/,
    ],
  ];
  const { newest } = await newestFiles('lecture');
  for (const [change, status, words] of cases) {
    const reply = await send('POST', '/editor/lecture/edit.json', edited(change));
    assert.equal(reply.status, status, `${JSON.stringify(change)}: ${reply.text}`);
    assert.match(reply.text, words);
  }
  assert.equal((await send('POST', '/editor/lecture/edit.json', '{')).status, 400);
  assert.equal((await newestFiles('lecture')).newest, newest, 'nothing was saved');
  assert.equal((await read(on, '/editor/nothing/edit.json', { as: 'admin' })).status, 404);
});

test('who may write may edit, nobody else; also with roles that a program asks for', async () => {
  assert.equal((await read(on, '/editor/lecture/edit.json', { as: 'viewer' })).status, 200);
  await on.rig.services.database.insertInto('events').values({ id: 'closed', title: 'x' }).execute();
  await addFile(on, 'closed', { bytes: on.movie, flavor: 'presenter/source', name: 'a.mp4' });
  const film = await read(on, '/editor/closed/edit.json', { as: 'scheduler' });
  for (const path of [
    '/editor/closed/edit.json',
    '/editor/closed/metadata.json',
    '/editor/closed/lock',
    film.json.tracks[0].uri,
  ]) {
    const { status, text } = await read(on, path, { as: 'viewer' });
    assert.equal(status, 403, `${path} ${text}`);
  }
  assert.equal((await send('POST', '/editor/closed/edit.json', edited({}), { as: 'viewer' })).status, 403);
  assert.equal((await read(on, '/editor/lecture/edit.json', { as: 'admin', roles: 'ROLE_NOBODY' })).status, 403);
  assert.equal((await read(on, '/editor/lecture/edit.json', { as: 'admin', roles: 'ROLE_USER_VIEWER' })).status, 200);
  assert.equal((await read(on, '/editor/lecture/edit.json')).status, 401);
});

test('a lock tells who edits, is refreshed, taken over and given back', async () => {
  const lock = (fields: Record<string, string>, as: 'admin' | 'scheduler' = 'scheduler') =>
    send('POST', '/editor/lecture/lock', new URLSearchParams(fields), { as });
  const taken = await lock({ user: 'somebody', uuid: 'one' });
  assert.equal(taken.status, 201);
  assert.equal(taken.headers.get('location'), `${on.url}/editor/lecture/lock/one`);
  const told = await read(on, '/editor/lecture/lock', { as: 'admin' });
  assert.equal(told.json.account, 'scheduler', 'the account counts, not the name that was sent');
  assert.ok(!told.text.includes('one'), 'the id of the window stays secret');
  const other = await lock({ user: 'admin', uuid: 'two' }, 'admin');
  assert.deepEqual([other.status, other.text], [409, "Event 'lecture' is locked by scheduler\n"]);
  const seenBy = async (uuid: string) => (await read(on, `/editor/lecture/lock?uuid=${uuid}`, { as: 'admin' })).json;
  const { isOwn, second } = await seenBy('one');
  assert.deepEqual([isOwn, second.account], [true, 'admin'], 'the first editor hears that a second one came');
  assert.equal((await seenBy('two')).isOwn, false);
  assert.ok(!JSON.stringify(await seenBy('two')).includes('"one"'), 'the id of a window is told to nobody');
  assert.equal((await lock({ uuid: 'one' })).status, 201);
  assert.equal((await send('DELETE', '/editor/lecture/lock/two', null)).status, 409);
  assert.equal((await lock({ uuid: 'two', force: 'true' }, 'admin')).status, 201);
  assert.equal((await seenBy('two')).second, null, 'who took it over begins anew');
  assert.equal((await seenBy('one')).isOwn, false, 'and the first one hears of that');
  assert.equal((await lock({ uuid: 'one' })).status, 409);
  await on.rig.services.database
    .updateTable('edit_locks')
    .set({ expires_at: new Date(0) })
    .execute();
  assert.equal((await lock({ uuid: 'one' })).status, 201, 'a lock that ended hinders nobody');
  assert.equal((await send('DELETE', '/editor/lecture/lock/one', null)).status, 200);
  assert.equal((await read(on, '/editor/lecture/lock', { as: 'admin' })).status, 204);
  assert.equal((await lock({})).status, 400);
});

test('descriptions are read and written as Opencast’s forms have them', async () => {
  const { json } = await read(on, '/editor/lecture/metadata.json', { as: 'scheduler' });
  assert.equal(json[0].flavor, 'dublincore/episode');
  const fields = [{ id: 'title', value: 'Anatomie II' }];
  const sent = JSON.stringify([{ flavor: 'dublincore/episode', fields }]);
  assert.equal((await send('POST', '/editor/lecture/metadata.json', sent)).status, 200);
  const shown = await read(on, '/editor/lecture/edit.json', { as: 'scheduler' });
  assert.equal(shown.json.title, 'Anatomie II');
  const back = JSON.stringify([{ flavor: 'dublincore/episode', fields: [{ id: 'title', value: 'Anatomie' }] }]);
  const saved = await send('POST', '/editor/lecture/edit.json', edited({ metadataJSON: back }));
  assert.equal(saved.status, 200, saved.text);
  assert.equal((await read(on, '/editor/lecture/edit.json', { as: 'scheduler' })).json.title, 'Anatomie');
});

test('a workflow that waits for a cut goes on when the edit is published', async () => {
  const { database, workflows } = on.rig.services;
  await endWorkflows(on, 'lecture');
  const who = { account: 1, name: 'admin', role: 'admin' as const, agent: null, address: '127.0.0.1' };
  const done = await workflows.start(who, { event: 'lecture', definition: 'cut', configuration: {} });
  assert.equal(done.kind, 'done');
  if (done.kind !== 'done') return;
  const { id } = done.workflow;
  const cut = { segments: [{ start: 1000, end: 9000 }] };
  const busy = await send('POST', '/editor/lecture/edit.json', edited({ ...cut, workflows: [{ id: 'publish' }] }));
  assert.deepEqual(
    [busy.status, busy.text],
    [423, `workflow ${id} (cut) of this event is not over yet: publish when it has ended\n`],
  );
  // As the worker leaves it, when it has come to the editor.
  const operations = await database
    .selectFrom('workflow_operations')
    .selectAll()
    .where('workflow', '=', id)
    .orderBy('position')
    .execute();
  const at = operations.findIndex(({ operation }) => operation === 'editor');
  const rows = database.updateTable('workflow_operations').where('workflow', '=', id);
  await rows.set({ state: 'succeeded' }).where('position', '<', at).execute();
  await rows.set({ state: 'paused', life: 1, attempts: 1, is_sent: true }).where('position', '=', at).execute();
  await database.updateTable('workflows').set({ state: 'paused' }).where('id', '=', id).execute();
  const saved = await send('POST', '/editor/lecture/edit.json', edited({ ...cut, workflows: [{ id: 'publish' }] }));
  assert.equal(saved.status, 200, saved.text);
  const { state } = await database
    .selectFrom('workflows')
    .select('state')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  assert.equal(state, 'running');
  const operation = await database
    .selectFrom('workflow_operations')
    .select(['state', 'is_sent'])
    .where('workflow', '=', id)
    .where('position', '=', at)
    .executeTakeFirstOrThrow();
  assert.notEqual(operation.state, 'paused', 'the operation goes on, and reads what was saved meanwhile');
  const { files } = await newestFiles('lecture');
  const smil = files.find(({ flavor }) => flavor === 'smil/cutting');
  const list = parseCutList(await readFile(on.rig.services.store.at(smil?.path ?? ''), 'utf8'));
  assert.deepEqual(list.segments, [{ fromMs: 1000, toMs: 9000 }]);
  await endWorkflows(on, 'lecture');
});
