import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Registry } from 'prom-client';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { parseConfig, configSchema } from '#central/config.ts';
import { openApp } from '#central/http/server.ts';
import { MODULES } from '#central/modules.ts';
import { openRig, type Rig } from '../rig.ts';

const LMS = 'https://lms.example.org';
let rig: Rig;
let app: FastifyInstance;
before(async () => {
  rig = await openRig(MODULES);
  const config = { ...rig.services.config, corsOrigins: [LMS] };
  app = await openApp({ ...rig.services, config, registry: new Registry() }, MODULES);
});
after(async () => {
  await app.close();
  await rig.close();
});

const ask = async (on: FastifyInstance, options: InjectOptions) => {
  const { statusCode: status, headers, body } = await on.inject(options);
  return { status, headers, body, allowed: headers['access-control-allow-origin'] };
};

test('a browser that asks before a request is answered without a login, and allowed what the configuration allows', async () => {
  for (const url of ['/api/events', '/search/episode.json', '/nothing/here']) {
    const headers = {
      origin: LMS,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization',
    };
    const { status, headers: told, allowed } = await ask(app, { method: 'OPTIONS', url, headers });
    assert.deepEqual([status, allowed], [204, LMS], url);
    assert.match(String(told['access-control-allow-methods']), /PUT/);
    assert.match(String(told['access-control-allow-headers']), /Authorization/);
    assert.equal(told['access-control-allow-credentials'], undefined, 'no cookie of ours is sent from there');
    const other = await ask(app, {
      method: 'OPTIONS',
      url,
      headers: { ...headers, origin: 'https://elsewhere.example.org' },
    });
    assert.deepEqual([other.status, other.allowed], [204, undefined]);
    const none = await ask(rig.app, { method: 'OPTIONS', url, headers });
    assert.deepEqual([none.status, none.allowed], [204, undefined], 'nobody is allowed where nobody is named');
  }
});

test('a script of a site that is named reads answers, also refusals, and others read none', async () => {
  const get = (origin: string, more = {}) => ask(app, { url: '/api/events', headers: { origin, ...more } });
  assert.deepEqual([(await get(LMS, rig.as('viewer'))).status, (await get(LMS, rig.as('viewer'))).allowed], [200, LMS]);
  assert.deepEqual([(await get(LMS)).status, (await get(LMS)).allowed], [401, LMS]);
  assert.equal((await get(`${LMS}.evil.org`, rig.as('viewer'))).allowed, undefined);
  assert.equal((await get('null', rig.as('viewer'))).allowed, undefined);
  assert.match(String((await get(LMS)).headers['vary']), /Origin/);
});

test('it changes things with what it was given, not with a session, and others change nothing', async () => {
  const change = (headers: Record<string, string>) =>
    ask(app, {
      method: 'POST',
      url: '/series',
      headers: { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: 'title=From+elsewhere',
    });
  const signedIn = await ask(app, {
    method: 'POST',
    url: '/api/v1/session',
    payload: { name: 'scheduler', password: 'scheduler' },
  });
  const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
  assert.ok(cookie.length > 20);
  assert.equal((await change({ origin: LMS, ...rig.as('scheduler') })).status, 201);
  assert.equal((await change({ origin: LMS, cookie })).status, 403);
  assert.equal((await change({ origin: 'https://elsewhere.example.org', ...rig.as('scheduler') })).status, 403);
  assert.equal((await change({ cookie })).status, 403);
});

test('a site is named by the beginning of its URL', () => {
  assert.deepEqual(configSchema.parse({}).corsOrigins, []);
  for (const wrong of ['*', 'lms.example.org', 'https://lms.example.org/'])
    assert.throws(() => parseConfig({ corsOrigins: [wrong] }), /corsOrigins.*must be the beginning of a URL/s, wrong);
});
