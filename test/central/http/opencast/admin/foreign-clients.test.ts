import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseAccessList } from '#lib/opencast/access-list.ts';
import { openIngestRig, filesOf, type IngestRig } from '../../../ingest-rig.ts';
import { askOf, type Ask } from '../../../rig.ts';
import { handOver, read } from '../recorded-rig.ts';

const WORDS = { title: 'Groups', creator: 'M. Dupont', isPartOf: 'algebra' };

let on: IngestRig;
let ask: Ask;
before(async () => {
  on = await openIngestRig();
  ask = askOf(on.rig);
  await on.rig.addAgents('Amphi_D');
  assert.equal((await ask('POST', '/series', { title: 'Algebra', identifier: 'algebra' })).status, 201);
  const acl = [{ role: 'C1_Learner', action: 'read' }];
  await handOver(on, { id: 'ep-1', acl, terms: WORDS });
  const metadata = [{ flavor: 'dublincore/episode', fields: [{ id: 'title', value: 'Rings' }] }];
  const scheduling = { agent_id: 'Amphi_D', start: '2030-10-14T08:00:00Z', end: '2030-10-14T09:00:00Z' };
  assert.equal((await ask('POST', '/api/events', { metadata, scheduling })).status, 201);
});
after(() => on.close());

describe('a program that asks as the admin interface', () => {
  test('lists events with the right total, by filters and orders, and only what roles may read', async () => {
    const { json } = await ask('GET', '/admin-ng/event/events.json?sort=title:DESC&limit=1');
    assert.deepEqual([json.total, json.count, json.limit, json.offset], [2, 1, 1, 0]);
    const [rings] = json.results;
    assert.deepEqual(
      [rings.title, rings.agent_id, rings.start_date, rings.end_date, rings.source, rings.event_status],
      [
        'Rings',
        'Amphi_D',
        '2030-10-14T08:00:00Z',
        '2030-10-14T09:00:00Z',
        'SCHEDULE',
        'EVENTS.EVENTS.STATUS.SCHEDULED',
      ],
    );
    const groups = (await ask('GET', '/admin-ng/event/events.json?filter=presentersBibliographic:m. dupont')).json;
    assert.deepEqual(
      groups.results.map((one: { id: string; series: object; source: string }) => [one.id, one.series, one.source]),
      [['ep-1', { id: 'algebra', title: 'Algebra' }, 'ARCHIVE']],
    );
    assert.equal((await ask('GET', '/admin-ng/event/events.json?filter=colour:red')).status, 400);
    assert.equal((await ask('GET', '/admin-ng/event/events.json?sort=colour:ASC')).status, 400);
    const learner = { as: 'admin', roles: 'C1_Learner' } as const;
    const seen = (await read(on, '/admin-ng/event/events.json', learner)).json;
    assert.deepEqual([seen.total, seen.results[0].id], [1, 'ep-1']);
    const [{ id }] = (await ask('GET', '/admin-ng/event/events.json?filter=textFilter:Rings')).json.results;
    assert.equal((await read(on, `/admin-ng/event/${id}`, learner)).status, 404);
    assert.equal((await read(on, '/admin-ng/event/ep-1', learner)).json.title, 'Groups');
    assert.equal((await ask('GET', '/admin-ng/event/nothing')).status, 404);
    assert.equal((await ask('GET', '/admin-ng/event/ep-1', undefined, { as: 'agent' })).status, 403);
  });

  test('is told whether a series has events', async () => {
    assert.deepEqual((await ask('GET', '/admin-ng/series/algebra/hasEvents.json')).json, { hasEvents: true });
    await ask('POST', '/series', { title: 'Empty', identifier: 'empty' });
    assert.deepEqual((await ask('GET', '/admin-ng/series/empty/hasEvents.json')).json, { hasEvents: false });
    assert.equal((await ask('GET', '/admin-ng/series/none/hasEvents.json')).status, 404);
  });

  test('learns that a second task has to wait, and that there are no themes, groups, playlists, statistics and signatures', async () => {
    const task = (workflow: string) =>
      ask('POST', '/admin-ng/tasks/new', { metadata: { workflow, configuration: { 'ep-1': {} } } });
    assert.equal((await task('none')).status, 404);
    const refused = await task('schedule-and-upload');
    assert.equal(refused.status, 409);
    assert.match(refused.text, /of this event is not over yet/);
    assert.equal((await ask('POST', '/admin-ng/tasks/new', { metadata: '{' })).status, 400);
    for (const path of ['/admin-ng/themes/themes.json', '/admin-ng/groups/groups.json']) {
      assert.deepEqual((await ask('GET', path)).json, { total: 0, offset: 0, count: 0, limit: 0, results: [] });
    }
    for (const path of ['/acl-manager/acl/acls.json', '/api/groups', '/api/playlists', '/api/statistics/providers']) {
      assert.deepEqual((await ask('GET', path)).json, [], path);
    }
    assert.match((await ask('GET', '/api/groups')).type, /^application\/v1\.11\.0\+json/);
    assert.equal((await ask('GET', '/api/playlists/x')).status, 404);
    assert.equal(
      (await ask('POST', '/api/statistics/data/query', { data: [{ provider: { identifier: 'x' } }] })).status,
      404,
    );
    assert.match((await ask('POST', '/api/security/sign', { url: 'http://a/b' })).json.error, /cannot be signed/);
    assert.equal((await ask('POST', '/api/security/sign', {})).status, 400);
    assert.equal((await ask('GET', '/signing/accepts?baseUrl=http://a')).text, 'false');
    assert.deepEqual((await ask('GET', '/api/listproviders/SERIES.json')).json.algebra, 'Algebra');
    assert.equal((await ask('GET', '/api/listproviders/THEMES.json')).status, 404);
    const { organization } = (await ask('GET', '/org/all.json')).json.organizations;
    assert.deepEqual([organization.id, organization.adminRole], ['mh_default_org', 'ROLE_ADMIN']);
    assert.deepEqual((await read(on, '/lti')).json, {});
    const launch = await fetch(`${on.url}/lti`, {
      method: 'POST',
      body: new URLSearchParams({ user_id: '1' }),
      headers: { origin: 'https://lms' },
    });
    assert.deepEqual([launch.status, /LTI/.test(await launch.text())], [501, true]);
  });
});

describe('a program that works with series', () => {
  test('reads and sets the access list, as XML and JSON', async () => {
    const acl =
      '<acl xmlns="http://org.opencastproject.security"><ace><role>A &amp; B</role><action>read</action><allow>true</allow></ace></acl>';
    assert.equal((await ask('POST', '/series/algebra/accesscontrol', { acl })).status, 204);
    const entries = [{ role: 'A & B', action: 'read', allow: true }];
    assert.deepEqual((await ask('GET', '/series/algebra/acl.json')).json, { acl: { ace: entries } });
    assert.deepEqual(parseAccessList((await ask('GET', '/series/algebra/acl.xml')).text), entries);
    assert.equal((await ask('POST', '/series/none/accesscontrol', { acl })).status, 404);
    assert.equal((await ask('POST', '/series/algebra/accesscontrol', {})).status, 400);
    assert.equal((await ask('POST', '/series/algebra/accesscontrol', { acl: 'x' })).status, 400);
    assert.equal((await ask('POST', '/series/algebra/accesscontrol', { acl }, { as: 'viewer' })).status, 403);
  });

  test('keeps properties, whatever their names', async () => {
    const set = (name: string, value: string) => ask('POST', '/series/algebra/property', { name, value });
    for (const name of ['live', '__proto__', 'constructor']) assert.equal((await set(name, `of ${name}`)).status, 204);
    assert.equal((await set('live', 'again')).status, 204);
    assert.equal((await ask('GET', '/series/algebra/property/live.json')).text, 'again');
    assert.equal((await ask('GET', '/series/algebra/property/__proto__.json')).text, 'of __proto__');
    assert.equal((await ask('GET', '/series/algebra/property/toString.json')).status, 404);
    assert.equal((await ask('GET', '/series/algebra/properties.json')).json.length, 3);
    assert.equal((await ask('DELETE', '/series/algebra/property/live')).status, 204);
    assert.equal((await ask('DELETE', '/series/algebra/property/live')).status, 404);
    assert.equal((await set('', 'x')).status, 400);
    assert.deepEqual((await ask('GET', '/series/algebra/elements.json')).json, []);
    const { series } = (await ask('GET', '/series/allSeriesIdTitle.json')).json;
    assert.deepEqual(
      series.find(({ identifier }: { identifier: string }) => identifier === 'algebra'),
      { identifier: 'algebra', title: 'Algebra' },
    );
  });
});

describe('a track that comes later', () => {
  const add = async (
    id: string,
    fields: Record<string, string>,
    name = 'slides.mp4',
    as: 'scheduler' | 'viewer' = 'scheduler',
  ) => {
    const form = new FormData();
    form.append('track', new Blob([new Uint8Array(on.movie)]), name);
    for (const [key, value] of Object.entries(fields)) form.append(key, value);
    const reply = await fetch(`${on.url}/api/events/${id}/track`, {
      method: 'POST',
      body: form,
      headers: on.rig.as(as),
    });
    return { status: reply.status, text: await reply.text() };
  };
  const flavorsOf = async () => {
    const files = (await filesOf(on.rig, 'ep-1')).filter(({ kind }) => kind === 'track');
    return Object.entries(Object.groupBy(files, ({ version }) => version)).map(([version, all = []]) => [
      version,
      all.map(({ flavor }) => flavor).toSorted(),
    ]);
  };

  test('is in a new version beside the others; nothing is written over, and older versions stay', async () => {
    const done = await add('ep-1', { flavor: 'presentation/source', tags: 'archive,late' });
    assert.equal(done.status, 200, done.text);
    const track = JSON.parse(done.text) as { flavor: string; uri: string; tags: string[]; has_video: boolean };
    assert.deepEqual([track.flavor, track.tags, track.has_video], ['presentation/source', ['archive', 'late'], true]);
    assert.deepEqual(await flavorsOf(), [
      ['1', ['presenter/source']],
      ['2', ['presentation/source', 'presenter/source']],
    ]);
    const replaced = await add('ep-1', { flavor: 'presentation/source', overwriteExisting: 'true' });
    assert.equal(replaced.status, 200, replaced.text);
    assert.deepEqual((await flavorsOf()).at(-1), ['3', ['presentation/source', 'presenter/source']]);
    const media = (await ask('GET', '/api/events/ep-1/media')).json;
    assert.equal(media.length, 2);
    assert.equal((await fetch(track.uri, { headers: on.rig.as('viewer') })).status, 403, 'it is for C1_Learner alone');
    const old = await fetch(track.uri, { headers: on.rig.as('scheduler') });
    assert.equal(old.status, 200);
    assert.deepEqual(Buffer.from(await old.arrayBuffer()), on.movie, 'what it stands for now is not lost');
    const [file] = (await filesOf(on.rig, 'ep-1')).filter(({ kind, version }) => kind === 'track' && version === 1);
    const asset = await fetch(`${on.url}/assets/assets/ep-1/${file?.id}/1/x.mp4`, {
      headers: { ...on.rig.as('scheduler'), range: 'bytes=0-9' },
    });
    assert.deepEqual([asset.status, Buffer.from(await asset.arrayBuffer())], [206, on.movie.subarray(0, 10)]);
    assert.equal((await ask('GET', '/assets/assets/ep-1/none/1/x.mp4')).status, 404);
    assert.match((await ask('GET', '/api/v1/audit?kind=event', undefined, { as: 'admin' })).text, /"add-track"/);
    const { status, headers } = await ask('GET', '/play/ep-1');
    assert.equal(status, 302);
    assert.match(String(headers['location']), /\/files\/mediapackage\/ep-1\//);
    assert.equal((await ask('GET', '/play/none')).status, 404);
  });

  test('is not lost when the agent repeats its ingest', async () => {
    const before_ = await flavorsOf();
    await handOver(on, { id: 'ep-1', terms: WORDS });
    assert.deepEqual(await flavorsOf(), before_);
  });

  test('is refused in words where it cannot be', async () => {
    const [{ id }] = (await ask('GET', '/admin-ng/event/events.json?filter=textFilter:Rings')).json.results;
    const early = await add(id, { flavor: 'presenter/source' });
    assert.deepEqual([early.status, /nothing was recorded/.test(early.text)], [409, true]);
    assert.equal((await add('none', { flavor: 'presenter/source' })).status, 404);
    assert.equal((await add('ep-1', { flavor: 'source' })).status, 400);
    assert.equal((await add('ep-1', {})).status, 400);
    assert.equal((await add('ep-1', { flavor: 'presenter/source' }, 'x.mp4', 'viewer')).status, 403);
    assert.equal((await ask('POST', '/api/events/ep-1/track', { flavor: 'a/b' }, { multipart: true })).status, 400);
    const learner = { ...on.rig.as('admin'), 'x-run-with-roles': 'C1_Learner' };
    const form = new FormData();
    form.append('flavor', 'a/b');
    form.append('track', new Blob(['x']), 'x.vtt');
    const foreign = await fetch(`${on.url}/api/events/ep-1/track`, { method: 'POST', body: form, headers: learner });
    assert.equal(foreign.status, 403, 'who may read it may not add to it');
  });
});

test('an event is deleted as by the admin interface', async () => {
  const [{ id }] = (await ask('GET', '/admin-ng/event/events.json?filter=textFilter:Rings')).json.results;
  assert.equal((await ask('DELETE', `/admin-ng/event/${id}`, undefined, { as: 'viewer' })).status, 403);
  assert.equal((await ask('DELETE', `/admin-ng/event/${id}`)).status, 200);
  assert.equal((await ask('DELETE', `/admin-ng/event/${id}`)).status, 404);
  assert.equal((await ask('GET', `/admin-ng/event/${id}`)).status, 404);
});
