import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ServerTrouble } from '#agent/schedule/server/answer.ts';
import { openLogin, type Login } from '#agent/schedule/server/login.ts';
import { openOpencast, type Opencast, type OpencastSettings } from '#agent/schedule/server/opencast.ts';
import { openServerSide } from '#agent/schedule/server/server-side.ts';
import { openWire, WireError } from '#agent/schedule/server/wire.ts';
import { openWires } from '#agent/schedule/server/wires.ts';
import { scheduleSchema } from '#firmware-config/schema/machine/schedule.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { EIGHT, folderFor } from '../samples.ts';

interface Served {
  url: string;
  login: Login;
  asked: { line: string; body: string; headers: IncomingMessage['headers'] }[];
  /** Answers by `METHOD path` without the query; all others are 404. */
  answers: Map<string, (response: ServerResponse) => void>;
  opencast: (more?: Partial<OpencastSettings>) => Opencast;
}

async function served(t: TestContext): Promise<Served> {
  const answers: Served['answers'] = new Map();
  const asked: Served['asked'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      asked.push({ line: `${method} ${url}`, body: Buffer.concat(chunks).toString(), headers });
      const answer = answers.get(`${method} ${url.split('?')[0]}`);
      if (answer) answer(response);
      else response.writeHead(404).end();
    });
  }).listen(0, '127.0.0.1');
  await until('it listens', () => server.listening);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const wire = openWire({});
  const credentials = async () => ({ user: 'u', password: 'p:w' });
  const login = openLogin(wire, { method: 'basic', credentials }, Date.now);
  t.after(() => {
    wire.close();
    server.closeAllConnections();
    server.close();
  });
  const opencast: Served['opencast'] = (more = {}) =>
    openOpencast(login, { url, agent: 'Amphi D/1', services: {}, ...more }, () => EIGHT);
  return { url, login, asked, answers, opencast };
}

const ok =
  (body = '', headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(200, headers).end(body);
const status =
  (code: number, headers: Record<string, string> = {}, body = '') =>
  (response: ServerResponse): void =>
    void response.writeHead(code, headers).end(body);
const services = (host: string, path: string): string =>
  JSON.stringify({ services: { service: { host, path, online: true } } });
const trouble = async (promise: Promise<unknown>): Promise<ServerTrouble> => {
  const error = await promise.then(() => undefined).catch((one: unknown) => one);
  assert.ok(error instanceof ServerTrouble, String(error));
  return error;
};
const REGISTRY = 'GET /services/available.json';

test('the address of a service is asked for once, kept, and asked again after a failure', async (t) => {
  const { url, asked, answers, opencast } = await served(t);
  answers.set(REGISTRY, ok(services(url, '/moved')));
  answers.set('POST /moved/agents/Amphi%20D%2F1', ok());
  const server = opencast();
  await server.setState('idle', 'http://box?a=b');
  await server.setState('capturing', 'http://box');
  assert.deepEqual(
    asked.map(({ line }) => line),
    [
      'GET /services/available.json?serviceType=org.opencastproject.capture.admin',
      'POST /moved/agents/Amphi%20D%2F1',
      'POST /moved/agents/Amphi%20D%2F1',
    ],
  );
  assert.equal(asked[1]?.body, 'address=http%3A%2F%2Fbox%3Fa%3Db&state=idle');
  assert.equal(asked[1]?.headers.authorization, `Basic ${Buffer.from('u:p:w').toString('base64')}`);
  answers.set('POST /moved/agents/Amphi%20D%2F1', status(503));
  assert.equal((await trouble(server.setState('idle', ''))).kind, 'busy');
  answers.set(REGISTRY, ok(services(url, '/again')));
  answers.set('POST /again/agents/Amphi%20D%2F1', ok());
  await server.setState('idle', '');
  assert.equal(asked.at(-1)?.line, 'POST /again/agents/Amphi%20D%2F1');
});

test('a server without a registry has its services at their usual paths; a given address counts more', async (t) => {
  const { url, asked, answers, opencast } = await served(t);
  const server = opencast({ services: { ingest: 'https://other/ingest' } });
  assert.equal(await server.locate('ingest'), 'https://other/ingest');
  assert.equal(asked.length, 0);
  assert.equal(await server.at('scheduler', '/x'), `${url}/recordings/x`);
  assert.equal(await server.locate('captureAdmin'), `${url}/capture-admin`);
  answers.set(REGISTRY, ok('<html><title>Portail captif</title>'));
  assert.equal(await server.locate('captureAdmin'), `${url}/capture-admin`, 'the former address is used');
  const page = await trouble(opencast().locate('captureAdmin'));
  assert.deepEqual([page.kind, /Portail captif/.test(page.message)], ['busy', true], 'it is asked again');
  answers.set(REGISTRY, status(500));
  assert.equal(await server.locate('captureAdmin'), `${url}/capture-admin`, 'the former address is used');
  assert.equal((await trouble(opencast().locate('ingest'))).kind, 'busy');
});

test('an inner address behind a proxy is replaced by the configured one; without TLS no password goes elsewhere', async (t) => {
  const { url, answers, opencast } = await served(t);
  answers.set(REGISTRY, ok(services('http://127.0.0.1:8080', '/ingest/')));
  assert.equal(await opencast().locate('ingest'), `${url}/ingest`);
  answers.set(REGISTRY, ok(services('http://worker.example.org', '/ingest')));
  const stranger = await trouble(opencast().locate('ingest'));
  assert.deepEqual([stranger.kind, /worker\.example\.org/.test(stranger.message)], ['refused', true]);
  const allowed = opencast({ hosts: ['worker.example.org'] });
  assert.equal(await allowed.locate('ingest'), 'http://worker.example.org/ingest');
  const found = services('http://worker.example.org', '/ingest');
  const login = { send: async () => ({ status: 200, headers: {}, challenges: [], text: async () => found }) };
  const secure = openOpencast(login as unknown as Login, { url: 'https://oc', agent: 'D', services: {} }, () => EIGHT);
  const refused = await trouble(secure.locate('ingest'));
  assert.deepEqual([refused.kind, /without TLS/.test(refused.message)], ['refused', true]);
});

test('an answer that is no success says what it was about, when to come again, and whether it may have been done', async (t) => {
  const { answers, opencast } = await served(t);
  const server = opencast({ services: { scheduler: 'http://127.0.0.1:1' } });
  const ask = async (code: number, headers = {}, body = ''): Promise<ServerTrouble> => {
    answers.set('GET /x', status(code, headers, body));
    return trouble(server.ask('asking', { method: 'GET', url: `${server.settings.url}/x` }));
  };
  const unsure = await Promise.all([500, 502, 503, 507, 409].map(async (code) => (await ask(code)).unsure));
  assert.deepEqual(unsure.length, 5);
  assert.deepEqual([(await ask(500)).unsure, (await ask(503)).unsure, (await ask(507)).unsure], [true, false, false]);
  assert.equal((await ask(503, { 'retry-after': '7' })).retryAfterMs, 7000);
  assert.equal((await ask(400, {}, 'no flavor')).message, 'asking: it does not take that (400: no flavor)');
  const moved = await ask(301, { location: 'https://new.example.org/x' });
  assert.equal(
    moved.message,
    'asking: the server has moved to https://new.example.org/x: put that into the configuration',
  );
  assert.equal((await ask(302, { location: '/login.html' })).kind, 'login');
  const away = await trouble(server.calendar({}));
  assert.deepEqual([away.kind, away.unsure], ['unreachable', false]);
});

test('a server that does not know an event or details says so by that, and by nothing else', async (t) => {
  const { answers, asked, opencast } = await served(t);
  const server = opencast();
  assert.equal(await server.setRecordingState('e/1', 'capturing'), false);
  assert.equal(asked.at(-1)?.line, 'POST /capture-admin/recordings/e%2F1');
  answers.set('POST /capture-admin/recordings/e%2F1', ok());
  assert.equal(await server.setRecordingState('e/1', 'capturing'), true);
  assert.equal(asked.at(-1)?.body, 'state=capturing');
  answers.set('POST /capture-admin/recordings/e%2F1', status(500));
  assert.equal((await trouble(server.setRecordingState('e/1', 'capturing'))).kind, 'busy');
  const details = { alarms: [], handOvers: [] };
  const path = 'PUT /api/v1/agents/Amphi%20D%2F1/details';
  for (const code of [401, 403, 404, 400]) {
    answers.set(path, status(code));
    assert.equal(await server.tellDetails(details), false, `${code}`);
  }
  answers.set(path, ok());
  assert.equal(await server.tellDetails(details), true);
  assert.equal(asked.at(-1)?.body, JSON.stringify(details));
  answers.set(path, status(503));
  assert.equal((await trouble(server.tellDetails(details))).kind, 'busy');
});

test('the state of a recording is one that is known, or none', async (t) => {
  const { answers, opencast } = await served(t);
  const server = opencast();
  const saying = async (body: string) => {
    answers.set('GET /capture-admin/recordings/e.json', ok(body));
    return server.recordingState('e');
  };
  assert.equal(await saying('{"recording-state-update":{"state":"upload_finished"}}'), 'upload_finished');
  assert.equal(await saying('{"recording-state-update":{"state":"whatever"}}'), undefined);
  assert.equal(await saying('<html>'), undefined);
});

test('the calendar is asked for by agent, cut-off and tag; the end of an event is moved', async (t) => {
  const { answers, asked, opencast } = await served(t);
  answers.set('GET /recordings/calendars', status(304));
  answers.set('PUT /recordings/e', ok());
  const server = opencast();
  const answer = await server.calendar({ etag: 'mod5', cutoffMs: 99 });
  answer.drop();
  assert.deepEqual([answer.status, asked.at(-1)?.headers['if-none-match']], [304, 'mod5']);
  assert.equal(asked.at(-1)?.line, 'GET /recordings/calendars?agentid=Amphi%20D%2F1&cutoff=99');
  (await server.calendar({})).drop();
  assert.equal(asked.at(-1)?.headers['if-none-match'], undefined);
  await server.moveEnd('e', 1234);
  assert.deepEqual([asked.at(-1)?.line, asked.at(-1)?.body], ['PUT /recordings/e', 'end=1234']);
  answers.set('PUT /recordings/e', status(403));
  assert.equal((await trouble(server.moveEnd('e', 5))).kind, 'forbidden');
});

test('redirections are not followed, a POST without a body says so, an abort is told', async (t) => {
  const { url, asked, answers } = await served(t);
  const wire = openWire({});
  answers.set('GET /here', status(302, { location: '/there' }));
  answers.set('POST /here', ok());
  const answer = await wire.send({ method: 'GET', url: `${url}/here` });
  assert.deepEqual([answer.status, await answer.text(), asked.length], [302, '', 1]);
  (await wire.send({ method: 'POST', url: `${url}/here`, headers: { 'x-a': 'b' } })).drop();
  const { 'content-length': length, 'user-agent': agent, 'x-a': own } = asked.at(-1)?.headers ?? {};
  assert.deepEqual([length, agent, own], ['0', 'Amphi', 'b']);
  const abort = new AbortController();
  answers.set('GET /slow', () => abort.abort());
  await assert.rejects(
    wire.send({ method: 'GET', url: `${url}/slow`, signal: abort.signal }),
    (error) => error instanceof WireError && /given up/.test(error.message) && error.sent,
  );
  wire.close();
});

test('an answer of very many tags is refused unread, since it would hold the box up', async (t) => {
  const { url, answers, opencast } = await served(t);
  const ask = (tags: number) => {
    answers.set('GET /x', ok(`<r>${'<a/>'.repeat(tags - 2)}</r>`));
    return opencast().ask('asking', { method: 'GET', url: `${url}/x` });
  };
  assert.equal((await ask(4000)).length, 7 + 4 * 3998);
  await assert.rejects(ask(4001), { kind: 'busy', message: 'asking: the answer has more than 4000 tags' });
});

test('a body that fails midway ends the request', async (t) => {
  const { url } = await served(t);
  const wire = openWire({});
  const body = {
    type: 'text/plain',
    bytes: 10,
    async *chunks() {
      yield Buffer.from('12345');
      throw new Error('the file is gone');
    },
  };
  await assert.rejects(
    wire.send({ method: 'POST', url, body }),
    (error) => error instanceof WireError && !error.sent && /the file is gone/.test(error.message),
  );
  wire.close();
});

test('a digest nonce is counted up, kept by host, and renewed when it is stale', async (t) => {
  const { url, asked, answers } = await served(t);
  let nonce = 'n1';
  let stale = true;
  const answer = (response: ServerResponse): void => {
    const proof = asked.at(-1)?.headers.authorization ?? '';
    if (proof.includes(`nonce="${nonce}"`)) return ok('in')(response);
    const challenge = `Digest realm="x", nonce="${nonce}", qop="auth"${stale ? ', stale=true' : ''}`;
    status(401, { 'www-authenticate': challenge })(response);
  };
  answers.set('GET /a', answer);
  answers.set('POST /a', answer);
  const wire = openWire({});
  let nowMs = 0;
  const login = openLogin(
    wire,
    { method: 'digest', credentials: async () => ({ user: 'u', password: 'p' }) },
    () => nowMs,
  );
  const get = async (): Promise<number> => {
    const answer = await login.send({ method: 'GET', url: `${url}/a` });
    answer.drop();
    return answer.status;
  };
  const proofs = (): string[] =>
    asked.splice(0).map(
      ({ headers }) =>
        /nonce="(\w+)".*nc=(\d+)/
          .exec(headers.authorization ?? '')
          ?.slice(1)
          .join(' ') ?? '',
    );
  assert.deepEqual([await get(), await get(), proofs()], [200, 200, ['', 'n1 00000001', 'n1 00000002']]);
  nonce = 'n2';
  stale = false;
  assert.deepEqual([await get(), proofs()], [200, ['n1 00000003', 'n2 00000001']], 'one that worked may have ended');
  nowMs = 121_000;
  const large = {
    type: 'a/b',
    bytes: 70_000,
    async *chunks() {
      yield Buffer.alloc(70_000);
    },
  };
  nonce = 'n3';
  const sent = await login.send({ method: 'POST', url: `${url}/a`, body: large });
  sent.drop();
  const sizes = asked.map(({ body }) => body.length);
  assert.deepEqual(
    [sent.status, sizes, proofs()],
    [200, [0, 70_000], ['', 'n3 00000001']],
    'an old nonce is renewed before a large body',
  );
  wire.close();
});

test('without a password nothing is sent; an authority that cannot be read is told with each request', async (t) => {
  const data = await folderFor(t);
  const wires = openWires(silentLog);
  t.after(() => wires.close());
  const settings = (more: object) =>
    scheduleSchema.parse({ opencast: { url: 'https://127.0.0.1:1', user: 'u', ...more } });
  assert.equal(openServerSide(wires, scheduleSchema.parse({}), 'D', data, Date.now), undefined);
  const plain = openServerSide(wires, settings({ agent: 'other' }), 'D', data, Date.now);
  assert.equal(plain?.opencast.settings.agent, 'other');
  await assert.rejects(
    plain.opencast.locate('ingest'),
    /there is no password for u: put it into .*secrets\/opencast-password/,
  );
  const caFile = join(data, 'none.pem');
  const services = { ingest: 'https://in', scheduler: 'https://127.0.0.1:1' };
  const other = openServerSide(
    wires,
    scheduleSchema.parse({ opencast: { url: 'https://127.0.0.1:1', caFile, services } }),
    'D',
    data,
    Date.now,
  );
  assert.deepEqual(other?.opencast.settings, { url: 'https://127.0.0.1:1', agent: 'D', services, hosts: [] });
  const error = await trouble(other.opencast.calendar({}));
  assert.match(error.message, /none\.pem cannot be used: ENOENT/);
  for (const { wire } of [plain, other]) wire.close();
});

test('an answer to a state that is no short plain text is trouble', async (t) => {
  const { answers, opencast } = await served(t);
  const state = 'POST /capture-admin/agents/Amphi%20D%2F1';
  const recording = 'POST /capture-admin/recordings/e';
  for (const [body, type] of [
    ['<!DOCTYPE html><title>Sign in</title>', 'text/html'],
    ['Please sign in', 'text/html; charset=utf-8'],
    ['{"ok":true}', 'application/json'],
    ['<html>', 'text/plain'],
    ['x'.repeat(5000), 'text/plain'],
  ] as const) {
    answers.set(state, ok(body, { 'content-type': type }));
    answers.set(recording, ok(body, { 'content-type': type }));
    assert.equal((await trouble(opencast().setState('idle', 'http://box'))).kind, 'busy', body.slice(0, 30));
    assert.equal((await trouble(opencast().setRecordingState('e', 'capturing'))).kind, 'busy', body.slice(0, 30));
  }
  answers.set(state, ok('Amphi D/1 set to idle', { 'content-type': 'text/plain' }));
  await opencast().setState('idle', 'http://box');
  answers.set(state, ok('Amphi D/1 set to idle', { 'content-type': 'text/html' }));
  await opencast().setState('idle', 'http://box');
});
