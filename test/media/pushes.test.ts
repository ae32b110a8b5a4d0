import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import test, { describe, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { PushWanted } from '#agent/device/state.ts';
import type { PushSeen } from '#agent/rtsp/push.ts';
import { openPushes, type Pushes } from '#agent/rtsp/pushes.ts';
import { startRtspServer, type Publication } from '#lib/rtsp/server/server.ts';
import { openPacketRing, type PacketRing } from '#lib/media/packet-ring.ts';
import { startChild, type Child } from '#lib/runtime/processes/child.ts';
import { realClock, sleep, type Clock } from '#lib/runtime/clock.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { silentLog, type Log } from '#lib/runtime/log.ts';
import { freePort } from '#test/support/free-port.ts';
import { childrenWith } from '#test/support/engine-rig.ts';
import { fastClock } from '#test/support/fast-clock.ts';
import { encodedStream, startLiveRing } from '#test/support/live-ring.ts';
import { memoryHeld } from '#test/support/memory.ts';
import { until } from '#test/support/until.ts';

const { ffmpeg, lacks } = await findFfmpeg();
const stream = await encodedStream(ffmpeg);

interface Rig {
  pushes: Pushes;
  seen: Map<string, PushSeen | undefined>;
  /** Every status of each target, in order. */
  story: [id: string, status: string | undefined][];
  /** Waits until a target has come to a status, after the one that was waited for before; it may have left it again. */
  /** Every reason that was told. */
  errors: string[];
  logged: string[];
  until(id: string, status: string): Promise<void>;
}

function open(
  t: TestContext,
  {
    clock = realClock,
    program = ffmpeg,
    ring = startLiveRing(t, stream),
  }: { clock?: Clock; program?: string; ring?: PacketRing } = {},
): Rig {
  const seen: Rig['seen'] = new Map();
  const [story, errors, logged]: [Rig['story'], string[], string[]] = [[], [], []];
  /** Up to where the story of each target was waited for. */
  const known = new Map<string, number>();
  const tell = (...words: unknown[]): void => void logged.push(JSON.stringify(words));
  const log: Log = { ...silentLog, debug: tell, info: tell, warn: tell, error: tell, child: () => log };
  const pushes = openPushes(
    () => ({ ffmpeg: program, ring, clock, log }),
    (id, one) => {
      seen.set(id, one);
      story.push([id, one?.status]);
      if (one?.error) errors.push(one.error);
    },
    () => Date.now(),
  );
  t.after(() => pushes.close());
  return {
    pushes,
    seen,
    story,
    errors,
    logged,
    async until(id, status) {
      let at = -1;
      const isSo = (): boolean =>
        (at = story.findIndex((one, n) => n >= (known.get(id) ?? 0) && one[0] === id && one[1] === status)) >= 0;
      await until(`${id} is ${status}`, isSo, { seen: () => `${JSON.stringify([...seen])} ${logged.join()}` });
      known.set(id, at + 1);
    },
  };
}

const target = (id: string, url: string, more: Partial<PushWanted> = {}): PushWanted => ({
  id,
  name: id,
  enabled: true,
  stream: 'archive',
  url,
  ...more,
});

/** An ffmpeg that waits for a stream and says how much of it came. */
function receiver(
  t: TestContext,
  input: readonly string[],
): { child: Child; counts: () => { video: number; audio: number } } {
  const counts = { video: 0, audio: 0 };
  const child = startChild({
    command: ffmpeg,
    argv: [
      '-hide_banner',
      '-nostats',
      '-loglevel',
      'info',
      ...input,
      '-map',
      '0:v',
      '-map',
      '0:a',
      '-c',
      'copy',
      '-f',
      'framecrc',
      'pipe:1',
    ],
    takes: [1],
  });
  child.take(1).on('data', (chunk: Buffer) => {
    for (const line of chunk.toString('latin1').split('\n')) {
      if (line.startsWith('0,')) counts.video++;
      if (line.startsWith('1,')) counts.audio++;
    }
  });
  t.after(() => child.stop(0, 'SIGKILL'));
  return { child, counts: () => counts };
}

test('one that takes nothing: what waits for it is bounded, and it is started again', async (t) => {
  const ring = openPacketRing();
  const program = fileURLToPath(new URL('../fixtures/programs/takes-nothing', import.meta.url));
  const rig = open(t, { clock: fastClock(20), program, ring });
  rig.pushes.update([target('stuck', 'udp://127.0.0.1:9')]);
  const before = memoryHeld().arrayBuffers;
  const video = { track: 'video', units: [] } as const;
  for (let n = 0; n < 400; n++) {
    const ptsTicks = n * 6000;
    ring.push({ ...video, ptsTicks, dtsTicks: ptsTicks, key: n % 5 === 0, ts: Buffer.alloc(188 * 500) });
    await sleep(1);
  }
  const held = memoryHeld().arrayBuffers - before;
  assert.ok(held < 8 << 20, `${held} bytes wait`);
  await rig.until('stuck', 'waiting');
  await rig.until('stuck', 'connecting');
});

// They wait for targets most of the time; each has ports of its own.
describe('targets', { concurrency: 3 }, () => {
  test('pushes to RTMP, UDP and SRT at once: picture and sound arrive', async (t) => {
    const [rtmp, udp, srt] = [await freePort(), await freePort(), await freePort()];
    const receivers = {
      rtmp: receiver(t, ['-listen', '1', '-i', `rtmp://127.0.0.1:${rtmp}/app/streamkey`]),
      udp: receiver(t, ['-i', `udp://127.0.0.1:${udp}`]),
      ...(lacks.includes('protocol srt')
        ? {}
        : { srt: receiver(t, ['-i', `srt://127.0.0.1:${srt}?mode=listener&passphrase=averysecretword`]) }),
    };
    const rig = open(t);
    rig.pushes.update([
      target('rtmp', `rtmp://127.0.0.1:${rtmp}/app/streamkey`),
      target('udp', `udp://127.0.0.1:${udp}`),
      ...('srt' in receivers ? [target('srt', `srt://127.0.0.1:${srt}?passphrase=averysecretword`)] : []),
    ]);
    for (const id of Object.keys(receivers)) await rig.until(id, 'connected');
    for (const [id, { counts }] of Object.entries(receivers)) {
      await until(`two seconds reach ${id}`, () => counts().video >= 30 && counts().audio >= 60, {
        seen: () => JSON.stringify(counts()),
      });
    }
    const told = rig.logged.join() + JSON.stringify([...rig.seen]);
    assert.doesNotMatch(told, /streamkey|averysecretword/);
  });

  test('a push to an RTSP server, one that needs a name and password too', async (t) => {
    const published: Publication[] = [];
    const server = await startRtspServer({
      host: '127.0.0.1',
      port: 0,
      log: silentLog,
      mayPublish: () => true,
      publishCredentials: (path) => (path === 'closed' ? { user: 'box', password: 'wordofsecret' } : undefined),
      onPublisher: (_, publication) => void published.push(publication),
    });
    t.after(() => server.close());
    const rig = open(t);
    rig.pushes.update([
      target('open', `rtsp://127.0.0.1:${server.port}/open`),
      target('closed', `rtsp://box:wordofsecret@127.0.0.1:${server.port}/closed`),
      target('wrong', `rtsp://box:notthesecret@127.0.0.1:${server.port}/closed`),
    ]);
    await rig.until('open', 'connected');
    await rig.until('closed', 'connected');
    await rig.until('wrong', 'waiting');
    const received = (path: string): number =>
      Math.max(0, ...published.filter((one) => one.path === path).map((one) => one.receivedBytes()));
    await until('both send', () => received('open') > 10_000 && received('closed') > 10_000);
    assert.deepEqual(new Set(published.map(({ path }) => path)), new Set(['open', 'closed']));
    for (const publication of published) assert.equal(publication.tracks.length, 2);
    // On a busy machine the first tries may be given up before they are answered.
    await until('it is told why', () => /401|nauthorized/.test(rig.errors.join()), { seen: () => rig.errors.join() });
    assert.ok(!rig.story.some(([id, status]) => id === 'wrong' && status === 'connected'), 'the wrong word opens');
    assert.doesNotMatch(rig.logged.join() + JSON.stringify([...rig.seen]), /wordofsecret|notthesecret/);
  });

  test('a target that is away is tried again, and connected when it is back; its going is told', async (t) => {
    const port = await freePort();
    const rig = open(t, { clock: fastClock(4) });
    const url = `rtmp://127.0.0.1:${port}/app/streamkey`;
    rig.pushes.update([target('a', url)]);
    // On a busy machine the first tries may be given up before ffmpeg has come so far.
    const isTold = (): boolean => rig.errors.some((error) => /refused|Cannot|I\/O|error/i.test(error));
    await until('it is told why', isTold, { seen: () => rig.errors.join() });
    const first = receiver(t, ['-listen', '1', '-i', url]);
    await rig.until('a', 'connected');
    first.child.kill('SIGKILL');
    await rig.until('a', 'waiting');
    receiver(t, ['-listen', '1', '-i', url]);
    await rig.until('a', 'connected');
    assert.doesNotMatch(rig.logged.join() + JSON.stringify([...rig.seen]), /streamkey/);
  });

  test('a target that accepts and never answers is called anew; the others do not notice', async (t) => {
    const accepted: unknown[] = [];
    const server = createServer((socket) => {
      socket.pause();
      socket.on('error', () => undefined);
      accepted.push(socket);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const port = await freePort();
    const good = receiver(t, ['-i', `udp://127.0.0.1:${port}`]);
    const rig = open(t, { clock: fastClock(10) });
    rig.pushes.update([
      target('mute', `rtmp://127.0.0.1:${(server.address() as AddressInfo).port}/app/key`),
      target('good', `udp://127.0.0.1:${port}`),
    ]);
    await rig.until('mute', 'waiting');
    await until('it is called anew', () => accepted.length >= 2);
    await rig.until('good', 'connected');
    await until('a second reaches the other one', () => good.counts().video >= 15);
    for (const socket of accepted) (socket as { destroy(): void }).destroy();
  });

  test('on, off, changed, gone: each target by itself', async (t) => {
    const rig = open(t);
    const [one, two] = [target('one', 'udp://127.0.0.1:9'), target('two', 'udp://127.0.0.1:9?x=2', { enabled: false })];
    rig.pushes.update([one, two]);
    await rig.until('one', 'connected');
    assert.equal(rig.seen.get('two')?.status, 'off');
    const [pid] = await childrenWith('127.0.0.1:9');
    rig.pushes.update([
      { ...one, name: 'Renamed' },
      { ...two, enabled: true },
    ]);
    await rig.until('two', 'connected');
    assert.ok((await childrenWith('127.0.0.1:9')).includes(pid!), 'a new name restarts nothing');
    rig.pushes.update([{ ...one, enabled: false }, two]);
    assert.equal(rig.seen.get('one')?.status, 'off');
    rig.pushes.update([two]);
    assert.equal(rig.seen.get('one'), undefined);
    await rig.pushes.close();
    assert.deepEqual(await childrenWith('127.0.0.1:9'), []);
    await sleep(700);
    assert.deepEqual(await childrenWith('127.0.0.1:9'), [], 'nothing is started again');
  });

  test('the encoder breaks: the target is called anew with the new stream', async (t) => {
    const ring = startLiveRing(t, stream);
    const rig = open(t, { ring });
    rig.pushes.update([target('a', 'udp://127.0.0.1:19')]);
    await rig.until('a', 'connected');
    const [before] = await childrenWith('127.0.0.1:19');
    ring.breakOff('the encoder died');
    await rig.until('a', 'waiting');
    await rig.until('a', 'connected');
    await until('another ffmpeg calls it, and the one before is gone', async () => {
      const all = await childrenWith('127.0.0.1:19');
      return all.length > 0 && !all.includes(before!);
    });
  });
});
