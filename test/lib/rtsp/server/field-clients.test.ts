import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { openBase64, tunnelHead } from '#lib/rtsp/server/tunnel.ts';
import { until } from '#test/support/until.ts';
import { fedMount, picture, startServer } from '../made-up-stream.ts';
import { openRawClient, playTcp } from '../raw-client.ts';

const server = await startServer();
const mount = fedMount(server);
const url = `rtsp://127.0.0.1:${server.port}/extron1`;
const TCP = (first: number): Record<string, string> => ({
  Transport: `RTP/AVP/TCP;unicast;interleaved=${first}-${first + 1}`,
});
after(() => server.close());

test('a session of the client’s own making does not count before there is one', async (t) => {
  const client = await openRawClient(server.port);
  t.after(() => client.close());
  const own = { Session: '12345678;timeout=5' };
  assert.equal((await client.ask('OPTIONS', url, own)).status, 200);
  assert.equal((await client.ask('DESCRIBE', url, own)).status, 200);
  const setUp = await client.ask('SETUP', `${url}/trackID=0`, { ...TCP(0), ...own });
  assert.equal(setUp.status, 200);
  assert.doesNotMatch(setUp.headers.get('session')!, /12345678/);
  assert.equal((await client.ask('PLAY', url, own)).status, 454);
});

test('SETUP of the whole after its tracks leaves them as they are; RTP-Info names what was set up', async (t) => {
  const client = await openRawClient(server.port);
  t.after(() => client.close());
  mount.push(picture(0));
  assert.equal((await client.ask('SETUP', url, TCP(0))).status, 459);
  const one = `${url}/?user=x/trackID=0`;
  const first = await client.ask('SETUP', one, TCP(0));
  const session = { Session: first.headers.get('session')!.split(';')[0]! };
  const two = `${url}/trackID=1`;
  const second = await client.ask('SETUP', two, { ...TCP(2), ...session });
  const whole = await client.ask('SETUP', url, { ...TCP(4), ...session });
  assert.deepEqual([first.status, second.status, whole.status], [200, 200, 200]);
  assert.equal(whole.headers.get('transport'), first.headers.get('transport'));
  const play = await client.ask('PLAY', url, session);
  const named = play.headers
    .get('rtp-info')!
    .split(',')
    .map((part) => /^url=([^;]+)/.exec(part)?.[1]);
  assert.deepEqual(named, [one, two]);
});

test('SETUP of the whole after one track is the next track', async (t) => {
  const client = await openRawClient(server.port);
  t.after(() => client.close());
  const first = await client.ask('SETUP', `${url}/trackID=0`, TCP(0));
  const session = { Session: first.headers.get('session')!.split(';')[0]! };
  assert.match(
    (await client.ask('SETUP', url, { ...TCP(2), ...session })).headers.get('transport')!,
    /interleaved=2-3/,
  );
});

for (const [what, flood] of [
  ['pipelined OPTIONS', Buffer.from(`OPTIONS ${url} RTSP/1.0\r\nCSeq: 1\r\n\r\n`.repeat(2000))],
  ['empty frames', Buffer.alloc(40_000, Buffer.from('$\0\0\0', 'latin1'))],
  ['blank lines', Buffer.alloc(4 << 20, '\r\n')],
] as const)
  test(`who sends ${what} without end is sent away, and others are served`, async () => {
    const client = await openRawClient(server.port);
    client.socket.resume();
    client.send(flood);
    await client.closed;
    const other = await openRawClient(server.port);
    assert.equal((await other.ask('DESCRIBE', url)).status, 200);
    other.close();
  });

test('a player with its reports is not taken for a flood', async (t) => {
  const client = await openRawClient(server.port);
  t.after(() => client.close());
  await playTcp(client, url);
  for (let n = 0; n < 200; n++) client.send(Buffer.from([0x24, 1, 0, 4, 0x80, 201, 0, 0]));
  assert.equal((await client.ask('OPTIONS', url)).status, 200);
});

async function half(text: string): Promise<Socket> {
  const socket = connect({ port: server.port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  socket.write(text);
  return socket;
}

const coded = (text: string): string => Buffer.from(text).toString('base64');

test('RTSP in HTTP: replies and media by the GET, requests by the POST', async (t) => {
  const get = await half(
    'GET /extron1 HTTP/1.0\r\nx-sessioncookie: abc\r\nAccept: application/x-rtsp-tunnelled\r\n\r\n',
  );
  let heard = '';
  get.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
  await until('the answer', () => heard.includes('\r\n\r\n'));
  assert.match(heard, /^HTTP\/1\.0 200 OK\r\n[\s\S]*application\/x-rtsp-tunnelled/);
  const describe = coded(`DESCRIBE ${url} RTSP/1.0\r\nCSeq: 7\r\n\r\n`);
  const head = 'POST /extron1 HTTP/1.0\r\nx-sessioncookie: abc\r\nContent-Length: 32767\r\n\r\n';
  // The coding is torn at a place that is no multiple of four.
  const post = await half(head + describe.slice(0, 11));
  t.after(() => [get, post].forEach((socket) => socket.destroy()));
  post.write(describe.slice(11));
  await until('a description', () => /CSeq: 7[\s\S]*m=video/.test(heard));
  post.write(
    coded(`SETUP ${url}/trackID=0 RTSP/1.0\r\nCSeq: 8\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n`),
  );
  await until('a session', () => /Session: /.test(heard));
  const session = /Session: (\w+)/.exec(heard)![1]!;
  post.write(coded(`PLAY ${url} RTSP/1.0\r\nCSeq: 9\r\nSession: ${session}\r\n\r\n`));
  await until('it plays', () => heard.includes('CSeq: 9'));
  mount.push(picture(90_000));
  await until('media', () => heard.includes('$\0'));
  get.destroy();
  await once(post, 'close');
});

test('a POST without its GET, and a cookie that is taken, are sent away', async () => {
  const post = await half('POST / HTTP/1.0\r\nx-sessioncookie: nobody\r\n\r\n');
  post.resume();
  await once(post, 'close');
  const get = await half('GET / HTTP/1.0\r\nx-sessioncookie: two\r\n\r\n');
  await once(get, 'data');
  const again = await half('GET / HTTP/1.0\r\nx-sessioncookie: two\r\n\r\n');
  again.resume();
  await once(again, 'close');
  get.destroy();
});

test('heads of tunnels, and base64 of more than one request', () => {
  assert.equal(tunnelHead(Buffer.from('OPTIONS * RTSP/1.0\r\n')), undefined);
  assert.equal(tunnelHead(Buffer.from('GE')), 'more');
  assert.equal(tunnelHead(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')), undefined);
  assert.equal(tunnelHead(Buffer.from(`GET / HTTP/1.1\r\nx-sessioncookie: ${'a'.repeat(300)}\r\n\r\n`)), undefined);
  const decode = openBase64();
  const text = coded('one!') + coded('two');
  const parts = text.split('').map((letter) => decode(Buffer.from(letter)).toString());
  assert.equal(parts.join(''), 'one!two');
});
