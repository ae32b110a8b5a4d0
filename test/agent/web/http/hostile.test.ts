import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { test } from 'node:test';
import { LIMITS } from '#agent/web/http/limits.ts';
import { until } from '#test/support/until.ts';
import { startFakeBox, TOKEN, type FakeBox } from '../fake-box.ts';

/** Writes bytes on a socket; gives all that came back when the other side closed it, and after how long. */
function send(box: FakeBox, bytes: string | Buffer, end = false): Promise<{ text: string; ms: number }> {
  const startMs = performance.now();
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(box.port, '127.0.0.1');
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ text, ms: performance.now() - startMs }));
    if (end) socket.end(bytes);
    else socket.write(bytes);
  });
}

const head = (line: string, ...headers: string[]): string =>
  [line, 'Host: localhost', `Authorization: Bearer ${TOKEN}`, ...headers, '', ''].join('\r\n');
const START = 'POST /api/v1/recording/start HTTP/1.1';
const JSON_TYPE = 'Content-Type: application/json';
const isAlive = async (box: FakeBox): Promise<boolean> => (await fetch(`${box.url}/healthz`)).status === 200;

test('what is no HTTP is told so, in the form of all refusals', async () => {
  await using box = await startFakeBox();
  for (const bytes of [
    'hello\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    '\u0016\u0003\u0001',
    'OPTIONS rtsp://x RTSP/1.0\r\n\r\n',
  ]) {
    const { text } = await send(box, bytes);
    assert.match(text, /^HTTP\/1\.1 400 .*\{"error":\{"code":"(bad_request|host)"/s, bytes);
  }
  assert.ok(await isAlive(box));
});

test('headers without end are cut off', async () => {
  await using box = await startFakeBox();
  const { text } = await send(box, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(1 << 20)}`);
  assert.match(text, /^HTTP\/1\.1 431 /);
  const { text: many } = await send(box, `GET / HTTP/1.1\r\nHost: localhost\r\n${'a: b\r\n'.repeat(100_000)}\r\n`);
  assert.match(many, /^HTTP\/1\.1 431 /);
});

test('who is slow with headers or body is shown out', async () => {
  await using box = await startFakeBox({ limits: { headersMs: 200, requestMs: 600 } });
  const slow = await send(box, 'GET /api/v1/status HTTP/1.1\r\nHost: local');
  assert.match(slow.text, /^HTTP\/1\.1 408 /);
  assert.ok(slow.ms < LIMITS.headersMs, `${slow.ms} ms`);
  const lying = await send(box, head(START, JSON_TYPE, 'Content-Length: 500') + '{"minutes":');
  assert.match(lying.text, /^HTTP\/1\.1 408 /);
  assert.ok(lying.ms < LIMITS.requestMs, `${lying.ms} ms`);
  assert.equal(box.device.state().wanted.recording.state, 'stopped');
});

test('a connection on which nothing happens ends', async () => {
  await using box = await startFakeBox({ limits: { idleMs: 200 } });
  const { ms } = await send(box, '');
  assert.ok(ms < LIMITS.idleMs, `${ms} ms`);
});

test('lengths that lie start nothing', async () => {
  await using box = await startFakeBox();
  const cases = [
    head(START, JSON_TYPE, 'Content-Length: 5000000000', 'Connection: close') + '{}',
    head(START, JSON_TYPE, 'Content-Length: -1') + '{}',
    head(START, JSON_TYPE, 'Content-Length: 2', 'Content-Length: 3') + '{}',
    head(START, JSON_TYPE, 'Content-Length: 2', 'Transfer-Encoding: chunked') + '{}',
    head(START, JSON_TYPE, 'Transfer-Encoding: chunked') + 'zz\r\n{}\r\n0\r\n\r\n',
  ];
  for (const bytes of cases) {
    const { text } = await send(box, bytes);
    assert.match(text, /^HTTP\/1\.1 (400|413) /, bytes);
  }
  await send(box, head(START, JSON_TYPE, 'Content-Length: 500') + '{"minutes":', true);
  assert.equal(box.device.state().wanted.recording.state, 'stopped');
  assert.ok(await isAlive(box));
});

test('a body larger than is taken is not read to its end', async () => {
  await using box = await startFakeBox();
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const { text } = await send(box, head(START, JSON_TYPE, 'Transfer-Encoding: chunked') + chunk.repeat(40));
  assert.match(text, /^HTTP\/1\.1 413 /);
});

test('requests without a host, or with two, are none', async () => {
  await using box = await startFakeBox();
  const auth = `Authorization: Bearer ${TOKEN}\r\n`;
  assert.match((await send(box, `GET /api/v1/status HTTP/1.1\r\n${auth}\r\n`)).text, /^HTTP\/1\.1 400 /);
  const none = await send(box, 'GET /api/v1/status HTTP/1.0\r\n\r\n');
  assert.match(none.text, /^HTTP\/1\.1 400 /);
});

test('one address has so many connections and no more', async () => {
  await using box = await startFakeBox({ limits: { connectionsOfAnAddress: 5 } });
  const sockets = Array.from({ length: 5 }, () => connect(box.port, '127.0.0.1'));
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on('connect', resolve))));
  assert.equal((await send(box, head('GET /healthz HTTP/1.1', 'Connection: close'))).text, '');
  for (const socket of sockets) socket.destroy();
  await until('there is room again', async () =>
    (await send(box, head('GET /healthz HTTP/1.1', 'Connection: close'))).text.includes('200 OK'),
  );
});

test('random bytes, and requests with random bytes in them, harm nobody', async () => {
  await using box = await startFakeBox();
  const whole = Buffer.from(
    head(START, JSON_TYPE, 'Content-Length: 27', 'Connection: close') + '{"metadata":{"title":"abc"}}',
  );
  const jobs = Array.from({ length: 150 }, async (_, round) => {
    const bytes = round % 3 === 0 ? randomBytes(1 + ((round * 37) % 4000)) : Buffer.from(whole);
    if (round % 3 !== 0)
      for (let hits = 0; hits < 1 + (round % 5); hits++) {
        bytes[randomBytes(2).readUInt16LE() % bytes.length] = randomBytes(1)[0] ?? 0;
      }
    await send(box, round % 3 === 1 ? bytes : bytes.subarray(0, bytes.length - (round % 7)), true);
  });
  await Promise.all(jobs);
  assert.ok(await isAlive(box));
  // Tokens that a random byte has made wrong count as tries: the address may have to wait first.
  const status = async (): Promise<number> => (await box.send('GET', '/api/v1/status')).status;
  assert.ok([200, 429].includes(await status()));
  await until('the box answers as before', async () => (await status()) === 200, { everyMs: 500 });
});

test('neither token nor cookie is ever logged', async () => {
  const lines: string[] = [];
  const write = (...args: unknown[]): void => void lines.push(JSON.stringify(args));
  const log = { debug: write, info: write, warn: write, error: write, child: () => log } as never;
  await using box = await startFakeBox({ log });
  const headers = { 'content-type': 'application/json' };
  const enter = await fetch(`${box.url}/api/v1/session`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ token: TOKEN }),
  });
  const cookie = (enter.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  await fetch(`${box.url}/api/v1/status?token=${TOKEN}`, { headers: { cookie } });
  await box.ask('/api/v1/snapshot.jpg?of=B');
  await until('four lines are logged', () => lines.length >= 4, { seen: () => lines.join('\n') });
  const text = lines.join('\n');
  assert.ok(!text.includes('correct') && !text.includes(cookie.split('=')[1] ?? 'none'));
});
