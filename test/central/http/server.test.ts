import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MODULES } from '#central/modules.ts';
import { health } from '#central/http/health.ts';
import { openApp } from '#central/http/server.ts';
import { databaseOf, openPool } from '#central/store/connect.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { Registry } from 'prom-client';
import { askOf, openRig, type Ask, type Rig } from '../rig.ts';

let rig: Rig;
let ask: Ask;
before(async () => {
  rig = await openRig(MODULES);
  ask = askOf(rig);
});
after(() => rig.close());

const get = (url: string, headers: Record<string, string> = {}) => rig.app.inject({ url, headers });

describe('the shell', () => {
  test('says in words what is not there, and nothing of what failed inside', async () => {
    const missing = await get('/nothing/here?secret=1', rig.as('admin'));
    assert.deepEqual([missing.statusCode, missing.body], [404, 'there is nothing at /nothing/here\n']);
    const app = await openApp({ ...rig.services, registry: new Registry() }, [
      (inner) => {
        inner.get('/broken', { config: { allows: 'anyone' } }, async () => {
          throw new Error('password of the database');
        });
        inner.get('/admins', async () => 'for admins');
      },
    ]);
    const broken = await app.inject('/broken');
    assert.deepEqual([broken.statusCode, broken.body], [500, 'the server failed at this: its log says how\n']);
    assert.equal((await app.inject({ url: '/admins', headers: rig.as('scheduler') })).statusCode, 403);
    assert.equal((await app.inject({ url: '/admins', headers: rig.as('admin') })).body, 'for admins');
    await app.close();
  });

  test('takes a slash at the end of a path, and answers HEAD', async () => {
    assert.equal((await get('/healthz/')).statusCode, 200);
    const head = await rig.app.inject({ method: 'HEAD', url: '/healthz' });
    assert.deepEqual([head.statusCode, head.body], [200, '']);
  });

  test('refuses a body that is longer than texts are', async () => {
    const reply = await rig.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ name: 'x'.repeat(5 << 20), password: 'y' }),
    });
    assert.equal(reply.statusCode, 413);
  });

  test('lets nobody in by a page of another site', async () => {
    const found = await rig.services.accounts.signIn('scheduler', 'scheduler', '10.0.0.1');
    assert.ok(found.kind === 'known');
    const { secret } = await rig.services.accounts.openSession(found.who);
    const post = (headers: Record<string, string>) =>
      rig.app.inject({
        method: 'POST',
        url: '/series',
        headers: { cookie: `amphi-central=${secret}`, 'content-type': 'application/x-www-form-urlencoded', ...headers },
        payload: 'title=T&identifier=forged',
      });
    const forged: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ];
    for (const headers of forged) assert.equal((await post(headers)).statusCode, 403, JSON.stringify(headers));
    assert.equal((await post({ 'sec-fetch-site': 'same-origin' })).statusCode, 201);
    const own = { host: 'c.example:8080', origin: 'http://c.example:8080' };
    assert.equal((await post(own)).statusCode, 204);
  });

  test('slows down whoever guesses in the form, too', async () => {
    const guess = (name = 'admin') =>
      rig.app.inject({
        method: 'POST',
        url: '/api/v1/session',
        payload: { name, password: 'guess' },
        remoteAddress: '10.9.9.1',
      });
    for (let n = 0; n < 5; n++) assert.equal((await guess()).statusCode, 401);
    const startedMs = performance.now();
    // The next one is examined at once, the one behind it a second later, however long the examination takes.
    for (let n = 0; n < 2; n++) assert.equal((await guess()).statusCode, 401);
    assert.ok(performance.now() - startedMs > 900, 'it waits its turn');
  });
});

describe('monitoring', () => {
  test('health is that of the database', async () => {
    assert.deepEqual(JSON.parse((await get('/healthz')).body), { status: 'ok' });
    const pool = openPool({ host: '/nowhere', user: 'nobody', database: 'none' }, silentLog);
    const services = { ...rig.services, database: databaseOf(pool), registry: new Registry() };
    const app = await openApp(services, [health]);
    const sick = await app.inject('/healthz');
    assert.deepEqual(
      [sick.statusCode, JSON.parse(sick.body)],
      [503, { status: 'fail', why: 'the database does not answer' }],
    );
    await app.close();
    await pool.end();
  });

  test('figures count agents, silence, room, rows and requests', async () => {
    await rig.services.roster.tellState('Amphi_M', 'capturing', { address: '10.0.0.1' });
    await rig.services.database.insertInto('events').values({ id: 'm', title: 'm' }).execute();
    const { body } = await get('/metrics', rig.as('scheduler'));
    assert.match(body, /^amphi_agents\{state="capturing"\} 1$/m);
    assert.match(body, /^amphi_agents\{state="offline"\} 0$/m);
    assert.match(body, /^amphi_agent_silence_seconds\{agent="Amphi_M"\} \d/m);
    assert.match(body, /^amphi_media_free_bytes [1-9]/m);
    assert.match(body, /^amphi_rows\{of="events"\} [1-9]/m);
    assert.match(body, /^amphi_rows\{of="workflows"\} 0$/m);
    assert.match(body, /^amphi_requests_total\{method="GET",route="\/healthz",status="200"\} [1-9]/m);
    assert.match(body, /^amphi_request_seconds_count\{route="\/healthz"\} [1-9]/m);
    assert.equal((await get('/metrics', rig.as('agent'))).statusCode, 403);
  });
});

describe('discovery', () => {
  test('in XML as in JSON, with every service that there is', async () => {
    const xml = await ask('GET', '/services/available.xml?serviceType=org.opencastproject.scheduler', undefined, {
      as: 'agent',
    });
    assert.equal(xml.type.split(';')[0], 'text/xml');
    assert.match(xml.text, /<path>\/recordings<\/path>/);
    const { json } = await ask('GET', '/services/services.json');
    const paths = json.services.service.map(({ path }: { path: string }) => path);
    assert.deepEqual(paths.toSorted(), [
      '/api',
      '/api/agents',
      '/api/events',
      '/api/series',
      '/api/workflow-definitions',
      '/api/workflows',
      '/assets',
      '/capture-admin',
      '/files',
      '/ingest',
      '/recordings',
      '/search',
      '/series',
      '/services',
      '/tobira',
      '/workflow',
    ]);
    assert.equal((await ask('GET', '/services/available.xml')).status, 400);
    assert.equal((await get('/services/services.json')).statusCode, 401);
  });

  test('what begins after an ingest, and what this is', async () => {
    const { definitions } = (await ask('GET', '/workflow/definitions.json')).json;
    assert.equal(definitions.definition[0].id, 'schedule-and-upload');
    assert.match((await ask('GET', '/workflow/definitions.xml')).text, /<id>schedule-and-upload<\/id>/);
    const { rest } = JSON.parse((await get('/info/components.json')).body);
    assert.equal(rest.length, 16);
    assert.ok(rest.every(({ version }: { version: string }) => version === '16.0.0'));
    assert.equal(JSON.parse((await get('/sysinfo/bundles/version')).body).consistent, true);
  });

  test('says the same roles as the External API', async () => {
    for (const as of ['admin', 'scheduler', 'agent', 'viewer'] as const) {
      const me = (await ask('GET', '/info/me.json', undefined, { as })).json;
      assert.deepEqual(me.roles, (await ask('GET', '/api/info/me/roles', undefined, { as })).json, as);
      assert.equal(me.userRole, (await ask('GET', '/api/info/me', undefined, { as })).json.userrole);
      assert.equal(me.user.username, as);
    }
  });
});

describe('what is told of events', () => {
  const HOUR_MS = 3_600_000;
  before(async () => {
    await rig.services.database
      .insertInto('events')
      .values(
        ['Amphi_X', 'Amphi_Y'].map((agent, n) => ({
          agent,
          id: `in-${agent}`,
          title: `T${n}`,
          series: 'UE9',
          workflow_configuration: '{"publish":"true"}',
          starts_at: new Date(Date.now() + HOUR_MS),
          ends_at: new Date(Date.now() + 2 * HOUR_MS),
        })),
      )
      .execute();
    await rig.services.database.insertInto('series').values({ id: 'UE9', title: 'Neuf' }).execute();
    rig.services.calendars.suspect();
  });

  test('a calendar of all agents has the events of all, each with its attachments', async () => {
    const all = await ask('GET', '/recordings/calendars');
    assert.match(all.text, /UID:in-Amphi_X/);
    assert.match(all.text, /UID:in-Amphi_Y/);
    assert.equal(all.headers['etag'], undefined);
    const one = await ask('GET', '/recordings/calendars?agentid=Amphi_X');
    assert.doesNotMatch(one.text, /UID:in-Amphi_Y/);
    const types = [...one.text.replaceAll('\r\n ', '').matchAll(/FMTTYPE="?([\w/-]+)"?/g)].map(([, type]) => type);
    assert.deepEqual(types, ['application/xml', 'application/xml', 'application/text']);
    assert.match((await ask('GET', '/recordings/calendars?seriesid=UE9')).text, /UID:in-Amphi_X/);
    assert.doesNotMatch((await ask('GET', '/recordings/calendars?seriesid=UE8')).text, /VEVENT/);
  });

  test('each in every form, and 404 for one that there is not', async () => {
    for (const [form, expected] of [
      ['mediapackage.xml', /<title>T0</],
      ['dublincore.xml', /<dcterms:title>T0</],
      ['dublincore.json', /"value":"T0"/],
      ['technical.json', /"location":"Amphi_X"/],
      ['agent.properties', /^event\.title=T0$/m],
      ['workflow.properties', /^publish=true$/m],
    ] as const) {
      assert.match((await ask('GET', `/recordings/in-Amphi_X/${form}`)).text, expected, form);
      assert.equal((await ask('GET', `/recordings/none/${form}`)).status, 404, form);
    }
    assert.equal((await ask('GET', '/recordings/eventCount')).text, '2');
    assert.equal((await ask('GET', '/recordings/capture/Amphi_X')).status, 404, 'nothing is recorded now');
    assert.match((await ask('GET', '/recordings/capture/Amphi_X/upcoming')).text, /"value":"T0"/);
    assert.match((await ask('GET', '/recordings/Amphi_X/lastmodified')).text, /^mod\d{13}$/);
    assert.equal((await ask('GET', '/recordings/Nobody/lastmodified')).text, 'mod0');
  });

  test('the state of a recording is set, told and taken back by those who may', async () => {
    const path = '/recordings/in-Amphi_X/recordingStatus';
    assert.equal((await ask('GET', path)).status, 404);
    assert.equal((await ask('PUT', path, { state: 'bored' })).status, 400);
    assert.equal((await ask('PUT', path, { state: 'capturing' }, { as: 'viewer' })).status, 403);
    assert.equal((await ask('PUT', path, { state: 'capturing' })).status, 200);
    assert.deepEqual(
      [(await ask('GET', path)).json.state, (await ask('GET', path)).json.id],
      ['capturing', 'in-Amphi_X'],
    );
    assert.equal((await ask('GET', '/recordings/recordingStatus')).json.length, 1);
    assert.equal((await ask('DELETE', path)).status, 200);
    assert.equal((await ask('DELETE', '/recordings/none/recordingStatus')).status, 404);
    assert.equal((await ask('GET', path)).status, 404);
  });

  test('a series is found by a part of its id, too', async () => {
    const found = (await ask('GET', '/api/series?filter=textFilter:e9')).json;
    assert.deepEqual(
      found.map(({ identifier }: { identifier: string }) => identifier),
      ['UE9'],
    );
    assert.deepEqual((await get('/series/UE9/acl.json', rig.as('scheduler'))).json(), { acl: { ace: [] } });
    assert.deepEqual((await get('/series/UE9/properties.json', rig.as('scheduler'))).json(), []);
    assert.equal((await get('/series/none/acl.json', rig.as('viewer'))).statusCode, 404);
    assert.equal((await get('/series/UE9/acl.json', rig.as('viewer'))).statusCode, 403, 'nobody let viewers read it');
    for (const path of ['/series/series.json', '/series/UE9.xml', '/series/count'])
      assert.equal((await get(path)).statusCode, 401, path);
    for (const wrong of [{ series: '<a' }, { title: 'x', acl: '{' }, { identifier: 'x' }])
      assert.equal((await ask('POST', '/series', wrong)).status, 400, JSON.stringify(wrong));
  });
});

describe('pages', () => {
  test('signing in by the form: a wrong password is told, a right one leads to the halls', async () => {
    const post = (payload: string) =>
      rig.app.inject({
        method: 'POST',
        url: '/j_spring_security_check',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        remoteAddress: '10.9.9.2',
        payload,
      });
    assert.match(
      (await get('/login.html')).body,
      /<form class="card form" method="post" action="\/j_spring_security_check">/,
    );
    const wrong = await post('j_username=viewer&j_password=x');
    assert.equal(wrong.statusCode, 401);
    assert.match(wrong.body, /role="alert">Wrong user or password/);
    const right = await post('j_username=viewer&j_password=viewer');
    const cookie = String(right.headers['set-cookie']).split(';')[0] ?? '';
    const page = await get('/', { cookie });
    assert.equal(page.statusCode, 200);
    assert.match(page.body, /T0, (until|\w{3}, \d)|<h2>Amphi_M<\/h2>/);
    assert.equal(page.headers['x-content-type-options'], 'nosniff');
    assert.equal((await get('/', rig.as('agent'))).statusCode, 403);
  });
});
