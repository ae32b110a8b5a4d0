import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { Role } from '#central/store/tables.ts';
import { MODULES } from '#central/modules.ts';
import { openRig } from '../../rig.ts';

const rig = await openRig(MODULES);
const { app, services } = rig;
after(() => rig.close());

type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
async function ask(method: Method, path: string, body?: object, as: Role | Record<string, string> = 'admin') {
  const headers = typeof as === 'string' ? rig.as(as) : as;
  const reply = await app.inject({ method, url: `/api/v1${path}`, headers, ...(body ? { payload: body } : {}) });
  const json = reply.body.startsWith('{') ? JSON.parse(reply.body) : undefined;
  return { status: reply.statusCode, json, headers: reply.headers, text: reply.body };
}

describe('halls', () => {
  test('what each does now: contact, lecture, the next one, alarms, what has not come yet', async () => {
    const { database, roster } = services;
    const at = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);
    await roster.tellState('box-d', 'idle', { url: 'http://10.0.0.7', address: '10.0.0.7' });
    await roster.tellConfiguration(
      'box-d',
      { 'capture.device.live.resolution.1280x720': 'http://live/d.m3u8' },
      '10.0.0.7',
    );
    assert.equal(
      (await ask('PUT', '/halls/Amphi_D', { title: 'Amphithéâtre D', agent: 'box-d' }, 'scheduler')).status,
      204,
    );
    const lecture = (id: string, from: number, to: number, state: string | null) => ({
      id,
      title: id,
      agent: 'box-d',
      starts_at: at(from),
      ends_at: at(to),
      recording_state: state,
    });
    await database
      .insertInto('events')
      .values([
        lecture('over', -180, -120, 'uploading'),
        lecture('now', -10, 50, null),
        lecture('next', 60, 120, null),
        lecture('later', 180, 240, null),
      ])
      .execute();
    const { json } = await ask('GET', '/halls', undefined, 'scheduler');
    const [hall] = json.halls;
    assert.deepEqual(
      [hall.name, hall.title, hall.agent, hall.state, hall.url, hall.previewUrl, hall.now.id, hall.next.id],
      ['Amphi_D', 'Amphithéâtre D', 'box-d', 'idle', 'http://10.0.0.7', 'http://live/d.m3u8', 'now', 'next'],
    );
    assert.ok(hall.lastContactAgeSeconds >= 0 && hall.lastContactAgeSeconds < 60);
    assert.deepEqual(
      hall.alarms.map(({ name }: { name: string }) => name),
      ['not-recording'],
    );
    assert.deepEqual(hall.handOvers, [{ recording: 'over', step: 'uploading' }]);
    await roster.tellState('box-d', 'capturing', { address: '10.0.0.7' });
    assert.deepEqual((await ask('GET', '/halls')).json.halls[0].alarms, []);
  });

  test('an agent tells more of itself, of itself alone', async () => {
    const told = { previewUrl: 'https://box/preview', alarms: [{ name: 'disk', text: 'nearly full' }] };
    assert.equal((await ask('PUT', '/agents/box-d/details', told, 'agent')).status, 204);
    const [hall] = (await ask('GET', '/halls')).json.halls;
    assert.deepEqual([hall.previewUrl, hall.alarms[0].text], ['https://box/preview', 'nearly full']);
    assert.equal(
      (await ask('PUT', '/agents/box-d/details', { previewUrl: 'javascript:alert(1)' }, 'agent')).status,
      400,
    );
  });

  test('on a page, with what is hostile shown as text', async () => {
    await services.database.insertInto('halls').values({ name: '<img src=x onerror=alert(1)>' }).execute();
    const page = await app.inject({ url: '/', headers: rig.as('viewer') });
    assert.match(page.body, /&#60;img src=x/);
    assert.doesNotMatch(page.body, /<img/);
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
  });
});

describe('accounts', () => {
  test('are made by admins; a password that was made at random works with digest, one that was chosen does not', async () => {
    const made = await ask('POST', '/accounts', { name: 'salle-1', role: 'agent', agent: 'Amphi_1' });
    assert.equal(made.status, 201);
    assert.match(made.json.password, /^[\w-]{32}$/);
    assert.equal((await ask('POST', '/accounts', { name: 'salle-1', role: 'agent' })).status, 409);
    assert.equal(
      (await ask('POST', '/accounts', { name: 'marie', role: 'scheduler', password: 'une longue phrase' })).status,
      201,
    );
    const { accounts } = (await ask('GET', '/accounts')).json;
    const digest = Object.fromEntries(accounts.map((one: { name: string; digest: boolean }) => [one.name, one.digest]));
    assert.deepEqual([digest['salle-1'], digest['marie']], [true, false]);
    const row = await services.database
      .selectFrom('accounts')
      .selectAll()
      .where('name', '=', 'marie')
      .executeTakeFirstOrThrow();
    assert.equal(JSON.stringify(row).includes('une longue'), false);
    const basic = { authorization: `Basic ${btoa('marie:une longue phrase')}` };
    assert.equal((await ask('GET', '/session', undefined, basic)).json.role, 'scheduler');
    assert.equal((await ask('PATCH', '/accounts/marie', { enabled: false })).status, 204);
    assert.equal((await ask('GET', '/session', undefined, basic)).status, 401);
  });

  test('the last admin stays; short passwords and roles that there are not are refused; others may not look', async () => {
    assert.equal((await ask('DELETE', '/accounts/admin')).status, 409);
    assert.equal((await ask('PATCH', '/accounts/admin', { role: 'viewer' })).status, 409);
    assert.match(
      (await ask('POST', '/accounts', { name: 'a b', role: 'god', password: 'x' })).json.error,
      /body.name: .*body.role: .*body.password: /,
    );
    assert.equal((await ask('GET', '/accounts', undefined, 'scheduler')).status, 403);
  });

  test('a session is a cookie that scripts and other sites cannot use; it ends', async () => {
    assert.equal((await ask('POST', '/session', { name: 'viewer', password: 'wrong' }, {})).status, 401);
    const signed = await ask('POST', '/session', { name: 'viewer', password: 'viewer' }, {});
    const cookie = String(signed.headers['set-cookie']);
    assert.match(cookie, /HttpOnly; SameSite=Strict/);
    const own = { cookie: cookie.split(';')[0] ?? '' };
    assert.equal((await ask('GET', '/session', undefined, own)).json.name, 'viewer');
    assert.equal((await ask('DELETE', '/session', undefined, { ...own, 'sec-fetch-site': 'cross-site' })).status, 403);
    assert.equal((await ask('DELETE', '/session', undefined, { ...own, origin: 'https://evil.example' })).status, 403);
    assert.equal((await ask('DELETE', '/session', undefined, own)).status, 204);
    assert.equal((await ask('GET', '/session', undefined, own)).status, 401);
    const form = await app.inject({
      method: 'POST',
      url: '/j_spring_security_check',
      payload: 'j_username=viewer&j_password=viewer',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    assert.deepEqual([form.statusCode, form.headers['location']], [303, '/']);
  });

  test('a token acts for its account until it is taken back', async () => {
    const { json } = await ask('POST', '/tokens', { name: 'script' }, 'scheduler');
    const bearer = { authorization: `Bearer ${json.token}` };
    assert.equal((await ask('GET', '/session', undefined, bearer)).json.name, 'scheduler');
    assert.equal((await ask('DELETE', `/tokens/${json.id}`, undefined, 'viewer')).status, 404, 'of somebody else');
    assert.equal((await ask('DELETE', `/tokens/${json.id}`, undefined, 'scheduler')).status, 204);
    assert.equal((await ask('GET', '/session', undefined, bearer)).status, 401);
  });

  test('who guesses is slowed down', async () => {
    const guess = () =>
      app.inject({
        url: '/api/v1/session',
        headers: { authorization: `Basic ${btoa('admin:guess')}` },
        remoteAddress: '10.9.9.9',
      });
    for (let n = 0; n < 5; n++) assert.equal((await guess()).statusCode, 401);
    const startedMs = performance.now();
    // The next one is examined at once, the one behind it a second later, however long the examination takes.
    for (let n = 0; n < 2; n++) assert.equal((await guess()).statusCode, 401);
    assert.ok(performance.now() - startedMs > 900, 'it waits its turn');
  });
});

test('who changed what is kept, without secrets', async () => {
  const { json } = await ask('GET', '/audit?kind=account&object=marie');
  assert.deepEqual(
    json.entries.map((entry: { action: string; account: string }) => [entry.action, entry.account]),
    [
      ['update', 'admin'],
      ['create', 'admin'],
    ],
  );
  assert.doesNotMatch(JSON.stringify(json), /phrase/);
});

test('an event says what has become of it', async () => {
  const { json } = await ask('GET', '/events/over');
  assert.deepEqual([json.status, json.versions], ['ingesting', []]);
  assert.equal((await ask('GET', '/events/none')).status, 404);
});

test('figures for Prometheus, and a document that is OpenAPI', async () => {
  const { body, headers } = await app.inject({ url: '/metrics', headers: rig.as('viewer') });
  assert.match(String(headers['content-type']), /^text\/plain; version=0.0.4/);
  assert.match(body, /^amphi_agents\{state="capturing"\} 1$/m);
  assert.match(body, /^amphi_requests_total\{method="GET",route="\/api\/v1\/halls",status="200"\} \d+$/m);
  assert.equal((await app.inject('/metrics')).statusCode, 401);
  const document = JSON.parse((await app.inject('/api/v1/openapi.json')).body);
  assert.deepEqual((await new Validator().validate(document)).errors ?? [], []);
  assert.ok(document.paths['/api/v1/halls'].get);
});
