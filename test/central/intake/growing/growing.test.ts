import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openGrowingUploads } from '#central/intake/growing/growing.ts';
import { hearGrowing, type GrowingNotice } from '#central/intake/growing/notices.ts';
import { ha1Of } from '#central/identity/digest.ts';
import { auditEntries } from '#central/identity/audit.ts';
import { removeEvents } from '#central/timetable/schedule.ts';
import { formatLayoutTrack } from '#lib/analysis/slides/layout-track.ts';
import { formatSlideList } from '#lib/analysis/slides/slide-list.ts';
import { parseMediaPackage } from '#lib/opencast/media-package.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { filesOf, openIngestRig, type IngestRig } from '../../ingest-rig.ts';
import { filmIn, gatedFfmpeg, tusAgent, type Film, type TusAgent } from './growing-rig.ts';

let on: IngestRig;
let film: Film;
let agent: TusAgent;
before(async () => {
  on = await openIngestRig();
  film = await filmIn(on.rig.services.config.data);
  agent = tusAgent(on.url, on.rig.as('agent').authorization);
});
after(() => on.close());

const ABOUT = { recording: 'take-1', flavor: 'presenter/source', filename: 'PAES_UE3_S1R1.mp4' };
const TRACKS = {
  layout: formatLayoutTrack({ durationMs: 3000, layouts: [] }),
  slides: formatSlideList({ slides: [] }),
};
const growing = (): string => join(on.rig.services.store.folder, '.growing');
const end = () => ({ bytes: film.fragments.length, ...film.words });

/** Begins an upload and gives its path. */
async function begun(about: Record<string, string> = ABOUT, by = agent): Promise<string> {
  const made = await by.create(about);
  assert.equal(made.status, 201, await made.text());
  return made.headers.get('location') ?? assert.fail('no location');
}

/** An upload with all bytes of the film. */
async function sent(about: Record<string, string> = ABOUT): Promise<string> {
  const path = await begun(about);
  assert.equal((await agent.append(path, 0, film.fragments)).status, 204);
  return path;
}

/** Asks until the file is made, or cannot be made. */
async function finished(path: string, about: object = end()): Promise<Record<string, unknown>> {
  let told: Record<string, unknown> = {};
  await until('the finished file', async () => {
    const answer = await agent.end(path, about);
    assert.equal(answer.status, 200, await answer.clone().text());
    told = (await answer.json()) as typeof told;
    return told['state'] !== 'making';
  });
  return told;
}

const scheduled = async (id: string): Promise<string> => {
  await on.rig.services.database
    .insertInto('events')
    .values({ id, title: id, terms: '[]', acl: '[]', workflow_configuration: '{}', agent_properties: '{}' })
    .execute();
  return id;
};

test('what came in pieces is finished here with the bytes of the box, and is ingested without being sent again', async () => {
  const id = await scheduled(crypto.randomUUID());
  const path = await begun({ ...ABOUT, event: id });
  const { fragments } = film;
  const half = fragments.length >> 1;
  const first = await agent.append(path, 0, fragments.subarray(0, half));
  assert.deepEqual([first.status, first.headers.get('upload-offset')], [204, String(half)]);
  const asked = await agent.head(path);
  assert.deepEqual(
    [asked.status, asked.headers.get('upload-offset'), asked.headers.get('upload-defer-length')],
    [200, String(half), '1'],
  );
  const early = await agent.end(path, end());
  assert.deepEqual(await early.json(), { state: 'incomplete', bytes: half });
  const length = { 'upload-length': String(fragments.length) };
  assert.equal((await agent.append(path, half, fragments.subarray(half), length)).status, 204);
  assert.deepEqual(await finished(path), { state: 'made', sha256: film.sha256 });
  const same = await agent.end(path, { ...end(), sha256: film.sha256 });
  assert.deepEqual(await same.json(), { state: 'made', sha256: film.sha256 });

  const added = await on.send('/ingest/addTrack', {
    mediaPackage: (await (await on.get('/ingest/createMediaPackage')).text()).replaceAll(/\bid="[^"]+"/g, `id="${id}"`),
    flavor: 'presenter/source',
    url: `${on.url}${path}`,
  });
  assert.equal(added.status, 200, added.text);
  const done = await on.send('/ingest/ingest', { mediaPackage: added.text });
  assert.equal(done.status, 200, done.text);
  const [track] = (await filesOf(on.rig, id)).filter(({ kind }) => kind === 'track');
  assert.ok(track);
  assert.equal(track.file_name, 'PAES_UE3_S1R1.mp4');
  assert.deepEqual(track.streams?.map(({ kind, codec }) => `${kind} ${codec}`).slice(0, 2), [
    'video h264',
    'audio aac',
  ]);
  assert.ok((await readFile(on.rig.services.store.at(track.path))).equals(film.finished));
  assert.equal(track.size_bytes, film.finished.length);
  assert.equal((await fetch(`${on.url}${path}`, { method: 'DELETE', headers: on.rig.as('agent') })).status, 204);
  const upload = path.split('/').at(-1) ?? '';
  await on.rig.services.growing.removeUnneeded();
  assert.ok((await readdir(growing())).includes(upload), 'it may still be read by what encodes ahead');
  await on.rig.services.growing.removeUnneeded(0);
  assert.deepEqual(await readdir(growing()), [], 'nothing is left of the upload');
  assert.deepEqual(await auditEntries(on.rig.services.database, { kind: 'upload', limit: 1 }), []);
  assert.ok((await readFile(on.rig.services.store.at(track.path))).equals(film.finished), 'the version keeps its file');
});

test('bytes after the end of the file are cut off, as a box cuts them that lost a fragment', async () => {
  const path = await begun();
  await agent.append(path, 0, Buffer.concat([film.fragments, Buffer.alloc(5000, 1)]));
  assert.deepEqual(await finished(path), { state: 'made', sha256: film.sha256 });
});

test('another file than that of the box: it is not taken, and the audit log says why', async () => {
  const id = await scheduled(crypto.randomUUID());
  const path = await sent({ ...ABOUT, event: id });
  await finished(path);
  const other = 'ab'.repeat(32);
  const told = await finished(path, { ...end(), sha256: other });
  assert.equal(told['state'], 'failed');
  assert.match(String(told['why']), new RegExp(`${film.sha256}.*${other}`));
  const [entry] = await auditEntries(on.rig.services.database, { object: id, kind: 'upload', limit: 1 });
  assert.equal(entry?.action, 'discard');
  assert.match(JSON.stringify(entry.change), /checksum.*take-1/);
  assert.equal((await agent.head(path)).status, 404);
});

test('bytes that are no film: the reason is told, and the server reads no other file that they name', async () => {
  for (const text of ['ffconcat version 1.0\nfile /etc/hostname\n', '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n']) {
    const path = await begun();
    await agent.append(path, 0, Buffer.from(text));
    const told = await finished(path, { ...end(), bytes: text.length, sha256: 'ab'.repeat(32) });
    assert.equal(told['state'], 'failed');
    assert.match(String(told['why']), /moov|Invalid data/i);
  }
});

test('a box that cannot finish a file hands it over as it was recorded: it is not sent again either', async () => {
  const path = await sent();
  await finished(path);
  const sha256 = createHash('sha256').update(film.fragments).digest('hex');
  assert.deepEqual(await finished(path, { ...end(), sha256 }), { state: 'made', sha256 });
  const added = await on.send('/ingest/addTrack', {
    mediaPackage: await on.create(),
    flavor: 'presenter/source',
    url: `${on.url}${path}`,
  });
  const [track] = parseMediaPackage(added.text).tracks;
  assert.equal(track?.sizeBytes, film.fragments.length);
});

test('other words for the same bytes make another file', async () => {
  const path = await sent();
  await finished(path);
  const renamed = { ...end(), tags: { ...film.words.tags, title: 'Another' } };
  const told = await finished(path, renamed);
  assert.equal(told['state'], 'made');
  assert.notEqual(told['sha256'], film.sha256);
});

test('a file that is made late, of words that do not count any more, is not taken for that of the newer ones', async () => {
  const { database, store, growing: fast } = on.rig.services;
  const gate = await gatedFfmpeg(on.rig.services.config.data);
  const slow = await openGrowingUploads({ database, store, ffmpeg: gate.path, log: silentLog });
  const who = { account: 1, name: 'agent', role: 'agent', agent: null, address: '127.0.0.1' } as const;
  const path = await sent();
  const id = path.split('/').at(-1) ?? '';
  const row = async () => (await fast.find(who, id)) ?? assert.fail('no upload');
  const words = (title: string) => ({
    bytes: film.fragments.length,
    words: { ...film.words, tags: { ...film.words.tags, title } },
  });
  const files = async () => (await readdir(growing())).filter((name) => name.startsWith(id)).toSorted();

  assert.deepEqual(await slow.end(who, await row(), words('First'), undefined), { state: 'making' });
  await until('the first file is being made', () => gate.isRunning());
  await fast.end(who, await row(), words('Second'), undefined);
  await until('the second file', async () => (await row()).sha256 !== null);
  const { sha256: second } = await row();
  await gate.open();
  await until('nothing is being made', async () => (await files()).every((name) => !name.endsWith('.tmp')));
  await slow.close();

  assert.equal((await row()).sha256, second);
  assert.deepEqual(await files(), [id, `${id}.${second}.mp4`], 'what was made in vain is removed');
  assert.deepEqual(await fast.end(who, await row(), words('Second'), second ?? ''), { state: 'made', sha256: second });
  const { temporary } = await fast.take(who, id);
  const taken = await readFile(temporary);
  assert.equal(createHash('sha256').update(taken).digest('hex'), second);
  assert.ok(taken.includes('Second'));
});

test('bytes that come after a recording was taken as it is do not change what was taken', async () => {
  const path = await sent();
  await finished(path);
  const sha256 = createHash('sha256').update(film.fragments).digest('hex');
  await finished(path, { ...end(), sha256 });
  const who = { account: 1, name: 'agent', role: 'agent', agent: null, address: '127.0.0.1' } as const;
  const { temporary } = await on.rig.services.growing.take(who, path.split('/').at(-1) ?? '');
  assert.equal((await agent.append(path, film.fragments.length, Buffer.from('more'))).status, 204);
  assert.ok((await readFile(temporary)).equals(film.fragments));
});

test('an upload belongs to its agent', async () => {
  const { database } = on.rig.services;
  for (const name of ['box_d', 'box_e'])
    await database
      .insertInto('accounts')
      .values({ name, role: 'agent', agent: name, ha1: ha1Of(name, name) })
      .execute();
  const by = (name: string) => tusAgent(on.url, `Basic ${btoa(`${name}:${name}`)}`);
  const path = await begun(ABOUT, by('box_d'));
  assert.equal((await by('box_d').append(path, 0, Buffer.from('a'))).status, 204);
  assert.equal((await by('box_e').head(path)).status, 404);
  assert.equal((await by('box_e').append(path, 1, Buffer.from('b'))).status, 404);
  assert.equal((await by('box_e').end(path, end())).status, 404);
  assert.equal((await by('box_e').tracks(path, TRACKS)).status, 404);
  assert.equal((await by('box_d').tracks(path, TRACKS)).status, 200);
  assert.equal((await tusAgent(on.url, on.rig.as('viewer').authorization).tracks(path, TRACKS)).status, 403);
  assert.equal((await tusAgent(on.url, on.rig.as('viewer').authorization).head(path)).status, 403);
  const id = await scheduled(crypto.randomUUID());
  await database.updateTable('events').set({ recorded_by: 'box_d' }).where('id', '=', id).execute();
  const others = await by('box_e').create({ ...ABOUT, event: id });
  assert.deepEqual([others.status, await others.text()], [403, 'this event is another agent’s\n']);
  const track = await on.send('/ingest/addTrack', {
    mediaPackage: await on.create(),
    flavor: 'presenter/source',
    url: `${on.url}${path}`,
  });
  assert.equal(track.status, 400, 'a file that is not finished is no track');
});

test('what is told of an upload is checked, with what would be right', async () => {
  for (const [about, words] of [
    [{ filename: 'a.mp4' }, /recording/],
    [{ ...ABOUT, recording: '../x' }, /recording must be 1 to 128 letters/],
    [{ ...ABOUT, flavor: 'presenter' }, /flavor must be a flavor such as presenter\/source/],
    [{ ...ABOUT, filename: 'a\0b' }, /filename must be the name of a file/],
    [{ ...ABOUT, event: 'a b' }, /event must be/],
  ] as const) {
    const answer = await agent.create(about);
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), words);
  }
  const path = await begun({ ...ABOUT, filename: '../../evil<name>.mp4' });
  const { file_name: name } = await on.rig.services.database
    .selectFrom('growing_uploads')
    .select('file_name')
    .where('id', '=', path.split('/').at(-1) ?? '')
    .executeTakeFirstOrThrow();
  assert.equal(name, 'evil_name_.mp4');
  assert.equal((await agent.create({ ...ABOUT, constructor: 'x' })).status, 400);
  const long = await agent.append(path, 0, Buffer.alloc(1), { 'upload-offset': '5' });
  assert.equal(long.status, 409, 'bytes from another place');
  assert.equal((await agent.create(ABOUT, { 'upload-length': String(2 ** 50) })).status, 413);
  const wrong = await agent.end(path, { bytes: -1, tags: { nonsense: '' }, chapters: [] });
  assert.equal(wrong.status, 400);
});

test('slides that are told are checked, are kept with the upload, and the last ones count', async () => {
  const path = await begun();
  const kept = () =>
    on.rig.services.database
      .selectFrom('growing_tracks')
      .select(['layout', 'slides'])
      .where('upload', '=', path.split('/').at(-1) ?? '')
      .execute();
  const slide = (fromMs: number) => ({ fromMs, toMs: fromMs + 1000, pictureMs: fromMs + 500, additionsMs: [] });
  const disordered = formatSlideList({ slides: [slide(5000), slide(1000)] });
  for (const [tracks, words] of [
    [{ ...TRACKS, slides: '{"slides":' }, /slides: must be a list of slides, in the order of time/],
    [{ ...TRACKS, slides: disordered }, /slides: must be a list of slides/],
    [{ ...TRACKS, layout: '[]' }, /layout: must be a track of layouts/],
    [{ slides: TRACKS.slides }, /layout/],
    [{ ...TRACKS, layout: ' '.repeat(200_000) }, /layout/],
    [{ ...TRACKS, more: '' }, /more/],
  ] as const) {
    const answer = await agent.tracks(path, tracks);
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), words);
  }
  assert.deepEqual(await kept(), []);
  for (const slides of [[], [slide(0)], [slide(0), slide(1000)]]) {
    const answer = await agent.tracks(path, { ...TRACKS, slides: formatSlideList({ slides }) });
    assert.deepEqual([answer.status, await answer.json()], [200, { slides: slides.length }]);
  }
  assert.deepEqual(await kept(), [{ ...TRACKS, slides: formatSlideList({ slides: [slide(0), slide(1000)] }) }]);
  assert.equal((await agent.tracks(`/api/v1/growing/${crypto.randomUUID()}`, TRACKS)).status, 404);
  await fetch(`${on.url}${path}`, { method: 'DELETE', headers: on.rig.as('agent') });
  assert.deepEqual(await kept(), []);
});

test('when an event is deleted while it is recorded, nothing of it is left', async () => {
  const id = await scheduled(crypto.randomUUID());
  const path = await sent({ ...ABOUT, event: id });
  const upload = path.split('/').at(-1) ?? '';
  const heard: GrowingNotice[] = [];
  const listener = hearGrowing(
    on.rig.connection,
    { onGrown: (one) => heard.push(one), onOpen: () => undefined },
    silentLog,
  );
  await removeEvents(on.rig.services, undefined, [id]);
  await until('its bytes are gone', async () => !(await readdir(growing())).some((name) => name.startsWith(upload)));
  await until('it is told', () => heard.some((one) => one.upload === upload && one.state === 'gone'));
  await listener.close();
  assert.equal((await agent.append(path, film.fragments.length, Buffer.from('x'))).status, 404);
  const again = await agent.create({ ...ABOUT, event: id });
  assert.equal(again.status, 409);
  assert.match(await again.text(), /was deleted/);
});

test('each step forward is told to whoever processes it', async () => {
  const heard: GrowingNotice[] = [];
  const open = Promise.withResolvers<void>();
  const listener = hearGrowing(
    on.rig.connection,
    { onGrown: (one) => heard.push(one), onOpen: () => open.resolve() },
    silentLog,
  );
  await open.promise;
  const id = await scheduled(crypto.randomUUID());
  const path = await begun({ ...ABOUT, event: id });
  const upload = path.split('/').at(-1) ?? '';
  await agent.append(path, 0, film.fragments.subarray(0, 1000));
  await agent.append(path, 1000, film.fragments.subarray(1000));
  await finished(path);
  const ours = (): GrowingNotice[] => heard.filter((one) => one.upload === upload);
  await until('three notices', () => ours().length === 3);
  const place = { upload, event: id, path: `.growing/${upload}` };
  const bytes = film.fragments.length;
  assert.deepEqual(ours(), [
    { ...place, bytes: 1000, state: 'grows' },
    { ...place, bytes, state: 'grows' },
    { ...place, bytes, state: 'ended' },
  ]);
  assert.ok(
    (await readFile(on.rig.services.store.at(place.path))).equals(film.fragments),
    'the file is there to be read',
  );
  await listener.close();
});

test('an upload that nobody goes on with is removed after a while, and so are files of none', async () => {
  const { growing: uploads, database } = on.rig.services;
  const path = await sent();
  const upload = path.split('/').at(-1) ?? '';
  const stray = join(growing(), crypto.randomUUID());
  await writeFile(stray, 'x');
  await uploads.removeOld(new Date(Date.now() - 60_000));
  assert.equal((await agent.head(path)).status, 200, 'not yet');
  assert.ok((await readdir(growing())).length >= 2);
  await uploads.removeOld(new Date(Date.now() + 60_000));
  assert.deepEqual(await readdir(growing()), []);
  assert.equal((await agent.head(path)).status, 404);
  const [entry] = await auditEntries(database, { object: upload, limit: 1 });
  assert.match(JSON.stringify(entry?.change), /nobody went on with it/);
});

test('after a crash in the midst of a piece, the offset is what is there', async () => {
  const path = await begun();
  const upload = path.split('/').at(-1) ?? '';
  await agent.append(path, 0, film.fragments.subarray(0, 5000));
  await truncate(join(growing(), upload), 3000);
  assert.equal((await agent.head(path)).headers.get('upload-offset'), '3000');
  assert.equal((await agent.append(path, 3000, film.fragments.subarray(3000))).status, 204);
  assert.deepEqual(await finished(path), { state: 'made', sha256: film.sha256 });
});

test('a package names an upload in place of bytes', async () => {
  const path = await sent();
  await finished(path);
  const added = await on.send('/ingest/addTrack', {
    mediaPackage: await on.create(),
    flavor: 'presenter/source',
    url: `${on.url}${path}`,
  });
  const [track] = parseMediaPackage(added.text).tracks;
  assert.equal(track?.sizeBytes, film.finished.length);
});
