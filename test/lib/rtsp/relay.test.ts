import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { startRtspRelay, type RtspRelay, type RtspRelaySettings } from '#lib/rtsp/relay/relay.ts';
import { bytesOf, openCutter, valueOf, type Message } from '#lib/rtsp/wire/pieces.ts';
import { startRtspServer } from '#lib/rtsp/server/server.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { fedMount, picture } from './made-up-stream.ts';
import { openRawClient, playTcp } from './raw-client.ts';

async function relayTo(t: TestContext, settings: RtspRelaySettings): Promise<{ relay: RtspRelay; port: number }> {
  const relay = await startRtspRelay(settings);
  t.after(() => relay.close());
  return { relay, port: Number(new URL(relay.url).port) };
}

test('a relay logs in, passes media on, and its address has no secret', async (t) => {
  const credentials = { user: 'admin', password: 'p@Wort "x' };
  const server = await startRtspServer({ host: '127.0.0.1', port: 0, log: silentLog, credentials: () => credentials });
  t.after(() => server.close());
  const mount = fedMount(server);
  mount.push(picture(0));
  const url = `rtsp://127.0.0.1:${server.port}/extron1`;
  const { relay, port } = await relayTo(t, { url, credentials });
  assert.match(relay.url, /^rtsp:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{16}$/);
  const client = await openRawClient(port);
  t.after(() => client.close());
  const description = await client.ask('DESCRIBE', relay.url);
  assert.equal(description.status, 200);
  assert.match(description.body, /m=video/);
  await playTcp(client, url);
  mount.push(picture(9000));
  await until('a picture came', () => relay.seen().pictureMs > 0);
  const seen = relay.seen();
  assert.ok(seen.bytesMs > 0 && seen.askedMs === 0);
  await client.framesReach(2);
  // Nobody else can play through it.
  await assert.rejects(openRawClient(port));
});

test('a wrong password is told once, in words, and the server is not asked again', async (t) => {
  const server = await startRtspServer({
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
    credentials: () => ({ user: 'admin', password: 'right' }),
  });
  t.after(() => server.close());
  fedMount(server);
  const url = `rtsp://127.0.0.1:${server.port}/extron1`;
  for (const [credentials, words] of [
    [{ user: 'admin', password: 'wrong' }, /refuses this user name or password/],
    [undefined, /wants a user name and a password/],
  ] as const) {
    const { relay, port } = await relayTo(t, { url, credentials });
    const client = await openRawClient(port);
    assert.equal((await client.ask('DESCRIBE', relay.url)).status, 403);
    assert.deepEqual(relay.seen().trouble?.kind, 'login');
    assert.match(relay.seen().trouble!.words, words);
    await client.closed;
  }
});

/** A server that answers each request as it is told. */
async function answering(t: TestContext, reply: (request: Message, port: number) => string | undefined) {
  const requests: Message[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    const cutter = openCutter();
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const piece of cutter.cut(chunk)) {
        if (piece.kind !== 'message') continue;
        requests.push(piece);
        const text = reply(piece, (server.address() as AddressInfo).port);
        if (text !== undefined) socket.write(text.replace('CSEQ', valueOf(piece.headers, 'cseq') ?? ''));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `rtsp://127.0.0.1:${port}/a`, requests, connections: () => connections };
}

const LOOP = (_: Message, port: number): string =>
  `RTSP/1.0 302 Found\r\nCSeq: CSEQ\r\nLocation: rtsp://127.0.0.1:${port}/a\r\n\r\n`;

test('five redirects are followed, a sixth is not', async (t) => {
  const server = await answering(t, LOOP);
  const { relay, port } = await relayTo(t, { url: server.url });
  const client = await openRawClient(port);
  assert.equal((await client.ask('DESCRIBE', relay.url)).status, 403);
  assert.equal(relay.seen().trouble?.kind, 'redirects');
  assert.equal(server.connections(), 6);
});

test('a redirect is followed, with the login; Basic goes to no other host', async (t) => {
  const end = await answering(t, ({ headers }) =>
    valueOf(headers, 'authorization')
      ? 'RTSP/1.0 200 OK\r\nCSeq: CSEQ\r\n\r\n'
      : 'RTSP/1.0 401 Unauthorized\r\nCSeq: CSEQ\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n',
  );
  for (const [host, status] of [
    ['127.0.0.1', 200],
    ['127.0.0.2', 403],
  ] as const) {
    const to = end.url;
    const begin = await answering(t, () => `RTSP/1.0 302 Moved\r\nCSeq: CSEQ\r\nLocation: ${to}\r\n\r\n`);
    const { relay, port } = await relayTo(t, {
      url: begin.url.replace('127.0.0.1', host === '127.0.0.1' ? host : 'localhost'),
      credentials: { user: 'u', password: 'p' },
    });
    const client = await openRawClient(port);
    assert.equal((await client.ask('DESCRIBE', relay.url)).status, status);
  }
  assert.match(end.requests.at(-1)!.first, /^DESCRIBE rtsp:\/\/127\.0\.0\.1:\d+\/a RTSP/);
});

/** A 401 with a digest of this nonce. */
const digest = (nonce: string, more = ''): string =>
  `RTSP/1.0 401 Unauthorized\r\nCSeq: CSEQ\r\nWWW-Authenticate: Basic realm="x", Digest realm="x", nonce="${nonce}"${more}\r\n\r\n`;
const nonceOf = ({ headers }: Message): string | undefined =>
  /nonce="(\w+)"/.exec(valueOf(headers, 'authorization') ?? '')?.[1];
const OK = 'RTSP/1.0 200 OK\r\nCSeq: CSEQ\r\n\r\n';

test('a nonce that runs out, said or not, is exchanged; what is under way is no reply', async (t) => {
  let [nonce, served] = ['n1', 0];
  const camera = await answering(t, (request) => {
    if (nonceOf(request) !== nonce) return digest(nonce);
    // Each third answer ends a nonce.
    if (++served % 3 === 0) nonce = `n${served}`;
    return `RTSP/1.0 100 Continue\r\nCSeq: CSEQ\r\n\r\n${OK}`;
  });
  const { relay, port } = await relayTo(t, { url: camera.url, credentials: { user: 'u', password: 'p' } });
  const client = await openRawClient(port);
  for (let n = 0; n < 12; n++) assert.equal((await client.ask('GET_PARAMETER', relay.url)).status, 200, String(n));
  assert.equal(relay.seen().trouble, undefined);
});

test('a camera that finds each nonce too old is not asked without end', async (t) => {
  let n = 0;
  const camera = await answering(t, () => digest(`n${++n}`, ', stale=true'));
  const { relay, port } = await relayTo(t, { url: camera.url, credentials: { user: 'u', password: 'p' } });
  const client = await openRawClient(port);
  assert.equal((await client.ask('OPTIONS', relay.url)).status, 403);
  assert.equal(relay.seen().trouble?.kind, 'login');
  assert.ok(camera.requests.length <= 5, String(camera.requests.length));
});

test('what is no RTSP, and what is not there, is told in words', async (t) => {
  const noise = await answering(t, () => '\x01\x02noise without end');
  for (const [url, words] of [
    [noise.url, /does not speak RTSP/],
    ['rtsp://127.0.0.1:1/a', /Connection refused/],
    ['rtsp://nobody.invalid/a', /Failed to resolve hostname nobody\.invalid/],
  ] as const) {
    const { relay, port } = await relayTo(t, { url });
    const client = await openRawClient(port);
    await client.ask('OPTIONS', relay.url).catch(() => undefined);
    assert.match(relay.seen().trouble!.words, words);
  }
});

test('a server that keeps an answer back is seen to do so, and is left when the relay is closed', async (t) => {
  const slow = await answering(t, () => undefined);
  const { relay, port } = await relayTo(t, { url: slow.url });
  const client = await openRawClient(port);
  void client.ask('DESCRIBE', relay.url).catch(() => undefined);
  await until('it was asked', () => slow.requests.length === 1);
  assert.ok(relay.seen().askedMs > 0);
  await relay.close();
  await client.closed;
});

test('pieces: messages and frames, torn anywhere; empty frames without end are refused', () => {
  const message = bytesOf({ first: 'RTSP/1.0 200 OK', headers: [['CSeq', '1']], body: Buffer.from('v=0\r\n') });
  const bytes = Buffer.concat([message, Buffer.from([0x24, 2, 0, 3, 1, 2, 3]), message]);
  const cutter = openCutter();
  const pieces = [...bytes].flatMap((byte) => cutter.cut(Buffer.from([byte])));
  assert.deepEqual(
    pieces.map(({ kind }) => kind),
    ['message', 'frame', 'message'],
  );
  assert.throws(() => openCutter().cut(Buffer.alloc(8004, Buffer.from('$\0\0\0', 'latin1'))), /empty frames/);
});
