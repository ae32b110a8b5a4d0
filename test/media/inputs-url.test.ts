import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { startInput } from '#agent/media/inputs/input.ts';
import { openPictureMemory } from '#agent/media/pictures/picture-memory.ts';
import { startChild } from '#lib/runtime/processes/child.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { freePort } from '#test/support/free-port.ts';

const { ffmpeg } = await findFfmpeg();
const SIZE = { widthPx: 320, heightPx: 180 };
const FPS = 15;
const SAMPLES = 48_000 / FPS;

/** A sender of a moving picture and a tone, as other programs send them. */
function send(t: TestContext, output: readonly string[]): void {
  const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25'];
  const tone = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100'];
  const coded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  const sender = startChild({
    command: ffmpeg,
    argv: ['-v', 'error', '-nostdin', ...picture, ...tone, ...coded, ...output],
  });
  t.after(() => sender.stop(0, 'SIGKILL'));
}

/** Waits until so many frames in a row, one a tick, had all of their sound. */
async function assertSounds(t: TestContext, url: string, inARow = 40): Promise<void> {
  const input = startInput({
    ffmpeg,
    source: { driver: 'url', url },
    size: SIZE,
    fps: FPS,
    memory: openPictureMemory(64 << 20),
    clock: realClock,
    log: silentLog,
    onSeen: () => undefined,
  });
  t.after(() => input.close());
  const sound = new Float32Array(SAMPLES * 2);
  let row = 0;
  let longest = 0;
  const isEnough = (): boolean => {
    const frame = input.next(performance.now());
    const whole = frame && !frame.waiting && frame.sound.read(frame.sample, 1, sound) === SAMPLES;
    row = whole ? row + 1 : 0;
    longest = Math.max(longest, row);
    return row >= inARow;
  };
  await until(`${inARow} frames in a row have their sound`, isEnough, {
    everyMs: 1000 / FPS,
    seen: () => `at most ${longest}; ${JSON.stringify(input.seen())}`,
  });
}

test('a transport stream by UDP, whose sound comes in late pieces: no hole in it', async (t) => {
  const port = await freePort();
  send(t, ['-f', 'mpegts', `udp://127.0.0.1:${port}?pkt_size=1316`]);
  await assertSounds(t, `udp://127.0.0.1:${port}`);
});

test('HLS, which comes in whole segments: even pictures, no hole in the sound', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-hls-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const list = join(folder, 'live.m3u8');
  send(t, ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '4', list]);
  await assertSounds(t, list);
});
