// Covers lib/rtmp, agent/media/inputs/source-link.ts, agent/rtsp/push-link.ts, lib/http-relay, lib/ffmpeg/hidden-options.ts.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { startInput } from '#agent/media/inputs/input.ts';
import { openPictureMemory } from '#agent/media/pictures/picture-memory.ts';
import { startPush } from '#agent/rtsp/push.ts';
import type { LiveSource } from '#agent/media/inputs/input-argv.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { startChild } from '#lib/runtime/processes/child.ts';
import { childrenWith } from '#test/support/engine-rig.ts';
import { freePort } from '#test/support/free-port.ts';
import { encodedStream, startLiveRing } from '#test/support/live-ring.ts';
import { startRtmpServer } from '#test/support/rtmp-server.ts';
import { until } from '#test/support/until.ts';

const { ffmpeg, lacks } = await findFfmpeg();
const SECRET = 'averysecretword';
const needsSrt = { skip: lacks.includes('protocol srt') ? 'this FFmpeg has no SRT' : false };

/** A live picture with a tone as a transport stream, to where `output` says. */
const send = (output: readonly string[], takes: readonly number[] = []) =>
  startChild({
    command: ffmpeg,
    argv: [
      ...'-v error -nostdin -re -f lavfi -i testsrc2=size=160x90:rate=15 -re -f lavfi -i sine'.split(' '),
      ...'-c:v libx264 -preset ultrafast -g 15 -pix_fmt yuv420p -c:a aac -f mpegts'.split(' '),
      ...output,
    ],
    takes,
  });

/** Opens a source, waits for its picture, and looks whether the secret stands in the arguments of its ffmpeg. */
async function assertLiveAndHidden(t: TestContext, source: LiveSource): Promise<void> {
  const input = startInput({
    ffmpeg,
    source,
    size: { widthPx: 320, heightPx: 180 },
    fps: 15,
    memory: openPictureMemory(64 << 20),
    clock: realClock,
    log: silentLog,
    onSeen: () => undefined,
  });
  t.after(() => input.close());
  await until('the picture', () => input.seen().status === 'live');
  let own: number[] = [];
  await until('its ffmpeg', async () => (own = await childrenWith('rawvideo')).length > 0);
  for (const pid of await childrenWith(SECRET)) assert.ok(!own.includes(pid), 'the secret stands in the arguments');
}

test('a source with HTTP: its password and its token stand in no argument', async (t) => {
  const expected = `Basic ${Buffer.from(`admin:${SECRET}`).toString('base64')}`;
  const server = createServer((request, reply) => {
    const isRight = request.headers.authorization === expected && request.url === `/live.ts?token=${SECRET}`;
    if (!isRight) return void reply.writeHead(401, { 'www-authenticate': 'Basic realm="cam"' }).end();
    const sender = send(['pipe:1'], [1]);
    sender.take(1).pipe(reply.writeHead(200, { 'content-type': 'video/mp2t' }));
    reply.once('close', () => sender.kill('SIGKILL'));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live.ts?token=${SECRET}`;
  await assertLiveAndHidden(t, { driver: 'url', url, user: 'admin', password: SECRET });
});

test('a source with SRT: its passphrase stands in no argument', needsSrt, async (t) => {
  const port = await freePort();
  const sender = send([`srt://127.0.0.1:${port}?mode=listener&passphrase=${SECRET}`]);
  t.after(() => sender.stop(0, 'SIGKILL'));
  const url = `srt://127.0.0.1:${port}?passphrase=${SECRET}&streamid=hall&latency=200000`;
  await assertLiveAndHidden(t, { driver: 'url', url });
});

test('a push by SRT: its passphrase stands in no argument', needsSrt, async (t) => {
  const port = await freePort();
  const receiver = startChild({
    command: ffmpeg,
    argv: [
      ...'-v error -nostdin -i'.split(' '),
      `srt://127.0.0.1:${port}?mode=listener&passphrase=${SECRET}`,
      '-f',
      'null',
      '-',
    ],
  });
  t.after(() => receiver.stop(0, 'SIGKILL'));
  let status = '';
  const push = startPush({
    ffmpeg,
    target: { url: `srt://127.0.0.1:${port}?passphrase=${SECRET}` } as Parameters<typeof startPush>[0]['target'],
    ring: startLiveRing(t, await encodedStream(ffmpeg)),
    clock: realClock,
    log: silentLog,
    onSeen: (seen) => (status = seen.status),
  });
  t.after(() => push.close());
  await until('the push', () => status === 'connected');
  let own: number[] = [];
  await until('its ffmpeg', async () => (own = await childrenWith('pipe:0')).length > 0);
  for (const pid of await childrenWith(SECRET)) assert.ok(!own.includes(pid), 'the secret stands in the arguments');
});

for (const kind of ['adobe', 'llnw'] as const) {
  test(`a push by RTMP to a server that asks for a login (${kind}): user and password stand in no argument`, async (t) => {
    const server = await startRtmpServer(kind, { user: 'studio', password: SECRET });
    t.after(() => server.close());
    const url = `rtmp://studio:${SECRET}@127.0.0.1:${server.port}/live/hall`;
    // FFmpeg's own login says that the server is one.
    const own = startChild({
      command: ffmpeg,
      argv: ['-v', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=15', '-f', 'flv', url],
    });
    await until('FFmpeg is let in', () => server.published() === 1);
    await own.stop(0, 'SIGKILL');
    let seen: { status?: string; error?: string } = {};
    const push = startPush({
      ffmpeg,
      target: { url } as Parameters<typeof startPush>[0]['target'],
      ring: startLiveRing(t, await encodedStream(ffmpeg)),
      clock: realClock,
      log: silentLog,
      onSeen: (now) => (seen = now),
    });
    t.after(() => push.close());
    await until('the push', () => seen.status === 'connected', { seen: () => JSON.stringify(seen) });
    await until('the push is let in', () => server.published() === 2);
    const children = await childrenWith('pipe:0');
    assert.ok(children.length > 0);
    for (const secret of [SECRET, 'studio'])
      for (const pid of await childrenWith(secret)) assert.ok(!children.includes(pid), 'it stands in the arguments');
  });
}

test('a push by RTMP with a wrong password says so, and not the password', async (t) => {
  const server = await startRtmpServer('adobe', { user: 'studio', password: 'right' });
  t.after(() => server.close());
  let seen: { status?: string; error?: string } = {};
  const push = startPush({
    ffmpeg,
    target: { url: `rtmp://studio:${SECRET}@127.0.0.1:${server.port}/live/hall` } as Parameters<
      typeof startPush
    >[0]['target'],
    ring: startLiveRing(t, await encodedStream(ffmpeg)),
    clock: realClock,
    log: silentLog,
    onSeen: (now) => (seen = now),
  });
  t.after(() => push.close());
  await until('an error', () => seen.error !== undefined);
  assert.match(seen.error ?? '', /authfailed|refuses this user name or password/);
  assert.ok(!seen.error?.includes(SECRET));
});
