import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { startHttpRelay } from '#lib/http-relay/http-relay.ts';
import { ownerIn } from '#lib/http-relay/own-client.ts';
import { formatChallenge, parseAnswer, provesKnowledge } from '#lib/runtime/access/digest.ts';

const credentials = { user: 'admin', password: 'p@ss word' };
const basic = `Basic ${Buffer.from('admin:p@ss word').toString('base64')}`;

/** A camera on a port of its own; `answer` gives status, headers and text. */
async function camera(
  answer: (request: IncomingMessage) => [status: number, headers?: Record<string, string>, text?: string],
): Promise<{ origin: string; server: Server }> {
  const server = createServer((request, reply) => {
    const [status, headers = {}, text = ''] = answer(request);
    reply.writeHead(status, headers).end(text);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

const ended = (server: Server): void => {
  server.closeAllConnections();
  server.close();
};

test('login and query are put in on the way; the address on loopback has neither', async () => {
  const seen: (string | undefined)[] = [];
  const { origin, server } = await camera(({ url, headers }) => {
    seen.push(url);
    return headers.authorization === basic
      ? [200, { 'content-type': 'video/mp2t' }, 'picture']
      : [401, { 'www-authenticate': 'Basic realm="cam"' }];
  });
  const relay = await startHttpRelay({ url: `${origin}/live/a.m3u8?token=s3cret`, credentials });
  assert.match(relay.url, /^http:\/\/127\.0\.0\.1:\d+\/live\/a\.m3u8$/);
  const got = await fetch(relay.url);
  assert.deepEqual([got.status, got.headers.get('content-type'), await got.text()], [200, 'video/mp2t', 'picture']);
  const segment = await fetch(new URL('seg1.ts?n=2', relay.url));
  assert.equal(await segment.text(), 'picture');
  const [secret, plain] = ['/live/a.m3u8?token=s3cret', '/live/seg1.ts?n=2'];
  assert.deepEqual(seen, [secret, secret, plain]);
  relay.close();
  ended(server);
});

test('a digest is answered, also to two requests at once; a wrong password is told once', async () => {
  let asked = 0;
  const { origin, server } = await camera((request) => {
    asked++;
    const answer = parseAnswer(request.headers.authorization ?? '');
    const isRight = answer && answer.uri === request.url && provesKnowledge(answer, credentials, 'GET');
    return isRight ? [200, {}, 'ok'] : [401, { 'www-authenticate': formatChallenge('cam', 'nonce', false) }];
  });
  const relay = await startHttpRelay({ url: `${origin}/a?b=1`, credentials });
  const both = await Promise.all([fetch(relay.url), fetch(new URL('/c', relay.url))]);
  assert.deepEqual(
    both.map(({ status }) => status),
    [200, 200],
  );
  relay.close();
  asked = 0;
  const wrong = await startHttpRelay({ url: `${origin}/a`, credentials: { user: 'admin', password: 'no' } });
  const refused = await fetch(wrong.url);
  assert.deepEqual([refused.status, refused.headers.get('www-authenticate'), asked], [401, null, 2]);
  wrong.close();
  ended(server);
});

test('a redirect on the server stays on the relay; another server gets no password', async () => {
  const told: (string | undefined)[] = [];
  const other = await camera(({ headers }) => {
    told.push(headers.authorization);
    return [200, {}, 'other'];
  });
  const own = await camera(({ url = '' }) => {
    if (url.startsWith('/a')) return [302, { location: '/b?x=1' }];
    return url === '/b?x=1' ? [200, {}, 'moved'] : [302, { location: `${other.origin}/c` }];
  });
  const relay = await startHttpRelay({ url: `${own.origin}/a?t=1`, credentials });
  const moved = await fetch(relay.url, { redirect: 'manual' });
  assert.equal(moved.headers.get('location'), `${new URL(relay.url).origin}/b?x=1`);
  assert.equal(await (await fetch(relay.url)).text(), 'moved');
  assert.equal(await (await fetch(new URL('/elsewhere', relay.url))).text(), 'other');
  assert.deepEqual(told, [undefined]);
  relay.close();
  ended(own.server);
  ended(other.server);
});

test('a server that is not there, and what is no reading', async () => {
  const { origin, server } = await camera(() => [200]);
  ended(server);
  const relay = await startHttpRelay({ url: `${origin}/a`, credentials: undefined });
  assert.equal((await fetch(relay.url)).status, 502);
  assert.equal(relay.trouble(), 'Connection refused');
  assert.equal((await fetch(relay.url, { method: 'POST', body: 'x' })).status, 403);
  relay.close();
  await assert.rejects(fetch(relay.url));
});

test('an endless answer ends with either side', async () => {
  let closed: (() => void) | undefined;
  const isClosed = new Promise<void>((resolve) => (closed = resolve));
  const server = createServer((_, reply) => {
    reply.writeHead(200).write('frame');
    reply.once('close', () => closed?.());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v?k=1`;
  const relay = await startHttpRelay({ url, credentials });
  const got = await fetch(relay.url);
  const reader = got.body!.getReader();
  assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'frame');
  relay.close();
  await isClosed;
  await assert.rejects(reader.read());
  ended(server);
});

test('the owner of a connection stands in the table of Linux', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:A0C5 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 2578918 1 0 100',
    '   1: 0100007F:00FF 0100007F:A0C5 01 00000000:00000000 00:00000000 00000000    33        0 2578919 1 0 100',
  ].join('\n');
  assert.deepEqual([ownerIn(table, 0xa0c5), ownerIn(table, 0xff), ownerIn(table, 5)], [1000, 33, undefined]);
});
