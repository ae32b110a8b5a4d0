// Runs alone: players over UDP lose what they have no time to read.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { silentLog } from '#lib/runtime/log.ts';
import { startHall, type Hall } from '#simulator/hall.ts';
import { CAMERA, SLIDES } from '#simulator/signal.ts';
import { verdict } from '#simulator/verdict.ts';
import { run } from '#test/simulator/recorded.ts';
import { inTime } from '#test/support/pace.ts';
import { udpLosses, unlessLost } from '#test/support/udp-losses.ts';

/** Slides as they are by default; the camera smaller, to spare the machine. */
const SMALL = { widthPx: 640, heightPx: 360 };
const CREDENTIALS = { user: 'regie', password: 'p:a/ss@' };

let hall: Hall;
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hall-'));
  hall = await startHall({
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
    credentials: CREDENTIALS,
    sources: { camera: { size: SMALL } },
  });
});
after(async () => {
  await hall.close();
  await rm(folder, { recursive: true });
});

const record = (url: string, transport: string, file: string, seconds: number) =>
  run('ffmpeg', ['-y', '-v', 'error', '-rtsp_transport', transport, '-i', url, '-t', `${seconds}`, '-c', 'copy', file]);

test('players over TCP and UDP get every picture of both sources, with sound in step', (context) =>
  inTime(context, async (judge) => {
    const startedMs = Date.now();
    const losses = await udpLosses();
    const recordings = await Promise.all(
      (['slides', 'camera'] as const).flatMap((name) =>
        ['tcp', 'udp'].map(async (transport) => {
          const file = join(folder, `${name}-${transport}.ts`);
          const { ok, words } = await record(hall.urls[name], transport, file, 6.5);
          assert.ok(ok, words);
          return { name, transport, file };
        }),
      ),
    );
    const endedMs = Date.now();
    for (const { name, transport, file } of recordings) {
      const { sources, silence, container } = await verdict(file, { readTitles: false });
      const what = `${name} over ${transport}`;
      const [source] = sources;
      assert.ok(sources.length === 1 && source, what);
      assert.equal(source.source, name === 'slides' ? SLIDES : CAMERA);
      // Who has no time to read loses whole pictures up to the next key picture.
      judge(`${what}: pictures are missing`, Math.max(source.missingMs, (98 - source.frames) * 67), 800);
      judge(`${what}: pictures are missing between others`, source.missingMs, 0);
      await unlessLost(
        judge,
        what,
        async () => assert.deepEqual([source.unreadable, source.torn, source.flashMismatches], [[], [], []], what),
        losses,
      );
      assert.ok(
        source.firstClockMs > startedMs - 3000 && source.lastClockMs < endedMs,
        `${what}: the clock is the wall clock`,
      );
      judge(`${what}: beeps without their flash`, source.lipSync.measured.length > 0 ? 0 : 1, 0);
      for (const { offsetMs } of source.lipSync.measured) assert.ok(Math.abs(offsetMs) < 5, `${what}: ${offsetMs} ms`);
      for (const { fromMs, toMs } of silence) judge(`${what}: silence`, toMs - fromMs, 0);
      assert.deepEqual(
        [container.picture?.widthPx, container.picture?.frameRate, container.sound?.codec],
        [name === 'slides' ? 1280 : 640, 15, 'aac'],
      );
    }
  }));

test('without the right credentials nobody plays', async () => {
  const { host } = new URL(hall.urls.camera);
  for (const who of ['', 'eve:guess@']) {
    const { ok, words } = await run('ffprobe', [
      '-v',
      'error',
      '-rtsp_transport',
      'tcp',
      `rtsp://${who}${host}/camera`,
    ]);
    assert.equal(ok, false);
    assert.match(words, /401/);
  }
});

test('nobody publishes in the place of a source', async () => {
  const { host } = new URL(hall.urls.camera);
  const clip = ['-f', 'lavfi', '-i', 'testsrc2=d=1', '-c:v', 'libx264', '-f', 'rtsp', '-rtsp_transport', 'tcp'];
  const { ok } = await run('ffmpeg', ['-v', 'error', ...clip, `rtsp://${host}/camera`]);
  assert.equal(ok, false);
  assert.equal(hall.status().camera.publishing, true);
});
