import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import type { EncoderWanted } from '#agent/device/state.ts';
import { startEncoder, type Encoder } from '#agent/media/encoders/encoder.ts';
import { ticksOf } from '#agent/media/pictures/frame-clock.ts';
import { openPacketRing } from '#lib/media/packet-ring.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { memoryHeld } from '#test/support/memory.ts';
import { until } from '#test/support/until.ts';
import { virtualClock, type VirtualClock } from '#test/support/virtual-clock.ts';

const WANTED: EncoderWanted = {
  widthPx: 640,
  heightPx: 360,
  fps: 15,
  videoKbps: 750,
  rateControl: 'cvbr',
  gopFrames: 30,
  profile: 'high',
  audioKbps: 80,
  hardware: 'off',
};
const PICTURE = Buffer.alloc(640 * 360 * 1.5, 100);
const SOUND = Buffer.alloc(12_800);

interface Rig {
  encoder: Encoder;
  clock: VirtualClock;
  troubles: (string | undefined)[];
  breaks: string[];
  /** When they were told, on the virtual clock. */
  breaksAtMs: number[];
  /** How often each frame's picture was given back. */
  done: number[];
  /** Feeds frames, each `stepMs` after the other on the virtual clock; lets pipes work in between. */
  feed(count: number, stepMs?: number, keys?: readonly number[]): Promise<void>;
  /** Feeds frames, 100 ms each on the virtual clock, until something is so. */
  feedUntil(what: string, isSo: () => boolean): Promise<void>;
  /** Pictures lent and not given back. */
  lent(): number;
}

function open(program: string): Rig {
  const clock = virtualClock(1000);
  const ring = openPacketRing();
  const [troubles, breaks, done]: [(string | undefined)[], string[], number[]] = [[], [], []];
  const breaksAtMs: number[] = [];
  ring.tap({
    onPacket: () => undefined,
    onBreak(reason) {
      breaks.push(reason);
      breaksAtMs.push(clock.monotonicMs());
    },
  });
  const encoder = startEncoder({
    ffmpeg: fileURLToPath(new URL(`../../../fixtures/programs/${program}`, import.meta.url)),
    wanted: WANTED,
    family: 'software',
    ring,
    clock,
    log: silentLog,
    onTrouble: (reason) => void troubles.push(reason),
  });
  const feed: Rig['feed'] = async (count, stepMs = 66, keys = []) => {
    for (let n = 0; n < count; n++) {
      const frame = done.length;
      done.push(0);
      encoder.feed({
        frame,
        key: keys.includes(frame),
        picture: PICTURE,
        sound: SOUND,
        done: () => void done[frame]!++,
      });
      await sleep(4);
      clock.advance(stepMs);
    }
  };
  return {
    encoder,
    clock,
    troubles,
    breaks,
    breaksAtMs,
    done,
    feed,
    feedUntil: (what, isSo) => until(what, async () => isSo() || (await feed(1, 100), isSo()), { everyMs: 1 }),
    lent: () => done.filter((times) => times === 0).length,
  };
}

async function closed({ encoder, done }: Rig): Promise<void> {
  await encoder.close();
  await until('every picture is given back', () => done.every((times) => times > 0));
  await sleep(20);
  assert.deepEqual([...new Set(done)], [1], 'every picture is given back, once');
}

/** The waits between a death and the next try, ms: the first try again is at once, then ever later. */
const PATIENCE_OF_ENCODER_MS = [0, 100, 300, 1000, 2000];

function assertPatience(breaksAtMs: readonly number[]): void {
  const waitsMs = breaksAtMs.slice(1).map((ms, n) => ms - breaksAtMs[n]!);
  waitsMs.forEach((ms, n) => assert.ok(ms >= (PATIENCE_OF_ENCODER_MS[n] ?? 2000), waitsMs.join()));
}

test('a program that is not there is tried again, with patience', async () => {
  const rig = open('not-there');
  await rig.feedUntil('it was tried five times', () => rig.breaksAtMs.length >= 5);
  assertPatience(rig.breaksAtMs);
  assert.match(rig.troubles[0] ?? '', /ENOENT/);
  await closed(rig);
});

test('one that dies at once: told each time with its reason, restarted ever more slowly, pictures given back', async () => {
  const rig = open('dies-at-once');
  await rig.feedUntil('it died seven times', () => rig.breaksAtMs.length >= 7);
  const { restarts, dropped } = rig.encoder.seen();
  assertPatience(rig.breaksAtMs);
  assert.deepEqual(new Set(rig.troubles), new Set(['Cannot load the library']));
  assert.equal(rig.breaks.length, restarts);
  assert.ok(rig.lent() <= 24, `${rig.lent()} pictures are out`);
  assert.ok(dropped <= rig.done.length);
  await closed(rig);
});

test('one that says nothing is ended after six seconds and started again', async () => {
  const rig = open('mute');
  await rig.feed(88);
  assert.equal(rig.encoder.seen().restarts, 0);
  await rig.feedUntil('it is ended', () => rig.encoder.seen().restarts === 1);
  assert.match(rig.troubles[0] ?? '', /SIGKILL/);
  assert.ok(rig.lent() <= 22);
  await closed(rig);
});

test('one that takes nothing: twenty pictures wait, the others are left out and counted', async () => {
  const rig = open('takes-nothing');
  await rig.feed(80);
  assert.ok(rig.lent() <= 22, `${rig.lent()} pictures are out`);
  assert.ok(rig.encoder.seen().dropped >= 50, `${rig.encoder.seen().dropped}`);
  assert.equal(rig.encoder.seen().restarts, 0);
  await rig.feedUntil('it is ended', () => rig.encoder.seen().restarts === 1);
  await closed(rig);
});

test('one that floods its log is ended as one that is mute; the memory stays', async () => {
  const rig = open('floods-stderr');
  const before = bytesHeld();
  await rig.feedUntil('it was ended', () => rig.troubles.length > 0);
  await rig.encoder.close();
  assert.match(rig.troubles[0] ?? '', /SIGKILL/);
  assert.ok(bytesHeld() - before < 20 << 20);
  await closed(rig);
});

test('closing twice, and pictures that come after it', async () => {
  const rig = open('mute');
  await rig.feed(3);
  await Promise.all([rig.encoder.close(), rig.encoder.close()]);
  await rig.feed(3);
  await closed(rig);
});

function bytesHeld(): number {
  const { heapUsed, external } = memoryHeld();
  return heapUsed + external;
}

/** Time stamps of the frames in an IVF file of I420 pictures. */
function stampsIn(ivf: Buffer): number[] {
  const stamps: number[] = [];
  for (let at = 32; at + 12 <= ivf.length; at += 12 + ivf.readUInt32LE(at))
    stamps.push(Number(ivf.readBigUInt64LE(at + 4)));
  return stamps;
}

test('pictures travel with their time stamps; a wish for a key picture is kept when its picture is left out', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-encoder-'));
  const out = join(folder, 'out.ivf');
  process.env['AMPHI_TEST_OUT'] = out;
  const rig = open('begins-late');
  // 40 at once: about half is left out, with the wish at 30. Then in time, with a wish at 45.
  await rig.feed(40, 66, [0, 30]);
  await writeFile(out, '');
  await until('it has taken what waited', () => rig.lent() === 0);
  await rig.feed(10, 66, [45]);
  await closed(rig);
  const stamps = stampsIn(await readFile(out));
  const frames = stamps.map((stamp) => Math.round(((stamp - (stamp % 2)) * 15) / 90_000));
  frames.forEach((frame, n) => assert.equal(stamps[n]! - (stamps[n]! % 2), ticksOf(frame, 15) - ticksOf(0, 15)));
  assert.ok(!frames.includes(30), 'the test needs a picture that is left out');
  const keys = frames.filter((_, n) => stamps[n]! % 2 === 1);
  const next = frames.find((frame) => frame > 30)!;
  // The first one is a key picture in any case.
  assert.deepEqual(keys, [next, 45]);
  await rm(folder, { recursive: true });
});
