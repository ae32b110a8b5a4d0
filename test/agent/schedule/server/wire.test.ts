import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { makeCertificate } from '#agent/control/certificate/certificate.ts';
import { openLogin } from '#agent/schedule/server/login.ts';
import { openWire, WireError, type WireBody } from '#agent/schedule/server/wire.ts';

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = (server: Server): Promise<Server> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
const serve = async (answer: RequestListener): Promise<Server & AsyncDisposable> => {
  const server = await listening(createServer(answer));
  return Object.assign(server, {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  });
};

const bodyOf = (bytes: number, onPull: () => void = () => undefined): WireBody => ({
  type: 'application/octet-stream',
  bytes,
  async *chunks() {
    for (let left = bytes; left > 0; left -= 65_536) {
      onPull();
      yield Buffer.alloc(Math.min(left, 65_536));
    }
  },
});

test('a certificate counts if its authority was given, and not otherwise', async () => {
  const { key, cert } = await makeCertificate(['127.0.0.1']);
  const server = createSecureServer({ key, cert }, (_, response) => response.end('hello'));
  await listening(server);
  const url = `https://127.0.0.1:${portOf(server)}/`;
  const trusting = openWire({ ca: cert });
  assert.equal(await (await trusting.send({ method: 'GET', url })).text(), 'hello');
  const doubting = openWire({});
  await assert.rejects(
    doubting.send({ method: 'GET', url }),
    (error) => error instanceof WireError && /caFile/.test(error.message),
  );
  for (const wire of [trusting, doubting]) wire.close();
  server.close();
});

test('by a proxy, where one is set', async () => {
  const asked: (string | undefined)[] = [];
  await using proxy = await serve(({ url }, response) => {
    asked.push(url);
    response.end('from the proxy');
  });
  const wire = openWire({ proxy: `http://127.0.0.1:${portOf(proxy)}` });
  const answer = await wire.send({ method: 'GET', url: 'http://opencast.example.org/info?x=1' });
  assert.equal(await answer.text(), 'from the proxy');
  assert.deepEqual(asked, ['http://opencast.example.org/info?x=1']);
  wire.close();
});

test('a large body that the server does not want is not sent', async () => {
  await using server = await serve(() => undefined);
  server.on('checkContinue', (_, response) => response.writeHead(507).end('full'));
  const wire = openWire({});
  let pulled = 0;
  const answer = await wire.send({
    method: 'POST',
    url: `http://127.0.0.1:${portOf(server)}/`,
    body: bodyOf(50 << 20, () => pulled++),
  });
  assert.deepEqual([answer.status, pulled], [507, 0]);
  answer.drop();
  wire.close();
});

test('an answer that is too long, or breaks off, is an error', async () => {
  await using server = await serve(({ url }, response) => {
    if (url === '/torn') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('x');
      setTimeout(() => response.destroy(), 50);
    } else response.end(Buffer.alloc(1_000_000));
  });
  const wire = openWire({});
  const url = `http://127.0.0.1:${portOf(server)}`;
  await assert.rejects(async () => (await wire.send({ method: 'GET', url })).text(1000), /longer than 1000 bytes/);
  await assert.rejects(async () => (await wire.send({ method: 'GET', url: `${url}/torn` })).text(), WireError);
  wire.close();
});

test('whether a request had been sent when the connection ended is known', async () => {
  await using server = await serve((request) => void request.resume().on('end', () => request.socket.destroy()));
  const wire = openWire({});
  const url = `http://127.0.0.1:${portOf(server)}/`;
  await assert.rejects(
    wire.send({ method: 'POST', url, body: bodyOf(10) }),
    (error) => error instanceof WireError && error.sent,
  );
  await assert.rejects(
    wire.send({ method: 'GET', url: 'http://127.0.0.1:1/' }),
    (error) => error instanceof WireError && !error.sent && /nobody listens/.test(error.message),
  );
  wire.close();
});

test('a wrong password by digest is tried once; secrets go nowhere else', async () => {
  const proofs: (string | undefined)[] = [];
  await using server = await serve(({ headers }, response) => {
    proofs.push(headers.authorization);
    response.setHeader('WWW-Authenticate', 'Basic realm="x", Digest realm="Opencast", qop="auth", nonce="n1"');
    response.writeHead(401).end();
  });
  const wire = openWire({});
  const login = openLogin(
    wire,
    { method: 'digest', credentials: async () => ({ user: 'u', password: 'wrong' }) },
    Date.now,
  );
  const url = `http://127.0.0.1:${portOf(server)}/a?b=c d`.replace(' ', '%20');
  assert.equal((await login.send({ method: 'GET', url })).status, 401);
  assert.equal(proofs.length, 2);
  assert.match(proofs[1] ?? '', /^Digest username="u".*uri="\/a\?b=c%20d".*qop=auth, nc=00000001/);
  assert.ok(!JSON.stringify(proofs).includes('wrong'));
  wire.close();
});

test('an answer may take as long as it was given, from the last byte on', async () => {
  await using server = await serve((request, response) => {
    request.resume().on('end', () => setTimeout(() => response.end('done'), request.url === '/late' ? 3000 : 300));
  });
  const wire = openWire({});
  const url = `http://127.0.0.1:${portOf(server)}`;
  const patient = { method: 'POST', url: `${url}/soon`, body: bodyOf(200_000), answerMs: 60_000 } as const;
  assert.equal(await (await wire.send(patient)).text(), 'done');
  await assert.rejects(wire.send({ ...patient, url: `${url}/late`, answerMs: 200 }), /no answer within 0.2 s/);
  wire.close();
});
