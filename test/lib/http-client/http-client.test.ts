import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer as createNetServer, type AddressInfo, type Socket } from 'node:net';
import { after, afterEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { makeCertificate } from '#agent/control/certificate/certificate.ts';
import { transportWithin } from '#lib/http-client/connect-limit.ts';
import { sendRequest, type HttpProgress } from '#lib/http-client/http-client.ts';
import { HttpError, type HttpErrorKind } from '#lib/http-client/http-error.ts';
import { statusWords } from '#lib/http-client/status-words.ts';
import { until } from '#test/support/until.ts';

/** No port that was free a moment ago: those the system gives away, also to others. */
const NOBODY = 'http://127.0.0.1:1';
const opened: { close(): void; closeAllConnections?(): void }[] = [];
after(() => {
  for (const server of opened) {
    server.close();
    server.closeAllConnections?.();
  }
});
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
afterEach(() => {
  for (const name of PROXIES) delete process.env[name];
});

async function listening(server: Server | ReturnType<typeof createNetServer>, host = '127.0.0.1'): Promise<number> {
  opened.push(server);
  await new Promise<void>((resolve) => void server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

type Listener = (...arguments_: Parameters<RequestListener>) => unknown;

const serve = async (listener: Listener): Promise<string> =>
  `http://127.0.0.1:${await listening(createServer((request, reply) => void listener(request, reply)))}`;

const get = (url: string, more: Partial<Parameters<typeof sendRequest>[0]> = {}) =>
  sendRequest({ method: 'GET', url, limitMs: 60_000, ...more });

async function failing(asked: Promise<unknown>): Promise<HttpError> {
  const error: unknown = await asked.then(
    () => assert.fail('it has an answer'),
    (why: unknown) => why,
  );
  assert.ok(error instanceof HttpError, String(error));
  return error;
}

const bodyOf = async (request: AsyncIterable<Buffer>): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
};

test('a body goes out as it is, and every status is an answer', async () => {
  const url = await serve(async (request, reply) => {
    const body = await bodyOf(request);
    reply.writeHead(418, { 'X-Got': `${request.method} ${request.headers['content-type']} ${body.length}` });
    reply.end(body);
  });
  const body = Buffer.from([0, 255, 13, 10, 34, 32]);
  const answer = await sendRequest({
    method: 'POST',
    url: `${url}/a?b=c`,
    headers: { 'content-type': 'application/octet-stream' },
    body,
    limitMs: 60_000,
  });
  assert.equal(answer.status, 418);
  assert.equal(answer.headers.get('x-got'), 'POST application/octet-stream 6');
  assert.deepEqual(answer.body, body);
  const form = new FormData();
  form.set('name', 'é;,');
  const sent = await sendRequest({ method: 'PUT', url, body: form, limitMs: 60_000 });
  assert.match(String(sent.body), /form-data; name="name"\r\n[\s\S]*é;,/);
  assert.match(sent.headers.get('x-got') ?? '', /^PUT multipart\/form-data; boundary=/);
});

test('progress is told of what is sent and of what comes, and ends with all', async () => {
  const size = 3 << 20;
  const url = await serve(async (request, reply) => {
    await bodyOf(request);
    reply.writeHead(200, { 'content-length': size });
    reply.end(Buffer.alloc(size));
  });
  const told: HttpProgress[] = [];
  await sendRequest({
    method: 'POST',
    url,
    body: Buffer.alloc(size),
    limitMs: 60_000,
    onProgress: (progress) => void told.push(progress),
  });
  for (const direction of ['sent', 'received'] as const) {
    const bytes = told.filter((one) => one.direction === direction);
    assert.deepEqual(bytes.at(-1), { direction, bytes: size, totalBytes: size });
    assert.deepEqual(
      bytes.map((one) => one.bytes),
      bytes.map((one) => one.bytes).toSorted((a, b) => a - b),
    );
  }
});

test('an answer that comes before all was sent is an answer', async () => {
  const url = await serve((_request, reply) => {
    reply.writeHead(413, { connection: 'close' }).end('too much');
  });
  const answer = await sendRequest({ method: 'POST', url, body: Buffer.alloc(32 << 20), limitMs: 60_000 });
  assert.deepEqual([answer.status, String(answer.body)], [413, 'too much']);
});

test('an answer is bounded, also one that is packed', async () => {
  const url = await serve((request, reply) => {
    const body = Buffer.alloc(1 << 20);
    if (request.url === '/packed') reply.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
    else reply.end(body);
  });
  for (const path of ['/', '/packed'])
    assert.equal((await failing(get(url + path, { mostBytes: 100_000 }))).kind, 'too large', path);
  assert.equal((await get(`${url}/packed`)).body.length, 1 << 20);
});

test('a person gives up, and a server that says nothing is given up', async () => {
  const gone: Promise<void>[] = [];
  const url = await serve(
    ({ socket }) => void gone.push(new Promise((resolve) => void socket.once('close', () => resolve()))),
  );
  const control = new AbortController();
  const asked = get(url, { signal: control.signal });
  await until('it was asked', () => gone.length === 1);
  control.abort();
  assert.equal((await failing(asked)).kind, 'cancelled');
  // A limit that is over before the server was asked says the same, and is no test of what becomes of the connection.
  for (let limitMs = 200; gone.length < 2; limitMs *= 2) {
    const late = await failing(get(url, { limitMs }));
    const words = `${url}: no answer within ${Math.ceil(limitMs / 1000)} s`;
    assert.deepEqual([late.kind, late.message], ['too late', words]);
  }
  await Promise.all(gone);
});

test('a connection that does not come to stand is given up early', async () => {
  // A TLS server that never says a word.
  const port = await listening(createNetServer((socket) => void socket.on('error', () => undefined)));
  const error = await failing(get(`https://127.0.0.1:${port}`, { connectMs: 200 }));
  assert.deepEqual([error.kind, error.code], ['unreachable', 'ETIMEDOUT']);
  // An answer may take longer than the connection.
  const slow = await serve((_request, reply) => void setTimeout(() => reply.end('late'), 600));
  assert.equal(String((await get(slow, { connectMs: 200 })).body), 'late');
});

test('a connection that came to stand while this process stood still is one', async () => {
  const port = await listening(createServer((_request, reply) => void reply.end('here')));
  const answered = Promise.withResolvers<IncomingMessage>();
  const request = transportWithin(100, false).request({ host: '127.0.0.1', port }, answered.resolve);
  request.on('error', answered.reject).end();
  // Behind the turn in which it is asked for, and before anybody looks whether it stands.
  request.once('socket', () =>
    process.nextTick(() => {
      for (const endMs = performance.now() + 300; performance.now() < endMs;);
    }),
  );
  (await answered.promise).resume();
});

test('what goes wrong is a sentence without a secret', async () => {
  const certificate = await makeCertificate(['127.0.0.1']);
  const secure = createTlsServer({ key: certificate.key, cert: certificate.cert }, (_request, reply) => reply.end());
  const securePort = await listening(secure);
  const plain = await serve((_request, reply) => reply.end());
  const mute = await listening(
    createNetServer((socket) => void socket.end('SSH-2.0-box\r\n').on('error', () => undefined)),
  );
  const cases: [string, HttpErrorKind, RegExp][] = [
    [NOBODY, 'unreachable', /nobody listens there/],
    ['http://nobody.invalid', 'unreachable', /nobody knows this name|names cannot be looked up/],
    [`https://127.0.0.1:${securePort}`, 'untrusted', /not trusted: it signed itself \(NODE_EXTRA_CA_CERTS/],
    [plain.replace('http', 'https'), 'bad answer', /no HTTPS is spoken there/],
    [`http://127.0.0.1:${mute}`, 'bad answer', /no HTTP is spoken there/],
  ];
  for (const [url, kind, words] of cases) {
    const error = await failing(get(url, { headers: { authorization: 'Bearer my-secret' } }));
    assert.deepEqual([error.kind, words.test(error.message)], [kind, true], `${url}: ${error.kind} ${error.message}`);
    assert.doesNotMatch(JSON.stringify([error, error.stack, error.cause ?? '']), /my-secret/);
  }
});

test('redirects: on the same server alone, and no body gets lost', async () => {
  const heard: string[] = [];
  const other = await serve((request, reply) => {
    heard.push(String(request.headers.authorization));
    reply.end();
  });
  const url = await serve(async (request, reply) => {
    const { pathname } = new URL(request.url ?? '', 'http://x');
    const body = await bodyOf(request);
    const to: Record<string, [number, string]> = {
      '/moved': [301, '/here?x=1'],
      '/again': [307, '/here'],
      '/see': [303, '/here'],
      '/other': [302, other],
      '/round': [302, '/round'],
      '/bad': [302, 'http://[/'],
    };
    const redirect = to[pathname];
    if (redirect) reply.writeHead(redirect[0], { location: redirect[1] }).end();
    else reply.end(`${request.method} ${request.url} ${request.headers.authorization} ${String(body)}`);
  });
  const headers = { authorization: 'Basic c2VjcmV0' };
  const post = (path: string) =>
    sendRequest({ method: 'POST', url: url + path, headers, body: Buffer.from('data'), limitMs: 60_000 });
  assert.equal(String((await get(`${url}/moved`, { headers })).body), 'GET /here?x=1 Basic c2VjcmV0 ');
  assert.equal(String((await post('/again')).body), 'POST /here Basic c2VjcmV0 data');
  assert.match(String((await post('/see')).body), /^GET \/here Basic c2VjcmV0 $/);
  const reads = ['/other', '/round', '/bad'].map((path) => () => get(url + path, { headers }));
  for (const ask of [() => post('/moved'), ...reads]) assert.equal((await failing(ask())).kind, 'elsewhere');
  assert.deepEqual(heard, []);
});

test('proxies of the environment: HTTP through one, HTTPS as a tunnel, and none where NO_PROXY says so', async () => {
  const asked: string[] = [];
  const proxy = createServer((request, reply) => {
    asked.push(`${request.method} ${request.url}`);
    reply.end('by proxy');
  });
  proxy.on('connect', (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url} ${String(request.headers.authorization)}`);
    const [host = '', port] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const one of [socket, onward]) one.on('error', () => undefined);
  });
  const certificate = await makeCertificate(['127.0.0.1']);
  const secure = createTlsServer({ key: certificate.key, cert: certificate.cert }, (_request, reply) => reply.end());
  const securePort = await listening(secure);
  const url = await serve((_request, reply) => reply.end('straight'));
  const at = `http://127.0.0.1:${await listening(proxy)}`;
  process.env['HTTP_PROXY'] = at;
  process.env['HTTPS_PROXY'] = at;
  assert.equal(String((await get(`${url}/x`)).body), 'by proxy');
  // That its certificate is judged says that the tunnel stood.
  const untrusted = await failing(get(`https://127.0.0.1:${securePort}`, { headers: { authorization: 'Bearer t' } }));
  assert.equal(untrusted.kind, 'untrusted', untrusted.message);
  assert.deepEqual(asked, [`GET ${url}/x`, `CONNECT 127.0.0.1:${securePort} undefined`]);
  process.env['NO_PROXY'] = '127.0.0.1';
  assert.equal(String((await get(url)).body), 'straight');
  delete process.env['NO_PROXY'];
  process.env['HTTP_PROXY'] = NOBODY;
  const gone = await failing(get(url));
  assert.match(gone.message, /nobody listens there \(connection refused\) \(HTTP_PROXY is set\)/);
});

test('trouble of any request has words, an answer to what was asked has none', () => {
  assert.deepEqual(
    [401, 413, 507].map((status) => statusWords(status, '')),
    [
      'wrong user, password or token',
      'what was sent is larger than the server takes',
      'the server has no room left on its disk',
    ],
  );
  assert.equal(statusWords(500, ` ${'x'.repeat(1000)}`), `the server failed (500): ${'x'.repeat(300)}`);
  for (const status of [200, 204, 404, 409, 422]) assert.equal(statusWords(status, 'why'), undefined);
});
