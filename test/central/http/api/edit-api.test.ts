import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { lockEvent } from '#central/catalogue/events.ts';
import type { Edit } from '#central/editing/edit.ts';
import { writeNextVersion } from '#central/intake/next-version.ts';
import { addPreviews, endWorkflows, openEditorRig, recordLecture } from '#test/central/editor-rig.ts';
import { filesOf, type IngestRig } from '#test/central/ingest-rig.ts';
import type { ShownEdit } from '#central/editing/shown-edit.ts';

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

type As = 'admin' | 'scheduler' | 'viewer';

async function ask(method: string, path: string, body?: unknown, as: As = 'scheduler') {
  const isBytes = body instanceof Uint8Array;
  const type = body === undefined ? {} : { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' };
  const payload = body === undefined ? null : isBytes ? new Blob([new Uint8Array(body)]) : JSON.stringify(body);
  const headers = { ...on.rig.as(as), ...type };
  const reply = await fetch(`${on.url}/api/v1/events${path}`, { method, headers, body: payload });
  const text = await reply.text();
  // oxlint-disable-next-line typescript/no-explicit-any
  const json: any = /json/.test(reply.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined;
  return { status: reply.status, text, json };
}

const shown = async (as: As = 'scheduler'): Promise<ShownEdit> => {
  const { status, json, text } = await ask('GET', '/lecture/edit', undefined, as);
  assert.equal(status, 200, text);
  return json as ShownEdit;
};

test('the editor is told length and rate, silences, slides, and where the files are', async () => {
  const told = await shown();
  assert.deepEqual([told.durationMs, told.rate, told.frames, told.parts], [10_000, 25, 250, 1]);
  assert.deepEqual(
    told.sources.map(({ type, hasVideo, hasAudio, isPreview }) => [type, hasVideo, hasAudio, isPreview]),
    [
      ['presenter', true, true, false],
      ['presentation', true, false, false],
    ],
  );
  assert.deepEqual(told.silences, [{ start: 3000, end: 8000 }]);
  assert.deepEqual(told.slides, [
    { start: 0, end: 4000, title: 'Le rein' },
    { start: 4000, end: 9960, title: 'Les <néphrons>' },
  ]);
  assert.equal(told.waveforms.length, 1);
  const { url, ...sprite } = told.sprite!;
  assert.deepEqual(sprite, { count: 10, columns: 4, rows: 3, widthPx: 160, heightPx: 90 });
  const picture = await fetch(`${on.url}${url}`, { headers: on.rig.as('scheduler') });
  assert.deepEqual([picture.status, picture.headers.get('content-type')], [200, 'image/jpeg']);
  assert.deepEqual(told.saved.segments, [{ start: 0, end: 10_000, deleted: false }]);
  assert.deepEqual([told.draft, told.lock, told.workflows], [null, null, [{ id: 'publish', title: 'Publish' }]]);
  assert.equal((await ask('GET', '/nothing/edit')).status, 404);
});

test('a draft is of one person; two windows of this person notice each other', async () => {
  const { saved, version } = await shown();
  const draft = (title: string): Edit => ({ ...saved, words: { ...saved.words, title } });
  const first = await ask('PUT', '/lecture/draft', { edit: draft('Un'), base: version, revision: 0 });
  assert.deepEqual([first.status, first.json.revision], [200, 1]);
  const lost = await ask('PUT', '/lecture/draft', { edit: draft('Un'), base: version, revision: 0 });
  assert.deepEqual([lost.status, lost.json.revision], [200, 1], 'a request whose answer was lost may be repeated');
  const second = await ask('PUT', '/lecture/draft', { edit: draft('Deux'), base: version, revision: 1 });
  assert.deepEqual([second.status, second.json.revision], [200, 2]);
  const window = await ask('PUT', '/lecture/draft', { edit: draft('Trois'), base: version, revision: 1 });
  assert.equal(window.status, 409);
  assert.match(window.json.error, /^another window changed this draft at \d{4}-/);
  const told = await shown();
  assert.deepEqual(
    [told.draft?.edit.words.title, told.draft?.revision, told.saved.words.title],
    ['Deux', 2, 'Anatomie'],
  );
  assert.equal((await shown('viewer')).draft, null, 'nobody else sees it');
  const others = await ask('PUT', '/lecture/draft', { edit: draft('Quatre'), base: version, revision: 0 }, 'viewer');
  assert.equal(others.status, 200);
  assert.equal((await shown()).draft?.edit.words.title, 'Deux', 'two people do not overwrite each other');
  assert.equal((await ask('DELETE', '/lecture/draft')).status, 204);
  assert.equal((await shown()).draft, null);
  const empty = await ask('PUT', '/lecture/draft', { edit: draft(''), base: version, revision: 0 });
  assert.equal(empty.status, 200, 'what is being typed may be kept before it can be saved');
  const wrong = await ask('PUT', '/lecture/draft', { edit: { ...saved, segments: 3 }, base: version, revision: 1 });
  assert.equal(wrong.status, 400);
});

test('saving makes a version, drops the draft, publishes; a second person who began before is told', async () => {
  const { saved, version } = await shown();
  await ask('PUT', '/lecture/draft', { edit: saved, base: version, revision: 1 });
  const edit: Edit = {
    ...saved,
    segments: [
      { start: 0, end: 1040, deleted: true },
      { start: 1040, end: 10_000, deleted: false },
    ],
    chapters: [{ start: 1040, title: 'Le <b>rein</b>' }],
    captions: [
      { id: null, language: 'fr', cues: [{ start: 1200, end: 2000, text: '<script>alert(1)</script>\n\n--> x' }] },
    ],
    words: { ...saved.words, creators: ['M. Durand', 'Mme Petit'] },
  };
  const { status, json, text } = await ask('POST', '/lecture/edit', { edit, base: version, workflow: 'publish' });
  assert.equal(status, 200, text);
  assert.equal(json.version, version + 1);
  assert.deepEqual(begun.at(-1), { event: 'lecture', version: version + 1, definition: 'publish' });
  const now = await shown();
  assert.equal(now.draft, null);
  assert.deepEqual(now.saved.segments, edit.segments);
  assert.deepEqual(now.saved.chapters, edit.chapters);
  assert.deepEqual(now.saved.words.creators, ['M. Durand', 'Mme Petit']);
  assert.deepEqual(now.saved.captions[0]?.cues, [{ start: 1200, end: 2000, text: '<script>alert(1)</script>\n--> x' }]);
  const track = (await filesOf(on.rig, 'lecture')).findLast(({ flavor }) => flavor === 'captions/source');
  const vtt = await readFile(on.rig.services.store.at(track?.path ?? ''), 'utf8');
  assert.ok(!vtt.includes('<script'), 'captions are text, and become no marks');
  await endWorkflows(on, 'lecture');
  const late = await ask('POST', '/lecture/edit', { edit: saved, base: version }, 'viewer');
  assert.equal(late.status, 409);
  assert.match(late.json.error, /^scheduler changed this recording at .*: version \d+ is the newest$/);
  assert.equal((await shown()).version, version + 1);
  const anyway = await ask('POST', '/lecture/edit', { edit: saved, base: version + 1 }, 'viewer');
  assert.equal(anyway.status, 200, anyway.text);
});

test('a version that a workflow keeps is no change: who edits meanwhile saves on', async () => {
  const { saved, version } = await shown();
  await ask('PUT', '/lecture/draft', { edit: saved, base: version, revision: 0 });
  const who = { account: 1, name: 'admin', role: 'admin' as const, agent: null, address: '127.0.0.1' };
  await on.rig.services.database.transaction().execute(async (within) => {
    const event = await lockEvent(within, 'lecture');
    assert.ok(event);
    const kept = { event, who, folder: 'lecture', added: [], leavesOut: () => false };
    assert.equal((await writeNextVersion(within, kept)).version, version + 1);
  });
  assert.equal((await shown()).draft?.isOutdated, false);
  const edit: Edit = { ...saved, chapters: [{ start: 0, title: 'Un' }] };
  const { status, json, text } = await ask('POST', '/lecture/edit', { edit, base: version });
  assert.deepEqual([status, json?.version], [200, version + 2], text);
  await ask('PUT', '/lecture/draft', { edit: saved, base: version, revision: 0 });
  assert.equal((await shown()).draft?.isOutdated, true, 'chapters of somebody else are a change');
  await ask('DELETE', '/lecture/draft');
});

test('a save that is cut off leaves the draft, and nothing is half saved', async () => {
  const { saved, version } = await shown();
  const edit: Edit = { ...saved, chapters: [{ start: 0, title: 'Half' }], words: { ...saved.words, title: 'Cut off' } };
  await ask('PUT', '/lecture/draft', { edit, base: version, revision: 0 });
  const { database } = on.rig.services;
  await sql`create function cut_off() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$`.execute(
    database,
  );
  await sql`create trigger cut_off before update of title on events for each row execute function cut_off()`.execute(
    database,
  );
  try {
    assert.equal((await ask('POST', '/lecture/edit', { edit, base: version })).status, 500);
  } finally {
    await sql`drop function cut_off cascade`.execute(database);
  }
  const now = await shown();
  assert.deepEqual(
    [now.version, now.draft?.edit.words.title, now.event.title],
    [version, 'Cut off', saved.words.title],
  );
  assert.equal((await ask('POST', '/lecture/edit', { edit, base: version })).status, 200);
  assert.deepEqual([(await shown()).draft, (await shown()).event.title], [null, 'Cut off']);
});

test('what was saved and could not be published is told as just that', async () => {
  const { saved, version } = await shown();
  await endWorkflows(on, 'lecture');
  const edit: Edit = { ...saved, chapters: [{ start: 0, title: 'Saved' }] };
  const { services } = on.rig;
  const { workflows } = services;
  services.workflows = { ...workflows, start: async () => ({ kind: 'refused', why: 'the disk is full' }) };
  try {
    const { status, json, text } = await ask('POST', '/lecture/edit', { edit, base: version, workflow: 'publish' });
    assert.equal(status, 200, text);
    assert.deepEqual(json, { version: version + 1, workflow: null, notPublished: 'the disk is full' });
  } finally {
    services.workflows = workflows;
  }
  assert.equal((await shown()).saved.chapters[0]?.title, 'Saved');
});

test('a draft changes no calendar, and a new title may', () => {
  const keeps = (method: string, url: string) =>
    on.rig.app.knownRoutes.find((one) => one.method === method && one.url === url)?.config.keepsCalendars;
  assert.equal(keeps('PUT', '/api/v1/events/:id/draft'), true);
  assert.equal(keeps('DELETE', '/api/v1/events/:id/draft'), true);
  assert.equal(keeps('POST', '/editor/:id/lock'), true);
  for (const url of ['/api/v1/events/:id/edit', '/editor/:id/edit.json', '/editor/:id/metadata.json'])
    assert.equal(keeps('POST', url), false, url);
});

test('what is not to be saved is refused with all mistakes, and nothing is written', async () => {
  const { saved, version } = await shown();
  const edit: Edit = {
    ...saved,
    segments: [{ start: 0, end: 10_000, deleted: true }],
    words: { ...saved.words, title: ' ' },
    captions: [{ id: null, language: 'fr', cues: [{ start: 5_000_000, end: 5_001_000, text: 'x' }] }],
  };
  const { status, text } = await ask('POST', '/lecture/edit', { edit, base: version });
  assert.equal(status, 400);
  assert.match(text, /title must not be empty; the cut leaves nothing.*; the captions \(fr\) go on until 1:23:21/);
  assert.equal((await shown()).version, version);
  const unknown = await ask('POST', '/lecture/edit', { edit: saved, base: version, workflow: 'fly' });
  assert.deepEqual([unknown.status, unknown.json.error], [400, 'there is no workflow fly for edits: publish']);
});

test('files of captions are read, whatever they are encoded in, and mistakes have a line', async () => {
  const read = (bytes: Buffer) => ask('POST', '/lecture/captions', bytes);
  const srt =
    '1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>Café</i> brûlé\r\n\r\n2\r\n00:00:03,500 --> 00:00:04,000\r\nFin\r\n';
  assert.deepEqual((await read(Buffer.from(srt, 'latin1'))).json.cues, [
    { start: 1000, end: 2000, text: 'Café brûlé' },
    { start: 3500, end: 4000, text: 'Fin' },
  ]);
  const wrong = await read(Buffer.from('WEBVTT\n\n00:02.000 --> 00:01.000\nx\n'));
  assert.deepEqual([wrong.status, wrong.json.line], [422, 3]);
  const other = await read(Buffer.from('WEBVTT\n\n00:59:00.000 --> 01:00:00.000\nx\n'));
  assert.equal(other.status, 422);
  assert.match(other.json.error, /^these captions go on until 1:00:00, the recording is 0:00:10 long/);
  const html = await read(Buffer.from('<html><body>404</body></html>'));
  assert.match(html.json.error, /^there is no caption in this file: captions have lines such as 00:00:01.000 -->/);
  const large = await read(Buffer.alloc(50 << 20, 'a'));
  assert.equal(large.status, 413);
});

test('only who may write the event may see or keep anything of it', async () => {
  await on.rig.services.database.updateTable('events').set({ acl: '[]' }).where('id', '=', 'lecture').execute();
  const { saved, version } = await shown();
  const body = { edit: saved, base: version, revision: 0 };
  for (const [method, path, sent] of [
    ['GET', '/lecture/edit', undefined],
    ['POST', '/lecture/edit', { edit: saved, base: version }],
    ['PUT', '/lecture/draft', body],
    ['DELETE', '/lecture/draft', undefined],
    ['POST', '/lecture/captions', Buffer.from('WEBVTT\n')],
  ] as const) {
    const { status, text } = await ask(method, path, sent, 'viewer');
    assert.equal(status, 403, `${method} ${path} ${text}`);
  }
});

test('a script of our pages is asked for no password by the browser', async () => {
  const headers = { 'x-requested-with': 'XMLHttpRequest' };
  const reply = await fetch(`${on.url}/api/v1/events/lecture/edit`, { headers });
  assert.deepEqual([reply.status, reply.headers.get('www-authenticate')], [401, 'Session realm="Opencast"']);
});
