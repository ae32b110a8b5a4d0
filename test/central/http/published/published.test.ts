import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openIngestRig, type IngestRig } from '../../ingest-rig.ts';
import { handOver, read, type Asker } from '../opencast/recorded-rig.ts';
import { openPublishingRig, type FileToPublish, type PublishingRig } from './published-rig.ts';

let on: IngestRig;
let publishing: PublishingRig;
before(async () => {
  on = await openIngestRig();
  publishing = openPublishingRig(on);
  await on.rig.services.database.insertInto('series').values({ id: 'anatomy', title: 'Anatomie' }).execute();
});
after(() => on.close());

const film = (): FileToPublish => ({
  name: 'low.mp4',
  flavor: 'presenter/delivery',
  content: on.movie,
  tags: ['engage-download', '360p'],
});
const LEARNER: Asker = { as: 'admin', roles: 'C1_Learner' };
const AUTHOR: Asker = { as: 'admin', roles: 'C1_Author' };
const OTHER: Asker = { as: 'admin', roles: 'C2_Learner' };
const ACL = [
  { role: 'C1_Learner', action: 'read' },
  { role: 'C1_Author', action: 'read' },
  { role: 'C1_Author', action: 'write' },
];

const bring = (id: string, acl = ACL) =>
  handOver(on, { id, acl, terms: { title: `Title of ${id}`, isPartOf: 'anatomy', creator: 'Mme Curie' } });
const originalOf = async (event: string): Promise<string> => {
  const { path } = await on.rig.services.database
    .selectFrom('files')
    .select('path')
    .where('event', '=', event)
    .where('kind', '=', 'track')
    .executeTakeFirstOrThrow();
  return `/files/mediapackage/${path}`;
};
const found = async (id: string, who: Asker, shape = '16') =>
  (await read(on, `/search/episode.json?id=${id}&v=${shape}`, who)).json;
const urlsIn = (text: string): string[] => [...text.matchAll(/https?:[^"<\\]+/g)].map(([url]) => url);

describe('what is published', () => {
  test('shows in both shapes of the search in place of what came, with addresses that can be fetched', async () => {
    await bring('shown');
    assert.match(JSON.stringify(await found('shown', LEARNER)), /files\/mediapackage/, 'it shows what came until then');
    await publishing.publish('shown', [
      film(),
      { name: 'cover.jpg', flavor: 'presenter/search+preview', content: 'x' },
    ]);
    const sixteen = (await found('shown', LEARNER)).result[0];
    assert.equal(sixteen.mediapackage.media.track.type, 'presenter/delivery');
    assert.ok(Math.abs(sixteen.mediapackage.duration - 1000) < 100);
    const fifteen = (await found('shown', LEARNER, '15'))['search-results'].result;
    assert.equal(fifteen.mediapackage.attachments.attachment.type, 'presenter/search+preview');
    const xml = (await read(on, '/search/episode.xml?id=shown', LEARNER)).text;
    for (const text of [JSON.stringify(sixteen), JSON.stringify(fifteen), xml]) {
      assert.doesNotMatch(text, /files\/mediapackage|presenter\/source/);
      const urls = urlsIn(text).filter((url) => url.includes('/static/'));
      assert.ok(urls.length >= 4, text);
      for (const url of urls) {
        assert.equal((await read(on, url, LEARNER)).status, 200, url);
        assert.equal((await read(on, url, OTHER)).status, 403, url);
        assert.equal((await read(on, url)).status, 401, url);
      }
    }
    assert.equal((await found('shown', OTHER)).total, 0);
    for (const [query, total] of [
      ['tag=360p', 1],
      ['flavor=presenter/delivery', 1],
      ['tag=archive', 0],
      ['flavor=presenter/source', 0],
    ] as const)
      assert.equal((await read(on, `/search/episode.json?id=shown&${query}`, LEARNER)).json.total, total, query);
  });

  test('is sent in ranges, and is asked for again each time', async () => {
    await bring('ranges', [{ role: 'ROLE_ANONYMOUS', action: 'read' }]);
    await publishing.publish('ranges', [film()]);
    const { url } = (await found('ranges', {})).result[0].mediapackage.media.track;
    const part = await fetch(url, { headers: { range: 'bytes=10-19' } });
    assert.equal(part.status, 206);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), on.movie.subarray(10, 20));
    assert.equal(part.headers.get('cache-control'), 'private, no-cache');
    const tag = part.headers.get('etag') ?? '';
    // A fetch of Node would ask for a fresh copy.
    const again = await on.rig.app.inject({ url: new URL(url).pathname, headers: { 'if-none-match': tag } });
    assert.equal(again.statusCode, 304);
    assert.equal((await fetch(url.replace('low.mp4', 'other.mp4'))).status, 404);
    assert.equal((await fetch(url.replace('ranges', 'shown'))).status, 401);
  });

  test('leaves originals to those who may change the event', async () => {
    await bring('originals');
    const original = await originalOf('originals');
    assert.equal((await read(on, original, LEARNER)).status, 200);
    await publishing.publish('originals', [film()]);
    for (const [who, status] of [
      [LEARNER, 403],
      [OTHER, 403],
      [AUTHOR, 200],
      [{}, 401],
      [{ as: 'scheduler' }, 200],
    ] as const)
      assert.equal((await read(on, original, who)).status, status, JSON.stringify(who));
  });

  test('what the editor shows is for those who may change the event', async () => {
    await bring('internal');
    await publishing.publish('internal', [film()], 'internal');
    const { json } = await read(on, '/api/events/internal/publications', { as: 'scheduler' });
    const [{ url }] = json[0].media;
    for (const [who, status] of [
      [LEARNER, 403],
      [AUTHOR, 200],
      [{}, 401],
    ] as const)
      assert.equal((await read(on, url, who)).status, status, JSON.stringify(who));
    assert.match(JSON.stringify(await found('internal', LEARNER)), /files\/mediapackage/, 'viewers see what came');
  });
});

describe('a recording that was not published yet', () => {
  const begin = async (event: string, more: { state?: string; configuration?: Record<string, string> } = {}) => {
    const { state = 'running', configuration = {} } = more;
    const { id } = await on.rig.services.database
      .insertInto('workflows')
      .values({ event, version: 1, definition: 'x', state, configuration: JSON.stringify(configuration) })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  };
  const operation = (workflow: number, name: string, more: { state?: 'skipped'; configuration?: string } = {}) =>
    on.rig.services.database
      .insertInto('workflow_operations')
      .values({ workflow, position: 0, operation: name, ...more })
      .execute();

  test('shows what came while its run goes on', async () => {
    await bring('goes-on');
    await operation(await begin('goes-on'), 'publish-engage');
    assert.equal((await found('goes-on', LEARNER)).total, 1);
    assert.equal((await read(on, await originalOf('goes-on'), LEARNER)).status, 200);
  });

  test('shows nothing if it is to be cut or reviewed before, or if its run stops for a person', async () => {
    for (const [id, wait] of [
      ['to-cut', () => begin('to-cut', { configuration: { straightToPublishing: 'false' } })],
      ['to-review', () => begin('to-review', { configuration: { flagForReview: 'true' } })],
      ['paused', () => begin('paused', { state: 'paused' })],
      ['unpublished', async () => operation(await begin('unpublished'), 'publish-engage', { state: 'skipped' })],
      ['editing', async () => operation(await begin('editing'), 'editor', { configuration: '{"interactive":"true"}' })],
    ] as const) {
      await bring(id);
      await wait();
      assert.equal((await found(id, LEARNER)).total, 0, id);
      assert.equal((await read(on, await originalOf(id), LEARNER)).status, 403, id);
      assert.equal((await read(on, await originalOf(id), AUTHOR)).status, 200, id);
      assert.equal((await read(on, `/play/${id}`, LEARNER)).status, 404, id);
      await publishing.publish(id, [film()]);
      assert.equal((await found(id, LEARNER)).total, 1, id);
      assert.equal((await read(on, `/play/${id}`, LEARNER)).status, 302, id);
    }
  });
});

/** Opens an address as a browser does. */
const open = async (path: string, as: 'viewer' | 'scheduler', more: Record<string, string> = {}) => {
  const headers = { ...on.rig.as(as), accept: 'text/html,*/*', 'sec-fetch-dest': 'document', ...more };
  const reply = await fetch(`${on.url}${path}`, { headers, redirect: 'manual' });
  return {
    status: reply.status,
    text: await reply.text(),
    policy: reply.headers.get('content-security-policy'),
    reply,
  };
};

test('who opens a lecture in a browser gets a page, with a link to the editor for who may edit it', async () => {
  const readers = [...ACL, { role: 'ROLE_USER_VIEWER', action: 'read' }];
  const writers = [...readers, { role: 'ROLE_USER_VIEWER', action: 'write' }];
  for (const [id, acl] of [
    ['page', readers],
    ['page-of-viewer', writers],
  ] as const) {
    await handOver(on, { id, acl, terms: { title: '<script>alert(1)</script> Les os', isPartOf: 'anatomy' } });
    await publishing.publish(id, [
      film(),
      { name: 'slides.mp4', flavor: 'presentation/delivery', content: on.movie },
      { name: 'fr.vtt', flavor: 'captions/delivery', content: 'WEBVTT\n', tags: ['lang:fr'] },
      { name: 'chapters.vtt', flavor: 'chapters/delivery', content: 'WEBVTT\n', more: { kind: 'track' } },
    ]);
  }
  const { status, text, policy } = await open('/play/page', 'viewer');
  assert.equal(status, 200, text);
  assert.match(policy ?? '', /media-src 'self'/);
  assert.match(text, /<h1>&#60;script&#62;alert\(1\)&#60;\/script&#62; Les os<\/h1>/);
  assert.doesNotMatch(text, /<script>alert/);
  const [, source = ''] = /<source src="([^"]+low\.mp4)"/.exec(text) ?? [];
  assert.equal((await read(on, source, { as: 'viewer' })).status, 200);
  assert.match(text, /<track kind="captions" src="[^"]+fr\.vtt" srclang="fr"/);
  assert.match(text, /<track kind="chapters" src="[^"]+chapters\.vtt"/);
  assert.match((await open('/play/page?view=presentation', 'viewer')).text, /<source src="[^"]+slides\.mp4"/);
  const editor = /<a class="button main" href="\/editor\?event=([^"]+)">(Edit|Monter)<\/a>/;
  assert.doesNotMatch(text, editor, 'who may only read is not sent to the editor');
  assert.equal(editor.exec((await open('/play/page-of-viewer', 'viewer')).text)?.[1], 'page-of-viewer');
  assert.equal(editor.exec((await open('/play/page', 'scheduler')).text)?.[1], 'page');
  assert.equal(editor.exec((await open('/play/page', 'scheduler', { 'accept-language': 'fr' })).text)?.[2], 'Monter');
  assert.equal(
    (await open('/play/page', 'viewer', { 'sec-fetch-dest': 'video' })).status,
    302,
    'a player gets the film',
  );
});

test('a page of a lecture keeps its picture when its language changes; who embeds it gets the film, and no cache keeps either', async () => {
  const film302 = await open('/play/page', 'viewer', { 'sec-fetch-dest': 'iframe' });
  assert.equal(film302.status, 302);
  for (const { reply } of [await open('/play/page', 'viewer'), film302]) {
    assert.equal(reply.headers.get('vary'), 'Accept, Sec-Fetch-Dest');
    assert.equal(reply.headers.get('cache-control'), 'no-store');
  }
  const plain = { ...on.rig.as('viewer'), accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  const embedded = await fetch(`${on.url}/play/page`, { headers: plain, redirect: 'manual' });
  assert.equal(embedded.status, 302, 'an <iframe> over plain http shows the film');
  const back =
    /name="back" value="([^"]+)"/.exec((await open('/play/page?view=presentation', 'viewer')).text)?.[1] ?? '';
  const chosen = await fetch(`${on.url}/preferences`, {
    method: 'POST',
    body: new URLSearchParams({ language: 'fr', back }),
    redirect: 'manual',
  });
  assert.equal(chosen.headers.get('location'), '/play/page?view=presentation');
  const { database } = on.rig.services;
  const { numUpdatedRows } = await database
    .updateTable('publication_elements')
    .set({ url: 'http://[no url', transport: 'HLS' })
    .where('file_name', '=', 'slides.mp4')
    .where('publication', 'in', database.selectFrom('publications').select('id').where('event', '=', 'page'))
    .executeTakeFirstOrThrow();
  assert.equal(numUpdatedRows, 1n);
  const odd = await open('/play/page', 'viewer');
  assert.equal(odd.status, 200, 'a stream whose address is no URL leaves the page as it is');
  assert.doesNotMatch(odd.policy ?? '', /no url/);
});

test('title, people and access that change are public at once, in every answer', async () => {
  await bring('changes');
  await publishing.publish('changes', [film()]);
  const track = (await found('changes', LEARNER)).result[0].mediapackage.media.track;
  const catalog = `/static/mh_default_org/engage-player/changes/dublincore-episode/dublincore.xml`;
  const put = async (path: string, field: string, value: unknown): Promise<void> => {
    const headers = { ...on.rig.as('scheduler'), 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams({ [field]: JSON.stringify(value) });
    const reply = await fetch(`${on.url}${path}`, { method: 'PUT', headers, body });
    assert.equal(reply.status, 204, await reply.text());
  };
  await put('/api/events/changes/metadata?type=dublincore/episode', 'metadata', [{ id: 'title', value: 'Le cœur' }]);
  assert.equal((await found('changes', LEARNER)).result[0].mediapackage.title, 'Le cœur');
  assert.match((await read(on, catalog, LEARNER)).text, /Le cœur/);
  await put('/api/events/changes/acl', 'acl', [{ role: 'C2_Learner', action: 'read', allow: true }]);
  assert.equal((await found('changes', LEARNER)).total, 0);
  assert.equal((await read(on, track.url, LEARNER)).status, 403);
  assert.equal((await read(on, catalog, LEARNER)).status, 403);
  assert.equal((await read(on, track.url, OTHER)).status, 200);
});

describe('taking back', () => {
  test('takes away all of it: search, files, player, lists; what came does not show again', async () => {
    await bring('back', [...ACL, { role: 'ROLE_ANONYMOUS', action: 'read' }]);
    await publishing.publish('back', [film()]);
    const { url } = (await found('back', {})).result[0].mediapackage.media.track;
    const catalog = `/static/mh_default_org/engage-player/back/dublincore-episode/dublincore.xml`;
    assert.equal((await read(on, url)).status, 200);
    assert.equal((await read(on, catalog)).status, 200);
    await publishing.retract('back');
    for (const path of [url, catalog]) assert.equal((await read(on, path, { as: 'admin' })).status, 404);
    for (const who of [{}, LEARNER, { as: 'admin' }] as Asker[]) {
      assert.equal((await found('back', who)).total, 0);
      assert.equal((await found('back', who, '15'))['search-results'].total, '0');
    }
    assert.equal((await read(on, '/play/back', LEARNER)).status, 404);
    assert.equal((await read(on, await originalOf('back'))).status, 401);
    assert.deepEqual((await read(on, '/api/events/back/publications', { as: 'scheduler' })).json, []);
  });

  test('a publication that was replaced is served to those who watch it, one that was taken back is not', async () => {
    await bring('replaced', [{ role: 'ROLE_ANONYMOUS', action: 'read' }]);
    await publishing.publish('replaced', [film()]);
    const { url } = (await found('replaced', {})).result[0].mediapackage.media.track;
    await publishing.publish('replaced', [film()]);
    assert.notEqual((await found('replaced', {})).result[0].mediapackage.media.track.url, url);
    assert.equal((await read(on, url)).status, 200);
    await publishing.retract('replaced');
    assert.equal((await read(on, url)).status, 404);
  });

  test('tells a portal that it was deleted', async () => {
    const { json } = await read(on, '/tobira/harvest?since=0&preferredAmount=500', { as: 'admin' });
    const kinds = new Map(
      (json.items as { id: string; kind: string }[]).map(({ id, kind }): [string, string] => [id, kind]),
    );
    assert.deepEqual([kinds.get('back'), kinds.get('shown')], ['event-deleted', 'event']);
  });
});

test('the External API and lists of events name publications with their files', async () => {
  await bring('listed');
  const id = await publishing.publish('listed', [
    film(),
    { name: 'a.jpg', flavor: 'presenter/player+preview', content: 'x' },
  ]);
  const { json } = await read(on, '/api/events/listed?withpublications=true', { as: 'scheduler' });
  assert.deepEqual(json.publication_status, ['engage-player']);
  const [publication] = json.publications;
  assert.deepEqual(
    [publication.id, publication.channel, publication.mediatype, publication.url],
    [id, 'engage-player', 'text/html', `${on.url}/play/listed`],
  );
  const [track] = publication.media;
  assert.deepEqual(
    [track.flavor, track.has_video, track.has_audio, track.checksum.length],
    ['presenter/delivery', true, true, 32],
  );
  assert.deepEqual(publication.attachments.length, 1);
  assert.deepEqual(
    publication.metadata.map(({ flavor }: { flavor: string }) => flavor),
    ['dublincore/episode'],
  );
  for (const name of ['publications', 'publication']) {
    const one = await read(on, `/api/events/listed/${name}/${id}`, { as: 'scheduler' });
    assert.deepEqual(one.json, publication);
  }
  assert.equal((await read(on, '/api/events/listed/publications', LEARNER)).json.length, 1);
  assert.equal((await read(on, '/api/events/listed/publications', OTHER)).status, 403);
  const of = async (value: string) =>
    (
      (await read(on, `/api/events?filter=is_published:${value}`, { as: 'scheduler' })).json as { identifier: string }[]
    ).map(({ identifier }) => identifier);
  assert.ok((await of('true')).includes('listed') && !(await of('true')).includes('back'));
  assert.ok((await of('false')).includes('back') && !(await of('false')).includes('listed'));
});
