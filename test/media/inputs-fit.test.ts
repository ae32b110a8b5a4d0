import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { FRAME_TICKS } from '#agent/media/inputs/input-argv.ts';
import { startInput, type Input, type InputFrame } from '#agent/media/inputs/input.ts';
import { momentOf, momentsFilter } from '#agent/media/inputs/moments.ts';
import { openCompositor } from '#agent/media/pictures/compositor.ts';
import { bytesOf, type Picture } from '#agent/media/pictures/i420.ts';
import { openPictureMemory, type PictureMemory } from '#agent/media/pictures/picture-memory.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { openNutReader } from '#lib/media/nut.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { startChild } from '#lib/runtime/processes/child.ts';
import { until } from '#test/support/until.ts';

const { ffmpeg } = await findFfmpeg();
const CANVAS = { widthPx: 1280, heightPx: 720 };
const FPS = 15;

interface Watched {
  input: Input;
  memory: PictureMemory;
  frame: () => InputFrame | undefined;
  untilWide: (widthPx: number) => Promise<void>;
}

function watch(t: TestContext, widthPx: number): Watched {
  const memory = openPictureMemory(64 << 20);
  const input = startInput({
    ffmpeg,
    source: { driver: 'test', pattern: 'bars' },
    size: CANVAS,
    widthPx,
    fps: FPS,
    memory,
    clock: realClock,
    log: silentLog,
    onSeen: () => undefined,
  });
  t.after(() => input.close());
  const frame = (): InputFrame | undefined => input.next(performance.now());
  return {
    input,
    memory,
    frame,
    untilWide: (wide) => until(`frames ${wide} px wide`, () => frame()?.picture.widthPx === wide, { everyMs: 30 }),
  };
}

test('frames become as wide as they are wanted, with the same picture, and nothing begins anew', async (t) => {
  const { input, memory, frame, untilWide } = watch(t, 160);
  const compositor = openCompositor(memory);
  const copies = new Map<number, Buffer>();
  const keep = async (): Promise<void> => {
    let shown: InputFrame | undefined;
    await until('a frame', () => (shown = frame()) !== undefined);
    const { picture } = shown!;
    const whole: Picture = { address: memory.allocate(bytesOf(CANVAS)), ...CANVAS };
    compositor.resize(picture, whole);
    copies.set(picture.widthPx, Buffer.from(memory.bytes.subarray(whole.address, whole.address + bytesOf(CANVAS))));
  };
  await untilWide(160);
  await keep();
  for (const wide of [1280, 320, 960, 426, 640]) {
    input.fit(wide);
    await untilWide(wide);
    await keep();
  }
  await until('it is live', () => input.seen().status === 'live');
  assert.equal(input.seen().reconnects, 0);
  // Bars stand still, so all of them are the same picture, but for the edges.
  const whole = copies.get(1280)!;
  for (const wide of [160, 320, 960, 426, 640]) {
    const small = copies.get(wide)!;
    let off = 0;
    for (let at = 0; at < whole.length; at++) off += Math.abs(whole[at]! - small[at]!);
    assert.ok(off / whole.length < 3, `${wide}: off by ${off / whole.length}`);
  }
});

test('a width that is wanted before there are filters is not forgotten', async (t) => {
  const { input, untilWide } = watch(t, 160);
  input.fit(320);
  await untilWide(320);
  assert.equal(input.seen().reconnects, 0);
});

test('moments of a source whose stamps jump back, and begin before zero, come as they are', async () => {
  const moments: number[] = [];
  const reader = openNutReader({
    begins: (_, ticks) => void moments.push(momentOf(ticks, FRAME_TICKS)),
    room: () => Buffer.alloc(65_536),
    landed: () => undefined,
    torn: (reason) => assert.fail(reason),
  });
  // Jumps of an hour back, a day on and two days back, one of them to before zero.
  const jumps = 'PTS-0.2/TB-if(between(N,5,9),3600/TB)+if(between(N,10,14),86400/TB)-if(gte(N,15),86400/TB)';
  const filters = `setpts='${jumps}',settb=1/${FRAME_TICKS},${momentsFilter('setpts', FRAME_TICKS)}`;
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=64x36:rate=10', '-frames:v', '20', '-vf', filters];
  const coded = `-fps_mode passthrough -enc_time_base 1:${FRAME_TICKS} -c:v rawvideo -f_strict experimental`.split(' ');
  const child = startChild({
    command: ffmpeg,
    argv: ['-v', 'error', '-nostdin', ...source, ...coded, '-syncpoints', 'none', '-f', 'nut', 'pipe:1'],
    takes: [1],
  });
  child.take(1).on('data', (bytes: Buffer) => {
    for (let at = 0; at < bytes.length;) {
      const room = reader.room();
      const count = Math.min(room.length, bytes.length - at);
      room.set(bytes.subarray(at, at + count));
      at += count;
      reader.landed(count);
    }
  });
  const { code, reason } = await child.died;
  assert.equal(code, 0, reason);
  const due = Array.from({ length: 20 }, (_, index) => {
    const jump = [0, -3_600_000, 86_400_000, -86_400_000][Math.floor(index / 5)]!;
    return index * 100 - 200 + jump;
  });
  assert.deepEqual(moments, due);
});
