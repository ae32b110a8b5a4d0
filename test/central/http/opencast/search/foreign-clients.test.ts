import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Registry } from 'prom-client';
import { openApp } from '#central/http/server.ts';
import { MODULES } from '#central/modules.ts';
import { parseMediaPackage } from '#lib/opencast/media-package.ts';
import { attributeOf, childNamed, childrenNamed, textOf } from '#lib/opencast/xml/xml.ts';
import { parseXml } from '#lib/opencast/xml/xml-read.ts';
import { openIngestRig, type IngestRig } from '../../../ingest-rig.ts';
import { handOver, read, type AccessEntry, type Asker } from '../recorded-rig.ts';

let on: IngestRig;
before(async () => {
  on = await openIngestRig();
  const { database } = on.rig.services;
  const series = await on.send('/series', {}, 'agent');
  assert.equal(series.status, 403, 'an agent makes no series');
  for (const [id, title, role] of [
    ['algebra', 'Algèbre', 'C1_Learner'],
    ['hidden', 'Hidden', 'C2_Learner'],
    ['twin-1', 'Twin', 'C1_Learner'],
    ['twin-2', 'Twin', 'C1_Learner'],
  ] as const) {
    const acl = JSON.stringify([{ role, action: 'read', allow: true }]);
    await database.insertInto('series').values({ id, title, acl }).execute();
  }
  const course = { isPartOf: 'algebra', creator: 'M. Dupont', created: '2026-11-20T09:00:00Z' };
  const bring = (id: string, terms: Record<string, string>, acl: AccessEntry[] = []) =>
    handOver(on, { id, acl, terms });
  await bring('ep-1', { ...course, title: '007', description: 'Groups and rings', license: 'CC-BY' });
  await bring('ep-2', { ...course, title: 'Fields' }, [{ role: 'C1_Learner', action: 'read' }]);
  await bring('ep-3', { title: 'For all' }, [{ role: 'ROLE_ANONYMOUS', action: 'read' }]);
  await bring('ep-4', { title: 'Secret', isPartOf: 'hidden' });
  await bring('ep-5', { title: 'Nobody says who' }, [{ role: 'C1_Learner', action: 'write' }]);
  await database
    .insertInto('events')
    .values({
      id: 'planned',
      title: 'Planned',
      acl: JSON.stringify([{ role: 'C1_Learner', action: 'read', allow: true }]),
    })
    .execute();
});
after(() => on.close());

const LEARNER: Asker = { as: 'admin', roles: 'C1_Learner,ROLE_USER' };
const idsIn = (json: { result: { mediapackage: { id: string } }[] }): string[] =>
  json.result.map(({ mediapackage }) => mediapackage.id).toSorted();
const search = (query: string, who: Asker = {}) => read(on, `/search/episode.json${query}`, who);

describe('a learning platform that knows Opencast 16', () => {
  test('finds what the roles may read, by their own lists and those of the series, and nothing else', async () => {
    for (const [who, ids] of [
      [LEARNER, ['ep-1', 'ep-2']],
      [{}, ['ep-3']],
      [{ as: 'agent' }, ['ep-3']],
      [{ as: 'admin', roles: 'C9_Learner' }, []],
      [{ as: 'admin', roles: '' }, []],
      [{ as: 'viewer' }, ['ep-3']],
      [{ as: 'scheduler' }, ['ep-1', 'ep-2', 'ep-3', 'ep-4', 'ep-5']],
      [{ as: 'admin' }, ['ep-1', 'ep-2', 'ep-3', 'ep-4', 'ep-5']],
    ] as const) {
      const { status, json } = await search('', who);
      assert.equal(status, 200);
      assert.deepEqual([idsIn(json), json.total], [ids, ids.length], JSON.stringify(who));
    }
    assert.equal((await search('?id=ep-1', {})).json.total, 0);
    assert.equal((await search('?id=ep-4', LEARNER)).json.total, 0);
    assert.equal((await search('?q=Planned', { as: 'admin' })).json.total, 0, 'what was not recorded is not there');
  });

  test('reads title, people, series, length, streams and files, and a title stays text', async () => {
    const { json } = await search('?id=ep-1', LEARNER);
    const [{ mediapackage, dc, acl, org }] = json.result;
    assert.deepEqual(
      [mediapackage.title, mediapackage.series, mediapackage.seriestitle, mediapackage.creators, mediapackage.license],
      ['007', 'algebra', 'Algèbre', { creator: 'M. Dupont' }, 'CC-BY'],
    );
    const { track } = mediapackage.media;
    assert.deepEqual([track.type, track.mimetype, track.tags], ['presenter/source', 'video/mp4', { tag: 'archive' }]);
    assert.equal(track.video.resolution, '320x180');
    assert.equal(track.size, on.movie.length);
    assert.ok(Math.abs(mediapackage.duration - 1000) < 100 && Math.abs(track.duration - 1000) < 100);
    assert.deepEqual(mediapackage.publications, '');
    assert.ok(mediapackage.metadata.catalog.length === 2);
    assert.deepEqual(
      [dc.title, dc.creator, dc.isPartOf, dc.identifier],
      [['007'], ['M. Dupont'], ['algebra'], ['ep-1']],
    );
    assert.match(dc.extent[0], /^PT/);
    assert.deepEqual([acl, org], [{ read: ['C1_Learner'] }, 'mh_default_org']);
    const file = await fetch(track.url, { headers: on.rig.as('scheduler') });
    assert.deepEqual(Buffer.from(await file.arrayBuffer()), on.movie);
  });

  test('searches by words, series, its name, flavor and tag', async () => {
    for (const [query, ids] of [
      ['?q=rings%20dupont', ['ep-1']],
      ['?q=RINGS%20nothing', []],
      ['?q=100%25', []],
      ['?sid=algebra', ['ep-1', 'ep-2']],
      ['?sname=Alg%C3%A8bre', ['ep-1', 'ep-2']],
      ['?flavor=presenter/source&sid=algebra', ['ep-1', 'ep-2']],
      ['?flavor=presentation/source', []],
      ['?tag=archive&id=ep-2', ['ep-2']],
      ['?tag=engage', []],
    ] as const) {
      const { json } = await search(query, LEARNER);
      assert.deepEqual([idsIn(json), json.total], [ids, ids.length], query);
    }
  });

  test('turns pages with the right total, in the order that it asks for', async () => {
    const page = async (query: string) => {
      const { json } = await search(query, { as: 'scheduler' });
      return [
        json.result.map((one: { dc: { title: string[] } }) => one.dc.title[0]),
        json.total,
        json.limit,
        json.offset,
      ];
    };
    assert.deepEqual(await page('?sort=title%20asc&limit=2'), [['007', 'Fields'], 5, 2, 0]);
    assert.deepEqual(await page('?sort=title%20asc&limit=2&offset=4'), [['Secret'], 5, 2, 4]);
    assert.deepEqual(await page('?sort=TITLE_DESC&limit=1&offset=1'), [['Nobody says who'], 5, 1, 1]);
    assert.deepEqual(await page('?limit=0'), [[], 5, 0, 0]);
    assert.deepEqual(await page('?offset=1000000'), [[], 5, 20, 1_000_000]);
  });

  test('is told in words what it asks wrong', async () => {
    for (const [query, why] of [
      ['?limit=-1', /limit must be 0 or more/],
      ['?limit=251', /250 at most/],
      ['?offset=-1', /offset must be 0 or more/],
      ['?limit=ten', /limit must be a whole number/],
      ['?sort=colour', /there is no order "colour"/],
      ['?sid=algebra&sname=x', /both 'sid' and 'sname'/],
      ['?sname=Hidden', /doesn't exist/],
      ['?sname=Twin', /more than one series/],
      [`?q=${'word%20'.repeat(31)}`, /30 words at most/],
      ['?v=12', /15 or 16/],
    ] as const) {
      const { status, text } = await search(query, LEARNER);
      assert.equal(status, 400, query);
      assert.match(text, why);
    }
    assert.equal((await search('?limit=251', { as: 'admin' })).status, 200);
  });

  test('finds series of which something was recorded, that the roles may read', async () => {
    const { json } = await read(on, '/search/series.json', LEARNER);
    assert.deepEqual([json.total, json.result.length], [1, 1]);
    assert.deepEqual([json.result[0].dc.identifier, json.result[0].dc.title], [['algebra'], ['Algèbre']]);
    assert.deepEqual(json.result[0].acl, { read: ['C1_Learner'] });
    assert.equal((await read(on, '/search/series.json')).json.total, 0);
    assert.equal(
      (await read(on, '/search/series.json?q=hidden', { as: 'scheduler' })).json.result[0].dc.title[0],
      'Hidden',
    );
  });
});

test('who may read an event gets its film by these roles, and who may not gets none', async () => {
  const { json } = await search('?id=ep-1', LEARNER);
  const { track } = json.result[0].mediapackage.media;
  const asset = `/assets/assets/ep-1/${track.id}/1/x.mp4`;
  const get = async (path: string, roles: string) => {
    const reply = await fetch(new URL(path, on.url), {
      headers: { ...on.rig.as('admin'), 'x-run-with-roles': roles },
      redirect: 'manual',
    });
    return [reply.status, (await reply.arrayBuffer()).byteLength];
  };
  for (const path of [track.url, asset]) {
    assert.deepEqual(await get(path, 'C1_Learner'), [200, on.movie.length], path);
    for (const roles of ['C2_Learner', 'ROLE_ANONYMOUS', '']) assert.equal((await get(path, roles))[0], 403, path);
    assert.equal((await fetch(new URL(path, on.url))).status, 401, path);
  }
  assert.equal((await get('/play/ep-1', 'C1_Learner'))[0], 302);
  assert.equal((await get('/play/ep-1', 'C2_Learner'))[0], 404);
  await on.rig.services.database.updateTable('series').set({ acl: '[]' }).where('id', '=', 'algebra').execute();
  assert.equal((await get(track.url, 'C1_Learner'))[0], 403, 'who may no more');
  const acl = JSON.stringify([{ role: 'C1_Learner', action: 'read', allow: true }]);
  await on.rig.services.database.updateTable('series').set({ acl }).where('id', '=', 'algebra').execute();
});

describe('a page of 2016', () => {
  test('reads one document, in XML and as the JSON of it', async () => {
    const { json } = await search('?v=15&id=ep-1', LEARNER);
    const { result, ...page } = json['search-results'];
    assert.deepEqual([page.total, page.offset, page.limit], ['1', '0', '100']);
    assert.deepEqual(
      [result.id, result.dcTitle, result.dcCreator, result.mediaType],
      ['ep-1', '007', 'M. Dupont', 'AudioVisual'],
    );
    assert.equal(result.mediapackage.media.track.type, 'presenter/source');
    const { text } = await read(on, '/search/episode.xml?id=ep-1', LEARNER);
    const root = parseXml(text);
    assert.deepEqual([root.name, attributeOf(root, 'total')], ['search-results', '1']);
    const [only, ...others] = childrenNamed(root, 'result');
    assert.ok(only && others.length === 0);
    assert.equal(textOf(childNamed(only, 'dcTitle') ?? only), '007');
    const { id, tracks, title } = parseMediaPackage(text);
    assert.deepEqual([id, title, tracks.map(({ flavor }) => flavor)], ['ep-1', '007', ['presenter/source']]);
  });

  test('finds its shape without asking, where the configuration says so', async () => {
    const config = { ...on.rig.services.config, searchShape: '15' as const };
    const app = await openApp({ ...on.rig.services, config, registry: new Registry() }, MODULES);
    const body = async (url: string) => (await app.inject({ url })).body;
    assert.match(await body('/search/episode.json'), /^\{"search-results"/);
    assert.match(await body('/search/episode.json?v=16'), /^\{"offset"/);
    await app.close();
  });

  test('has a list for several, and none for none', async () => {
    const many = (await search('?v=15&sort=TITLE', { as: 'scheduler' })).json['search-results'];
    assert.deepEqual(
      many.result.map(({ id }: { id: string }) => id),
      ['ep-1', 'ep-2', 'ep-3', 'ep-5', 'ep-4'],
    );
    const none = (await search('?v=15&q=none')).json['search-results'];
    assert.deepEqual(['result' in none, none.total], [false, '0']);
    assert.equal((await search('?v=15&limit=-1', { as: 'scheduler' })).json['search-results'].limit, '2000');
  });

  test('gets a series with what was recorded of it, page by page', async () => {
    const page = async (query: string) => {
      const { text } = await read(on, `/search/series.xml?id=algebra&episodes=true${query}`, LEARNER);
      const root = parseXml(text);
      return [childrenNamed(root, 'result').map((one) => attributeOf(one, 'id')), attributeOf(root, 'total')];
    };
    assert.deepEqual(await page('&sort=TITLE'), [['algebra', 'ep-1', 'ep-2'], '3']);
    assert.deepEqual(await page('&sort=TITLE&limit=2'), [['algebra', 'ep-1'], '3']);
    assert.deepEqual(await page('&sort=TITLE&limit=2&offset=2'), [['ep-2'], '3']);
  });
});

test('foreign names of terms and actions are no keys that do harm', async () => {
  const { database } = on.rig.services;
  const acl = [
    { role: 'C1_Learner', action: 'read', allow: true },
    { role: 'C1_Learner', action: '__proto__', allow: true },
  ];
  const terms = [{ namespace: 'http://purl.org/dc/terms/', name: '__proto__', value: 'x' }];
  await database
    .updateTable('events')
    .set({ acl: JSON.stringify(acl), terms: JSON.stringify(terms) })
    .where('id', '=', 'ep-2')
    .execute();
  const { text } = await search('?id=ep-2', LEARNER);
  assert.match(text, /"__proto__":\["C1_Learner"\]/);
  assert.match(text, /"__proto__":\["x"\]/);
});
