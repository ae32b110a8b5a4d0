import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { MODULES } from '#central/modules.ts';
import { BODY_LIMITS } from '#central/http/body-limits.ts';
import { openApp } from '#central/http/server.ts';
import { openLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { Registry } from 'prom-client';
import { sql } from 'kysely';
import { askOf, openRig, type Ask, type Rig } from '../rig.ts';

let rig: Rig;
let ask: Ask;
let url = '';
const lines: string[] = [];
before(async () => {
  rig = await openRig(MODULES, realClock, openLog('info', { write: (line) => void lines.push(line) }));
  ask = askOf(rig);
  await rig.addAgents('Amphi_D');
  url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
});
after(() => rig.close());

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('what a browser may do with an answer', () => {
  test('nothing, unless it is a page of ours: no document, no script, no guess at its type', async () => {
    await ask('POST', '/series', { title: '<script>', identifier: 'xss' });
    const answers = [
      await ask('GET', '/series/xss.xml'),
      await ask('GET', '/series/xss.json'),
      await ask('POST', '/capture-admin/agents/Amphi_D', { state: 'idle' }, { as: 'agent' }),
      await ask('GET', '/nothing'),
    ];
    for (const { headers } of answers) {
      assert.match(String(headers['content-security-policy']), /default-src 'none'.*sandbox/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
    }
    assert.deepEqual(
      answers.map(({ headers }) => headers['content-disposition']),
      ['attachment', undefined, 'attachment', undefined],
    );
    const page = await rig.app.inject('/login.html');
    assert.match(String(page.headers['content-security-policy']), /form-action 'self'/);
    assert.equal(page.headers['content-disposition'], undefined);
  });

  test('what was brought as XML has no page in it when it comes back', async () => {
    const html = '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>';
    const catalog = `<dublincore xmlns="http://www.opencastproject.org/xsd/1.0/dublincore/" xmlns:dcterms="http://purl.org/dc/terms/">${html}<dcterms:title>T${html}</dcterms:title><dcterms:identifier>page</dcterms:identifier></dublincore>`;
    assert.equal((await ask('POST', '/series', { series: catalog })).status, 201);
    const { text } = await ask('GET', '/series/page.xml');
    assert.match(text, /<dcterms:title>T</);
    assert.doesNotMatch(text, /script|xhtml/);
  });
});

test('a name that every object has ends nothing', async () => {
  const catalog = (name: string): string =>
    `<dublincore xmlns:dcterms="http://purl.org/dc/terms/" xmlns:p="${name}"><dcterms:title>T</dcterms:title><dcterms:identifier>p-${name}</dcterms:identifier><p:${name}>x</p:${name}></dublincore>`;
  for (const name of ['__proto__', 'constructor', 'toString']) {
    assert.equal((await ask('POST', '/series', { series: catalog(name) })).status, 201, name);
    for (const path of [
      `/series/p-${name}.json`,
      `/series/p-${name}.xml`,
      '/series/series.json',
      '/admin-ng/series/series.json',
    ])
      assert.equal((await ask('GET', path)).status, 200, path);
  }
  const package_ =
    '<mediapackage xmlns="http://mediapackage.opencastproject.org" id="p1"><title>&toString;</title></mediapackage>';
  const body = new URLSearchParams({ mediaPackage: package_ });
  const wrong = await fetch(`${url}/ingest/addDCCatalog`, { method: 'POST', headers: rig.as('agent'), body });
  assert.equal(wrong.status, 400);
});

describe('a form', () => {
  const boundary = 'b';
  const multipart = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  const partsOf = (count: number, bytes: number, name: string, file = false): string =>
    `${Array.from({ length: count }, () => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file ? '; filename="x"' : ''}\r\n\r\n${'x'.repeat(bytes)}\r\n`).join('')}--${boundary}--\r\n`;
  const post = async (path: string, body: string, headers: Record<string, string>): Promise<number> =>
    (await fetch(`${url}${path}`, { method: 'POST', headers: { ...multipart, ...headers }, body })).status;

  test('is limited as a whole, in fields and in files that are texts', async () => {
    const agent = rig.as('agent');
    assert.equal(await post('/ingest/ingest', partsOf(5, 1 << 20, 'k'), agent), 413);
    assert.equal(await post('/ingest/ingest', partsOf(5, 1 << 20, 'mediaPackage', true), agent), 413);
    assert.equal(await post('/ingest/ingest', partsOf(1, 5 << 20, 'mediaPackage'), agent), 413);
    assert.equal(await post('/ingest/ingest', partsOf(3, 1 << 20, 'k'), agent), 400, 'this one is read');
  });

  test('of somebody unknown has 8 kB at most, and says how long it is', async () => {
    for (const path of ['/j_spring_security_check', '/api/v1/session'])
      assert.equal(await post(path, partsOf(1, 9000, 'j_username'), {}), 413, path);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const answer: string[] = [];
    socket.on('data', (chunk) => answer.push(String(chunk)));
    socket.write('POST /j_spring_security_check HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    await until('the refusal of a body without an end', () => answer.join('').startsWith('HTTP/1.1 411'));
    socket.destroy();
  });
});

test('a page of another site changes nothing by a password that the browser keeps, and signs nobody in', async () => {
  const from = { 'sec-fetch-site': 'cross-site' };
  const series = { method: 'POST', url: '/series', payload: 'title=T' } as const;
  const forged = await rig.app.inject({ ...series, headers: { ...FORM, ...rig.as('scheduler'), ...from } });
  assert.equal(forged.statusCode, 403);
  const { token } = JSON.parse(
    (
      await rig.app.inject({
        method: 'POST',
        url: '/api/v1/tokens',
        headers: rig.as('scheduler'),
        payload: { name: 'program' },
      })
    ).body,
  ) as { token: string };
  const byToken = await rig.app.inject({
    ...series,
    headers: { ...FORM, authorization: `Bearer ${token}`, ...from },
  });
  assert.equal(byToken.statusCode, 201, 'no browser keeps a token');
  const payload = 'j_username=viewer&j_password=viewer';
  for (const headers of [from, { origin: 'https://evil.example' }]) {
    const signIn = await rig.app.inject({
      method: 'POST',
      url: '/j_spring_security_check',
      headers: { ...FORM, ...headers } as Record<string, string>,
      payload,
    });
    assert.deepEqual([signIn.statusCode, signIn.headers['set-cookie']], [403, undefined]);
  }
});

describe('what no request may hold is 400 in words', () => {
  const HALF = String.fromCharCode(0xd8_00);
  test('NUL and half characters, in paths, queries, forms, JSON, JSON in forms, names and passwords', async () => {
    const event = JSON.stringify([{ flavor: 'dublincore/episode', fields: [{ id: 'title', value: `a${HALF}` }] }]);
    const slot = { agent_id: 'Amphi_D', start: '2030-10-12T08:30:00Z', end: '2030-10-12T09:30:00Z' };
    const asked = await Promise.all([
      ask('GET', '/recordings/a%00b/mediapackage.xml'),
      ask('GET', '/api/events/a%00b'),
      ask('GET', '/series/series.json?q=%00'),
      ask('GET', '/api/events?filter=title:%00'),
      ask('GET', '/recordings/calendars?agentid=a%00'),
      ask('POST', '/capture-admin/agents/a%00b', { state: 'idle' }, { as: 'agent' }),
      ask('POST', '/capture-admin/agents/Amphi_D', { state: 'idle', address: 'x\0' }, { as: 'agent' }),
      ask('POST', '/capture-admin/agents/Amphi_D/configuration', { configuration: '{"a":"\\u0000"}' }, { as: 'agent' }),
      ask('POST', '/capture-admin/agents/Amphi_D/configuration', { configuration: '{"a":"\\ud800"}' }, { as: 'agent' }),
      ask('POST', '/series', { title: 'a\0b' }),
      ask('POST', '/series', { title: 'a\0b' }, { multipart: true }),
      ask('POST', '/series', { title: 'a', acl: '{"acl":{"ace":[{"role":"\\u0000","action":"read"}]}}' }),
      ask('POST', '/api/events', { metadata: event, scheduling: slot }),
      ask('PUT', '/api/events/none/acl', { acl: String.raw`[{"role":"\u0000","action":"read"}]` }),
    ]);
    for (const [n, { status, text }] of asked.entries()) {
      assert.equal(status, 400, `${n}: ${text}`);
    }
    const details = await rig.app.inject({
      method: 'PUT',
      url: '/api/v1/agents/Amphi_D/details',
      headers: { ...rig.as('agent'), 'content-type': 'application/json' },
      payload: String.raw`{"alarms":[{"name":"a","text":"cut off \ud83d"}]}`,
    });
    assert.equal(details.statusCode, 400);
    assert.match(details.body, /half of a character/);
    const user = await rig.app.inject({ url: '/api', headers: { authorization: `Basic ${btoa('a\0b:x')}` } });
    assert.equal(user.statusCode, 401);
  });

  test('depth without end, paths that decode to nothing, and what is too long for the database', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const json = { ...rig.as('agent'), 'content-type': 'application/json' };
    const put = (payload: string) =>
      rig.app.inject({ method: 'PUT', url: '/api/v1/agents/Amphi_D/details', headers: json, payload });
    assert.equal((await put(`{"x":${deep}}`)).statusCode, 400);
    assert.equal((await ask('POST', '/series', { title: 'a', acl: deep })).status, 400);
    assert.equal((await ask('GET', '/series/%zz')).status, 400);
    const long = 'x'.repeat(5000);
    for (const [method, url, form] of [
      ['POST', '/series', { title: long }],
      ['POST', '/series', { title: 'a', identifier: long }],
      ['POST', `/capture-admin/agents/${'x'.repeat(800)}`, { state: 'idle' }],
    ] as const)
      assert.equal((await ask(method, url, form, { as: 'admin' })).status, 400, url);
  });
});

test('a value that the database does not keep is the fault of the request', async () => {
  const app = await openApp({ ...rig.services, registry: new Registry() }, [
    (inner, { database }) => {
      inner.get('/late', { config: { allows: 'anyone' } }, async () =>
        sql`select ${'336580-01-01T00:00:00Z'}::timestamptz`.execute(database),
      );
    },
  ]);
  const late = await app.inject('/late');
  assert.equal(late.statusCode, 400);
  assert.match(late.body, /cannot be kept/);
  await app.close();
});

test('connections of one address, and bodies that do not come, are limited', async () => {
  const app = await openApp({ ...rig.services, registry: new Registry() }, MODULES, {
    ...BODY_LIMITS,
    connections: 3,
    lookMs: 100,
  });
  const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
  const sockets = Array.from({ length: 4 }, () => connect(port, '127.0.0.1'));
  const closed = new Set<number>();
  for (const [n, socket] of sockets.entries()) socket.on('error', () => undefined).on('close', () => closed.add(n));
  await until('the fourth connection is closed', () => closed.size === 1);
  const [open] = sockets.filter((_, n) => !closed.has(n));
  open?.write(
    `POST /ingest/ingest HTTP/1.1\r\nhost: x\r\nauthorization: ${rig.as('agent').authorization}\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 100000\r\n\r\n--b\r\n`,
  );
  await until('the body that does not come is given up', () => closed.size === 2);
  for (const socket of sockets) socket.destroy();
  await app.close();
});

test('who tries to get in leaves a trail, and errors are told with their words', async () => {
  const before = lines.length;
  const tries = Array.from({ length: 12 }, () => rig.services.accounts.signIn('root', 'guess', '10.66.0.1'));
  await Promise.all(tries);
  const told = lines.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>);
  const wrong = told.filter(({ msg }) => msg === 'wrong passwords');
  assert.deepEqual(
    wrong.map(({ address, account, count }) => [address, account, count]),
    [
      ['10.66.0.1', 'root', 1],
      ['10.66.0.1', 'root', 10],
    ],
  );
  let entries: { change: object }[] = [];
  await until('the audit tells of it', async () => {
    const { json } = await ask('GET', '/api/v1/audit?kind=sign-in', undefined, { as: 'admin' });
    ({ entries } = json as { entries: { change: object }[] });
    return entries.length > 0;
  });
  assert.deepEqual(entries[0]?.change, { address: '10.66.0.1', count: 10 });
  const app = await openApp({ ...rig.services, registry: new Registry() }, [
    (inner) => {
      inner.get('/broken', { config: { allows: 'anyone' } }, async () => {
        throw new Error('rtsp://u:pw@cam/x?token=abc broke', { cause: new Error('why') });
      });
    },
  ]);
  await app.inject('/broken');
  await app.close();
  const [line = ''] = lines.filter((one) => one.includes('a request failed')).slice(-1);
  assert.match(line, /"message":"rtsp:\/\/…@cam\/x\?token=… broke"/);
  assert.match(line, /"cause":\{"type":"Error","message":"why"/);
  assert.doesNotMatch(line, /pw@|abc/);
});

test('a thousand guesses at once pass the throttle no faster than one after the other', async () => {
  const before = performance.now();
  let refused = 0;
  const guesses = Array.from({ length: 500 }, async () => {
    const { kind } = await rig.services.accounts.signIn('viewer', 'guess', '10.66.0.2');
    if (kind === 'busy') refused += 1;
    return performance.now() - before;
  });
  const firstTen = (await Promise.all(guesses)).toSorted((a, b) => a - b);
  assert.ok(refused >= 450, `${refused} of 500 are refused`);
  assert.ok((firstTen.at(-1) ?? 0) > 5000, 'those that are not wait in their turn');
  const token = await rig.services.accounts.identify({
    method: 'GET',
    target: '/',
    authorization: rig.as('viewer').authorization,
    session: undefined,
    address: '10.66.0.3',
  });
  assert.equal(token.kind, 'known', 'other addresses are not shut out');
});
