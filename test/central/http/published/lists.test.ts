import assert from 'node:assert/strict';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { LIST_SUFFIX, writeList } from '#central/store/lists/list-file.ts';
import { openIngestRig, type IngestRig } from '../../ingest-rig.ts';
import { handOver, read } from '../opencast/recorded-rig.ts';
import { openPublishingRig, type PublishingRig } from './published-rig.ts';

let on: IngestRig;
let publishing: PublishingRig;
/** Address of the film, and path of its list below the media folder. */
let url: string;
const LIST = `lists/film.mp4${LIST_SUFFIX}`;
const PARTS = ['lists/a.m4f', 'lists/b.m4a'] as const;

before(async () => {
  on = await openIngestRig();
  publishing = openPublishingRig(on);
  const { store } = on.rig.services;
  await handOver(on, { id: 'listed', acl: [{ role: 'learner', action: 'read' }], terms: { title: 'Listed' } });
  await mkdir(store.at('lists'));
  // The film in three stretches of two files, and its beginning in the list itself.
  const [head, first, second, third] = [0, 500, 1500, 1600, on.movie.length].map((at, n, all) =>
    on.movie.subarray(at, all[n + 1] ?? at),
  ) as [Buffer, Buffer, Buffer, Buffer];
  await writeFile(store.at(PARTS[0]), Buffer.concat([first, third]));
  await writeFile(store.at(PARTS[1]), second);
  const spans = [
    { path: PARTS[0], at: 0, bytes: first.length },
    { path: PARTS[1], at: 0, bytes: second.length },
    { path: PARTS[0], at: first.length, bytes: third.length },
  ];
  await writeList(store.at(LIST), { head, spans, renditions: [], sounds: [PARTS[1]] });
  const facts = { path: LIST, size_bytes: on.movie.length, md5: '' };
  await publishing.publish('listed', [
    { name: 'film.mp4', flavor: 'presenter/delivery', content: '', tags: ['engage-download'], more: facts },
  ]);
  const found = await read(on, '/search/episode.json?id=listed&v=16', { as: 'admin' });
  url = found.json.result[0].mediapackage.media.track.url;
});
after(() => on.close());

const get = (headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  fetch(url.replace(/^https?:\/\/[^/]+/, on.url), { method, headers: { ...on.rig.as('admin'), ...headers } });
const bytesOf = async (reply: Response): Promise<Buffer> => Buffer.from(await reply.arrayBuffer());

test('a film that is a list is loaded as a whole, byte for byte', async () => {
  const reply = await get();
  assert.deepEqual(
    [reply.status, reply.headers.get('content-type'), reply.headers.get('accept-ranges')],
    [200, 'video/mp4', 'bytes'],
  );
  assert.equal(reply.headers.get('content-length'), String(on.movie.length));
  assert.ok(on.movie.equals(await bytesOf(reply)));
  const head = await get({}, 'HEAD');
  assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(on.movie.length)]);
});

test('and in ranges, as players ask for them', async () => {
  const size = on.movie.length;
  for (const [asked, from, to] of [
    ['bytes=0-', 0, size],
    ['bytes=0-0', 0, 1],
    ['bytes=490-1599', 490, 1600],
    [`bytes=1550-${size + 500}`, 1550, size],
    ['bytes=-100', size - 100, size],
    [`bytes=-${size * 2}`, 0, size],
  ] as const) {
    const reply = await get({ range: asked });
    assert.equal(reply.status, 206, asked);
    assert.equal(reply.headers.get('content-range'), `bytes ${from}-${to - 1}/${size}`);
    assert.ok(on.movie.subarray(from, to).equals(await bytesOf(reply)), asked);
  }
  for (const asked of ['bytes=0-1,5-6', 'bytes=9-3', 'lines=1-2', 'bytes=x-y', 'bytes=-'])
    assert.equal((await get({ range: asked })).status, 200, asked);
  for (const asked of [`bytes=${size}-`, 'bytes=-0']) {
    const reply = await get({ range: asked });
    assert.deepEqual([reply.status, reply.headers.get('content-range')], [416, `bytes */${size}`], asked);
  }
});

test('a copy that is kept is asked for again by its tag', async () => {
  const tag = (await get({}, 'HEAD')).headers.get('etag') ?? '';
  assert.equal((await get({ 'if-none-match': tag })).status, 304);
  assert.equal((await get({ range: 'bytes=0-9', 'if-range': tag })).status, 206);
  assert.equal((await get({ range: 'bytes=0-9', 'if-range': '"other"' })).status, 200);
});

test('whoever may not see the event loads nothing of it', async () => {
  const stranger = await fetch(url.replace(/^https?:\/\/[^/]+/, on.url), { redirect: 'manual' });
  assert.ok([302, 401, 403].includes(stranger.status), String(stranger.status));
  const other = await read(on, new URL(url).pathname, { as: 'admin', roles: 'nobody' });
  assert.equal(other.status, 403);
});

test('with a part that is gone it is not published again; taken back, its list goes', async () => {
  const { store } = on.rig.services;
  const { path } = await on.rig.services.database
    .selectFrom('publication_elements')
    .select('path')
    .where('file_name', '=', 'film.mp4')
    .executeTakeFirstOrThrow();
  assert.ok(path.endsWith(LIST_SUFFIX));
  await rm(store.at(PARTS[1]));
  const facts = { path: LIST, size_bytes: on.movie.length, md5: '' };
  const again = publishing.publish('listed', [
    { name: 'b.mp4', flavor: 'presenter/delivery', content: '', more: facts },
  ]);
  await assert.rejects(again, /cannot be published: lists\/b\.m4a is gone/);
  await publishing.retract('listed');
  await assert.rejects(access(store.at(path)));
  assert.equal((await get()).status, 404);
});
