import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MODULES } from '#central/modules.ts';
import { openRig, type Rig } from '../../rig.ts';

let rig: Rig;
before(async () => {
  rig = await openRig(MODULES);
  const { database } = rig.services;
  for (const [id, title, creator, created] of [
    ['uuid-1', 'ALG1 Algèbre 2025', 'M. Dupont', '2025-09-01T00:00:00Z'],
    ['uuid-2', 'ALG1 Algèbre 2026', 'M. Martin', '2026-09-01T00:00:00Z'],
    ['uuid-3', 'ANA1 100% Analyse 2026', 'M. Dupont', '2026-09-02T00:00:00Z'],
  ] as const) {
    const terms = JSON.stringify([{ namespace: 'http://purl.org/dc/terms/', name: 'creator', value: creator }]);
    const acl = JSON.stringify([{ role: `OWNER_${id}`, action: 'write', allow: true }]);
    await database
      .insertInto('series')
      .values({ id, title, terms, acl, created_at: new Date(created) })
      .execute();
  }
});
after(() => rig.close());

type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';

async function ask(method: Method, url: string, payload?: string | Buffer, headers: Record<string, string> = {}) {
  const reply = await rig.app.inject({
    method,
    url,
    headers: { ...rig.as('admin'), ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  const isJson = reply.statusCode === 200 && /\.json\b|stats$/.test(url);
  return {
    status: reply.statusCode,
    type: reply.headers['content-type'],
    bytes: reply.rawPayload,
    json: isJson && reply.body ? (JSON.parse(reply.body) as unknown) : undefined,
  };
}

test('elements of a series are kept byte for byte, by their types, and go with it', async () => {
  const at = '/series/uuid-1/elements/extended%2Fseries';
  for (const [bytes, type] of [
    [Buffer.from([0, 255, 10, 13, 0xfe]), 'application/octet-stream'],
    [Buffer.from('<x encoding="ISO-8859-1">é</x>', 'latin1'), 'text/xml'],
    [Buffer.from('{"not": "read here"'), 'application/json'],
  ] as const) {
    const isFirst = (await ask('GET', at)).status === 404;
    assert.equal((await ask('PUT', at, bytes, { 'content-type': type })).status, isFirst ? 201 : 204);
    const kept = await ask('GET', at);
    assert.deepEqual([kept.status, kept.bytes], [200, bytes]);
    assert.match(String(kept.type), new RegExp(`^${type}`));
  }
  assert.equal((await ask('PUT', '/series/uuid-1/elements/a', 'text')).status, 201);
  assert.deepEqual((await ask('GET', '/series/uuid-1/elements.json')).json, ['a', 'extended/series']);
  assert.equal((await ask('DELETE', '/series/uuid-1/elements/a')).status, 204);
  assert.equal((await ask('DELETE', '/series/uuid-1/elements/a')).status, 404);
  assert.equal((await ask('HEAD', at)).status, 200);
  assert.deepEqual((await ask('GET', '/series/uuid-2/elements.json')).json, []);
  assert.equal((await ask('GET', '/series/none/elements.json')).status, 404);
  assert.equal((await ask('PUT', '/series/none/elements/a', 'text')).status, 404);
  assert.equal((await ask('PUT', '/series/uuid-1/elements/a', '')).status, 400);
  assert.equal((await ask('PUT', '/series/uuid-1/elements/a', Buffer.alloc(5 << 20))).status, 413);
  assert.equal((await ask('PUT', '/series/uuid-1/elements/b', 'x', rig.as('viewer'))).status, 403);
  await ask('PUT', '/series/uuid-3/elements/a', 'text');
  await rig.services.database.deleteFrom('series').where('id', '=', 'uuid-3').execute();
  assert.equal((await ask('GET', '/series/uuid-3/elements/a')).status, 404);
});

test('a series is found as learning platforms look for one: the filter counts, with * in it, and the order', async () => {
  const found = async (query: string) => {
    const { json } = await ask('GET', `/admin-ng/series/series.json?${query}`);
    const { total, results } = json as { total: number; results: { id: string }[] };
    return [total, results.map(({ id }) => id)];
  };
  assert.deepEqual(await found('filter=textFilter:ALG1&limit=1&sort=createdDateTime:DESC'), [2, ['uuid-2']]);
  assert.deepEqual(await found('filter=textFilter:ALG1*2025&limit=50&offset=0'), [1, ['uuid-1']]);
  assert.deepEqual(await found('filter=textFilter:nothing'), [0, []]);
  assert.deepEqual(await found('filter=textFilter:L%251&limit=5'), [0, []], 'a percent sign is a percent sign');
  assert.deepEqual(await found('sort=organizers:DESC&limit=1'), [2, ['uuid-2']]);
  assert.deepEqual(await found('q=Martin'), [1, ['uuid-2']]);
  assert.equal((await ask('GET', '/admin-ng/series/series.json?filter=bogus:1')).status, 400);
  assert.equal((await ask('GET', '/admin-ng/series/series.json?sort=bogus:ASC')).status, 400);
});

test('a recorder in a browser is told the series that it may bring something to', async () => {
  for (const path of ['/studio/series.json', '/studio-api/series.json']) {
    const all = (await ask('GET', path)).json as { id: string; title: string }[];
    assert.deepEqual(all[0], { id: 'uuid-1', title: 'ALG1 Algèbre 2025' });
    const own = await ask('GET', path, undefined, { 'x-run-with-roles': 'OWNER_uuid-2' });
    assert.deepEqual(own.json, [{ id: 'uuid-2', title: 'ALG1 Algèbre 2026' }]);
  }
});

test('a portal leaves its figures, and they are there for admins', async () => {
  const json = { 'content-type': 'application/json' };
  assert.deepEqual((await ask('GET', '/tobira/stats')).json, {});
  for (const num_realms of [1, 2]) {
    assert.equal(
      (await ask('POST', '/tobira/stats', JSON.stringify({ num_realms, version: { a: 1 } }), json)).status,
      204,
    );
  }
  const { updated, ...left } = (await ask('GET', '/tobira/stats')).json as Record<string, unknown>;
  assert.deepEqual(left, { num_realms: 2, version: { a: 1 } });
  assert.ok(!Number.isNaN(Date.parse(String(updated))));
  assert.equal((await ask('POST', '/tobira/stats', '[1]', json)).status, 400);
  assert.equal((await ask('GET', '/tobira/stats', undefined, rig.as('viewer'))).status, 403);
});
