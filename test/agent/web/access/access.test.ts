import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { hostName, isOwnName, isOwnOrigin } from '#agent/web/http/hosts.ts';
import { cookieOf } from '#agent/web/access/session-cookie.ts';
import { openThrottle } from '#agent/web/access/throttle.ts';
import { networkOf } from '#lib/runtime/addresses.ts';
import { until } from '#test/support/until.ts';
import { startFakeBox, TOKEN } from '../fake-box.ts';

test('without the token nothing is told but that the server lives', async () => {
  await using box = await startFakeBox();
  for (const path of [
    '/status',
    '/events',
    '/snapshot.jpg',
    '/preview.mp4',
    '/recordings/x/files/y',
    '/openapi.json',
  ]) {
    const response = await fetch(`${box.url}/api/v1${path}`);
    assert.equal(response.status, 401, path);
    assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer/);
    assert.equal(((await response.json()) as { error: { code: string } }).error.code, 'token');
  }
  assert.deepEqual(await (await fetch(`${box.url}/healthz`)).json(), { status: 'ok' });
  assert.equal((await fetch(`${box.url}/`)).status, 200);
});

test('a token in a URL is none', async () => {
  await using box = await startFakeBox();
  assert.equal((await fetch(`${box.url}/api/v1/status?token=${encodeURIComponent(TOKEN)}`)).status, 401);
});

test('wrong tokens are slowed down, the right one waits with them, and then is let in', async () => {
  await using box = await startFakeBox({ limits: { wrongTokens: 3, wrongTokenMs: 5000 } });
  const ask = (token: string) => fetch(`${box.url}/api/v1/status`, { headers: { authorization: `Bearer ${token}` } });
  const statuses = [];
  for (const wrong of ['a', 'b', 'c', 'd']) statuses.push((await ask(wrong)).status);
  assert.deepEqual(statuses, [401, 401, 401, 429]);
  const waiting = await ask(TOKEN);
  assert.equal(waiting.status, 429);
  assert.match(waiting.headers.get('retry-after') ?? '', /^[1-5]$/);
  await until('it is let in', async () => (await ask(TOKEN)).status === 200);
});

test('signing in counts as a try, too', async () => {
  await using box = await startFakeBox({ limits: { wrongTokens: 2, wrongTokenMs: 60_000 } });
  const enter = (token: string) =>
    fetch(`${box.url}/api/v1/session`, {
      method: 'POST',
      body: JSON.stringify({ token }),
      headers: { 'content-type': 'application/json' },
    });
  assert.deepEqual(
    [(await enter('a')).status, (await enter('b')).status, (await enter(TOKEN)).status],
    [401, 401, 429],
  );
});

test('an open box lets in, but answers only to its own names', async () => {
  await using box = await startFakeBox({ token: undefined, hosts: ['amphi.example'] });
  const statusFor = (host: string, headers: Record<string, string> = {}, method = 'GET', path = '/api/v1/status') =>
    new Promise((resolve, reject) => {
      const asking = request({ port: box.port, path, method, headers: { host, ...headers } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asking.on('error', reject).end();
    });
  for (const host of ['127.0.0.1', `localhost:${box.port}`, '[::1]', 'amphi', 'AMPHI.local', 'amphi.example']) {
    assert.equal(await statusFor(host), 200, host);
  }
  for (const host of ['evil.example', 'amphi.evil.example', '127.0.0.1.evil.example']) {
    assert.equal(await statusFor(host), 421, host);
  }
  assert.equal(await statusFor('a b'), 400);
  assert.equal(box.device.state().wanted.recording.state, 'stopped');
});

test('HTTP/1.0 needs no Host where it brings an account, as some controllers do; HTTP/1.1 does', async () => {
  await using box = await startFakeBox();
  const ask = (version: string): Promise<string> =>
    new Promise((resolve) => {
      let text = '';
      const socket = connect(
        box.port,
        '127.0.0.1',
        () => void socket.end(`GET /api/v1/session HTTP/${version}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`),
      );
      socket.on('data', (bytes) => (text += bytes.toString('latin1'))).on('close', () => resolve(text));
    });
  assert.match(await ask('1.0'), /^HTTP\/1\.1 200 .*"role":"admin"/s);
  assert.match(await ask('1.1'), /^HTTP\/1\.1 400 /);
});

test('a page of another site changes nothing, with or without a token', async () => {
  await using box = await startFakeBox();
  const start = (headers: Record<string, string>) => box.ask('/api/v1/recording/start', { method: 'POST', headers });
  const foreign: Record<string, string>[] = [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { referer: 'http://evil.example/page' },
    { origin: `http://127.0.0.1:${box.port + 1}` },
  ];
  for (const headers of foreign) {
    const response = await start(headers);
    assert.equal(response.status, 403, JSON.stringify(headers));
  }
  assert.equal(box.device.state().wanted.recording.state, 'stopped');
  assert.equal((await start({ origin: box.url })).status, 200);
});

test('every answer keeps browsers from guessing, framing and sharing', async () => {
  await using box = await startFakeBox();
  for (const path of ['/', '/healthz', '/api/v1/status', '/api/v1/nothing', '/api/v1/events']) {
    const stop = new AbortController();
    const { headers } = await box.ask(path, { signal: stop.signal });
    stop.abort();
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/, path);
    assert.doesNotMatch(headers.get('content-security-policy') ?? '', /unsafe|\*/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
    assert.equal(headers.get('access-control-allow-origin'), null, path);
  }
});

test('what the page loads comes from the box, and nothing in it is inline', async () => {
  await using box = await startFakeBox();
  const html = await (await fetch(`${box.url}/`)).text();
  assert.doesNotMatch(html, /https?:|<style|style=|<script[^>]*>[^<]|\son\w+=/);
  for (const [, path = ''] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
    const response = await fetch(`${box.url}${path}`);
    assert.equal(response.status, 200, path);
    const etag = response.headers.get('etag') ?? '';
    assert.equal((await fetch(`${box.url}${path}`, { headers: { 'if-none-match': etag } })).status, 304, path);
  }
});

test('names, origins and cookies are read strictly', () => {
  assert.equal(hostName('[::1]:80'), '::1');
  assert.equal(hostName('Box.Local.:8080'), 'box.local');
  for (const bad of ['', undefined, 'a b', 'a/b', 'a:b', 'user@host', 'a,b']) assert.equal(hostName(bad), undefined);
  assert.ok(isOwnName('10.0.0.1', []) && !isOwnName('10.0.0.1.nip.io', ['lh100']));
  assert.ok(isOwnOrigin('http://box', 'same-origin', 'box') && !isOwnOrigin(undefined, 'cross-site', 'box'));
  assert.ok(isOwnOrigin(undefined, undefined, 'box') && !isOwnOrigin('http://box.evil', undefined, 'box'));
  assert.equal(cookieOf('a=1; amphi-80=x=y ;b=2', 'amphi-80'), 'x=y');
  assert.equal(cookieOf('xamphi-80=1', 'amphi-80'), undefined);
});

test('a throttle forgets with time, and counts a network of IPv6 as one', () => {
  let nowMs = 0;
  const throttle = openThrottle(() => nowMs, { tries: 2, everyMs: 1000, addresses: 2 });
  throttle.failed('2001:db8::1');
  throttle.failed('2001:db8:0:0:ffff::2');
  assert.equal(throttle.waitMs('2001:db8::9'), 1000);
  assert.equal(throttle.waitMs('2001:db8:0:1::9'), 0);
  nowMs = 500;
  assert.equal(throttle.waitMs('2001:db8::9'), 500);
  nowMs = 1000;
  assert.equal(throttle.waitMs('2001:db8::9'), 0);
  assert.equal(networkOf('::ffff:10.0.0.1'), '10.0.0.1');
  throttle.failed('10.0.0.1');
  throttle.failed('10.0.0.2');
  throttle.failed('10.0.0.3');
  assert.equal(throttle.waitMs('2001:db8::9'), 0, 'the oldest is forgotten when there are too many');
});
