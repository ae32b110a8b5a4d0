import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MODULES } from '#central/modules.ts';
import type { KnownRoute } from '#central/http/server.ts';
import { json } from '#central/store/tables.ts';
import { openRig, type Rig } from '../rig.ts';

/** What viewers may not see: it stands in every text of it. */
const SECRET = 'only-for-others';
const OPEN = 'for-this-viewer';
const ACL = [{ role: 'ROLE_USER_VIEWER', action: 'read', allow: true }];

let rig: Rig;
let routes: readonly KnownRoute[];
before(async () => {
  rig = await openRig(MODULES);
  await rig.app.ready();
  await rig.addAgents('Amphi_D');
  routes = rig.app.knownRoutes.filter(
    ({ method, config: { allows } }) =>
      method === 'GET' && (allows === 'anyone' || (Array.isArray(allows) && allows.includes('viewer'))),
  );
  const { database } = rig.services;
  const hourMs = 3_600_000;
  for (const [at, [name, acl]] of (
    [
      [SECRET, []],
      [OPEN, ACL],
    ] as const
  ).entries()) {
    await database
      .insertInto('series')
      .values({ id: `series-${name}`, title: `series-${name}`, acl: json([...acl]) })
      .execute();
    const startsAt = Date.now() - 60_000 + at * hourMs;
    const id = `event-${name}`;
    await database
      .insertInto('events')
      .values({
        id,
        title: id,
        series: `series-${name}`,
        agent: 'Amphi_D',
        acl: json([...acl]),
        starts_at: new Date(startsAt),
        ends_at: new Date(startsAt + hourMs),
        recording_state: 'capturing',
        recording_state_at: new Date(),
      })
      .execute();
    const version = { event: id, version: 0, package: id, content: '', manifest: '' };
    await database.insertInto('event_versions').values(version).execute();
    await database
      .insertInto('workflows')
      .values({ event: id, version: 0, definition: 'fast', configuration: json({}), variables: json({}) })
      .execute();
  }
});
after(() => rig.close());

const urlOf = (url: string, name: string): string =>
  url
    .replace(/:(name|agent)\b/, 'Amphi_D')
    .replace(/^(\/(?:api\/|admin-ng\/)?series\/):id/, `$1series-${name}`)
    .replace(/^(\/feeds.*\/series\/):id/, `$1series-${name}`)
    .replace('/workflows/:id', name === SECRET ? '/workflows/1' : '/workflows/2')
    .replace('/workflow/instance/:id', name === SECRET ? '/workflow/instance/1' : '/workflow/instance/2')
    .replace(/:(id|mediaPackage|event)\b/, `event-${name}`)
    .replaceAll(/:\w+/g, 'x');

const ask = async (url: string, as: 'viewer' | 'scheduler') => {
  const { statusCode, body } = await rig.app.inject({ url, headers: rig.as(as) });
  return { status: statusCode, text: body };
};

test('a viewer is told nothing of events and series that access lists keep from it, by any reading', async () => {
  for (const { url } of routes)
    for (const query of ['', '?limit=1000&count=1000', `?id=event-${SECRET}`]) {
      const asked = `${urlOf(url, SECRET)}${query}`;
      const { status, text } = await ask(asked, 'viewer');
      // A refusal may repeat the id that was asked for.
      const told = status < 400 ? text : '';
      assert.doesNotMatch(
        told.replaceAll(asked, '').replaceAll(query || '?', ''),
        new RegExp(SECRET),
        `${asked} (${url}): ${status}`,
      );
      // A page that was not built says so.
      assert.ok(status < 500 || status === 503, `${asked}: ${status} ${text}`);
    }
});

test('a viewer reads events and series that access lists let it read, and schedulers read all', async () => {
  for (const url of [
    '/api/events/:id',
    '/api/v1/events/:id',
    '/recordings/:id/dublincore.xml',
    '/admin-ng/event/:id',
    '/series/:id.xml',
    '/series/:id/acl.json',
    '/api/series/:id',
  ]) {
    const open = await ask(urlOf(url, OPEN), 'viewer');
    assert.equal(open.status, 200, `${url}: ${open.text}`);
    assert.ok([403, 404].includes((await ask(urlOf(url, SECRET), 'viewer')).status), url);
    assert.equal((await ask(urlOf(url, SECRET), 'scheduler')).status, 200, url);
  }
  for (const url of ['/api/events', '/admin-ng/event/events.json', '/api/series', '/api/v1/halls']) {
    const { text } = await ask(url, 'viewer');
    assert.match(text, new RegExp(OPEN), url);
    assert.match((await ask(url, 'scheduler')).text, new RegExp(SECRET), url);
  }
});
