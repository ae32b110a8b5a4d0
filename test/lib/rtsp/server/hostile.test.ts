import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import { answerChallenge, parseChallenge } from '#lib/runtime/access/digest.ts';
import type { RtspServer } from '#lib/rtsp/server/server.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { until } from '#test/support/until.ts';
import { fedMount, picture, startServer } from '../made-up-stream.ts';
import { openRawClient, playTcp, type RawClient } from '../raw-client.ts';
import { seeded, seededBytes } from '../seeded.ts';

const server = await startServer({ mayPublish: (path) => path.startsWith('free'), maxSessions: 50 });
const mount = fedMount(server);
const url = `rtsp://127.0.0.1:${server.port}/extron1`;
const SDP = 'v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:streamid=0\r\n';
after(() => server.close());

/** A server that waits for nobody, for those alone who say nothing: with it a pause of the machine looks the same. */
async function withoutPatience(t: TestContext): Promise<RtspServer> {
  const hasty = await startServer({ requestTimeoutSeconds: 0.3, mayPublish: () => true });
  t.after(() => hasty.close());
  return hasty;
}

/** The server still serves others. */
async function stillServes(): Promise<void> {
  const client = await openRawClient(server.port);
  assert.equal((await client.ask('DESCRIBE', url)).status, 200);
  client.close();
}

/** What the server says last, and that it closes. */
async function lastWord(send: (client: RawClient) => void, { port } = server): Promise<number | undefined> {
  const client = await openRawClient(port);
  const reply = client.reply().catch(() => undefined);
  send(client);
  await client.closed;
  return (await reply)?.status;
}

test('who says nothing, half a request, or a body shorter than promised, is sent away in time', async (t) => {
  const hasty = await withoutPatience(t);
  const words = await Promise.all(
    [
      '',
      'DESCRIBE rtsp://h/extron1 RTSP/1.0\r\nCSe',
      'ANNOUNCE rtsp://h/free RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 500\r\n\r\nv=0',
      Buffer.from([0x24, 0, 0xff, 0xff, 1]),
    ].map((bytes) => lastWord((client) => client.send(bytes), hasty)),
  );
  assert.deepEqual(words, [undefined, undefined, undefined, undefined]);
});

test('who drips a byte now and then is sent away too', async (t) => {
  const client = await openRawClient((await withoutPatience(t)).port);
  const timer = setInterval(() => client.send('X'), 100);
  await client.closed;
  clearInterval(timer);
});

test('a megabyte of headers is refused at 16 KiB', async () => {
  const status = await lastWord((client) => {
    client.send(`OPTIONS * RTSP/1.0\r\nX: ${'x'.repeat(1 << 20)}`);
  });
  assert.equal(status, 413);
  await stillServes();
});

test('a huge body is refused before it comes', async () => {
  const head = 'ANNOUNCE rtsp://h/free RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 999999999\r\n\r\n';
  assert.equal(await lastWord((client) => client.send(head)), 413);
});

test('HTTP and noise get an answer and the door', async () => {
  assert.equal(await lastWord((client) => client.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')), 505);
  assert.equal(await lastWord((client) => client.send(seededBytes(1, 5000))), 400);
});

test('frames nobody asked for are passed over', async () => {
  const client = await openRawClient(server.port);
  client.send(Buffer.concat([Buffer.from([0x24, 5, 0x10, 0]), seededBytes(2, 0x1000)]));
  assert.equal((await client.ask('OPTIONS', '*')).status, 200);
  mount.push(picture(0));
  await playTcp(client, url);
  client.send(Buffer.concat([Buffer.from([0x24, 1, 0, 200]), seededBytes(3, 200)]));
  client.send(Buffer.from([0x24, 77, 0, 0]));
  assert.equal((await client.ask('OPTIONS', '*')).status, 200);
  client.close();
});

test('a client that asks a lot and reads nothing is cut off', async () => {
  const client = await openRawClient(server.port);
  client.socket.pause();
  const request = Buffer.from(`DESCRIBE ${url} RTSP/1.0\r\nCSeq: 1\r\n\r\n`.repeat(500));
  await until('it is cut off', () => {
    client.send(request);
    return client.socket.destroyed;
  });
  await stillServes();
});

test('a session without a sign of life ends; a keep-alive keeps it', async (t) => {
  const short = await startServer({ sessionTimeoutSeconds: 2 });
  t.after(() => short.close());
  const mount = fedMount(short);
  const url = `rtsp://127.0.0.1:${short.port}/extron1`;
  const [silent, lively] = [await openRawClient(short.port), await openRawClient(short.port)];
  const udp = { Transport: 'RTP/AVP;unicast;client_port=40000-40001' };
  const setUps = await Promise.all([silent, lively].map((client) => client.ask('SETUP', `${url}/trackID=0`, udp)));
  const [first, second] = setUps.map(({ headers }) => headers.get('session')!.split(';')[0]!);
  await silent.ask('PLAY', url, { Session: first! });
  await lively.ask('PLAY', url, { Session: second! });
  // The last one may be without an answer when the test is over.
  const keepAlive = (): void => void lively.ask('GET_PARAMETER', url, { Session: second! }).catch(() => undefined);
  const timer = setInterval(keepAlive, 300);
  await silent.closed;
  await sleep(500);
  assert.deepEqual(
    mount.players().map(({ id }) => id),
    [second],
  );
  clearInterval(timer);
  lively.close();
});

test('what was said while the server stood still is heard before anybody is found silent', async (t) => {
  const short = await startServer({ sessionTimeoutSeconds: 1 });
  t.after(() => short.close());
  fedMount(short);
  const url = `rtsp://127.0.0.1:${short.port}/extron1`;
  const client = await openRawClient(short.port);
  const udp = { Transport: 'RTP/AVP;unicast;client_port=40002-40003' };
  const Session = (await client.ask('SETUP', `${url}/trackID=0`, udp)).headers.get('session')!.split(';')[0]!;
  await client.ask('PLAY', url, { Session });
  const alive = client.ask('GET_PARAMETER', url, { Session });
  for (const endMs = performance.now() + 1600; performance.now() < endMs;);
  assert.equal((await alive).status, 200);
  client.close();
});

test('publishing where it is not allowed is refused, and a taken path stays with its owner', async () => {
  const [first, second] = [await openRawClient(server.port), await openRawClient(server.port)];
  const announce = (client: RawClient, path: string, sdp = SDP): Promise<{ status: number }> =>
    client.ask('ANNOUNCE', url.replace('extron1', path), { 'Content-Type': 'application/sdp' }, sdp);
  assert.equal((await announce(first, 'extron1')).status, 403);
  assert.equal((await announce(first, 'elsewhere')).status, 403);
  assert.equal((await announce(first, 'free', 'nonsense')).status, 400);
  assert.equal((await first.ask('RECORD', url.replace('extron1', 'free'))).status, 454);
  assert.equal((await announce(first, 'free')).status, 200);
  assert.equal((await first.ask('RECORD', url.replace('extron1', 'free'))).status, 455);
  const setUp = { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1;mode=record' };
  const answer = await first.ask('SETUP', `${url.replace('extron1', 'free')}/streamid=0`, setUp);
  assert.equal(answer.status, 200);
  const session = answer.headers.get('session')!;
  assert.equal((await first.ask('RECORD', url.replace('extron1', 'free'), { Session: session })).status, 200);
  assert.equal((await announce(second, 'free')).status, 403);
  for (let seed = 0; seed < 300; seed += 1) {
    const noise = seededBytes(seed, seed);
    if (seed % 2 && noise.length > 1) noise.set([0x80, seed % 4 === 1 ? 96 : 200]);
    first.send(Buffer.concat([Buffer.from([0x24, seed % 3, noise.length >> 8, noise.length & 0xff]), noise]));
  }
  assert.equal((await first.ask('OPTIONS', '*')).status, 200);
  first.close();
  second.close();
  await stillServes();
});

test('digest: without, wrong, right, and an answer made for another request or connection', async () => {
  const guarded = await startServer({ credentials: () => ({ user: 'lecturer', password: 'chalk' }), realm: 'hall' });
  fedMount(guarded);
  const target = `rtsp://127.0.0.1:${guarded.port}/extron1`;
  const client = await openRawClient(guarded.port);
  assert.equal((await client.ask('OPTIONS', target)).status, 200);
  const refused = await client.ask('DESCRIBE', target);
  assert.equal(refused.status, 401);
  const challenge = parseChallenge(refused.headers.get('www-authenticate')!)!;
  const answer = (password: string, uri = target, method = 'DESCRIBE', algorithm: 'MD5' | 'SHA-256' = 'MD5') => ({
    Authorization: answerChallenge({ ...challenge, algorithm }, { user: 'lecturer', password }, { method, uri }),
  });
  const describe = async (headers: Record<string, string>, by = client): Promise<number> =>
    (await by.ask('DESCRIBE', target, headers)).status;
  assert.equal(await describe(answer('chalk')), 200);
  assert.equal(await describe(answer('chalk', target, 'DESCRIBE', 'SHA-256')), 200);
  assert.equal(await describe(answer('chalk', '/extron1')), 200);
  assert.equal(await describe(answer('Chalk')), 401);
  assert.equal(await describe(answer('chalk', target.replace('extron1', 'extron3'))), 401);
  assert.equal(await describe(answer('chalk', target, 'OPTIONS')), 401);
  assert.equal(await describe({ Authorization: `Basic ${btoa('lecturer:chalk')}` }), 401);
  assert.equal((await client.ask('SETUP', `${target}/trackID=0`, { Transport: 'RTP/AVP/TCP' })).status, 401);
  assert.equal(
    (
      await client.ask('SETUP', `${target}/trackID=0`, {
        Transport: 'RTP/AVP/TCP',
        ...answer('chalk', `${target}/trackID=0`, 'SETUP'),
      })
    ).status,
    200,
  );
  const other = await openRawClient(guarded.port);
  const stale = await other.ask('DESCRIBE', target, answer('chalk'));
  assert.equal(stale.status, 401);
  assert.match(stale.headers.get('www-authenticate')!, /stale=true/);
  await guarded.close();
});

test('guessing passwords gets slow, for all connections of the address', async () => {
  const guarded = await startServer({ credentials: () => ({ user: 'lecturer', password: 'chalk' }) });
  fedMount(guarded);
  const startMs = performance.now();
  const clients = await Promise.all(Array.from({ length: 8 }, () => openRawClient(guarded.port)));
  const wrong = 'Digest username="lecturer", realm="Amphi", nonce="n", uri="/extron1", response="0"';
  const guess = async (client: RawClient): Promise<number> => {
    await client.ask('DESCRIBE', '/extron1', { Authorization: wrong });
    return performance.now() - startMs;
  };
  for (const client of clients.slice(0, 5)) await guess(client);
  const took = await Promise.all(clients.slice(5).map(guess));
  assert.ok(Math.max(...took) > 1900, String(took));
  await guarded.close();
});

test('random conversations end nobody else’s', async () => {
  const next = seeded(20_261_120);
  const words = [
    'OPTIONS ',
    'SETUP ',
    'PLAY ',
    'ANNOUNCE ',
    'RTSP/1.0',
    '\r\n',
    '\r\n\r\n',
    ' ',
    'CSeq: 1',
    'Session: ',
    '$\0\0\x04',
    'Transport: RTP/AVP/TCP',
    'rtsp://h/extron1',
    '/trackID=0',
    'Content-Length: 5',
    ':',
    'v=0\r\n',
    '%',
    ';interleaved=0-1',
  ];
  const piece = (): Buffer =>
    next() < 0.15 ? seededBytes(next() * 2 ** 32, next() * 40) : Buffer.from(words[Math.floor(next() * words.length)]!);
  const watcher = await openRawClient(server.port);
  mount.push(picture(30));
  await playTcp(watcher, url);
  const leaving: Promise<void>[] = [];
  for (let round = 0; round < 500; round += 1) {
    const client = await openRawClient(server.port);
    leaving.push(client.closed);
    client.reply().catch(() => undefined);
    for (let message = 0; message < 10 && !client.socket.destroyed; message += 1) {
      client.send(Buffer.concat(Array.from({ length: 10 }, piece)));
    }
    client.socket.end();
    if (round % 50 === 0) await client.closed;
  }
  await Promise.all(leaving);
  const before = watcher.frames.length;
  mount.push(picture(60));
  await watcher.framesReach(before + 4);
  assert.ok(watcher.frames.length >= before + 4);
  watcher.close();
  await stillServes();
});

test('a session that never plays ends, and one that plays stays', async () => {
  const own = await startServer({ unusedSeconds: 0.5 });
  const feed = fedMount(own);
  const address = `rtsp://127.0.0.1:${own.port}/extron1`;
  const [idle, player] = [await openRawClient(own.port), await openRawClient(own.port)];
  feed.push(picture(0));
  await playTcp(player, address);
  const setUp = await idle.ask('SETUP', `${address}/trackID=0`, { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' });
  assert.equal(setUp.status, 200);
  // Signs of life do not make it one that is used.
  const timer = setInterval(() => void idle.ask('OPTIONS', '*').catch(() => undefined), 100);
  await idle.closed;
  clearInterval(timer);
  assert.equal(player.socket.destroyed, false);
  assert.equal(feed.players().length, 1);
  player.close();
  await own.close();
});
