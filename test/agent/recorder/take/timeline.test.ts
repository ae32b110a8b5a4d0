import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTimeline, type Timeline } from '#agent/recorder/take/timeline.ts';
import type { Packet } from '#lib/media/packet.ts';

const FRAME = 6000;
const SOUND = 1920;

interface Bench {
  timeline: Timeline;
  /** Pictures `from` to before `to`, keys where said, with the sound that goes along. */
  feed: (from: number, to: number, keys?: number[], lead?: number) => void;
  /** Of each run: the pictures' numbers, in the order of decoding. */
  pictures: Map<number, number[]>;
  /** Of each run: moved time stamps. */
  sound: Map<number, number[]>;
  shown: Map<number, number[]>;
  ended: number[];
}

function bench(hasSound = true): Bench {
  const pictures = new Map<number, number[]>();
  const shown = new Map<number, number[]>();
  const sound = new Map<number, number[]>();
  const ended: number[] = [];
  const into = (map: Map<number, number[]>, run: number, value: number): void =>
    void map.set(run, [...(map.get(run) ?? []), value]);
  const timeline = openTimeline(
    {
      packet(run, packet, raw) {
        assert.ok(!ended.includes(run), `run ${run} has ended`);
        if (packet.track === 'audio') return into(sound, run, packet.ptsTicks);
        into(pictures, run, raw.ptsTicks / FRAME);
        into(shown, run, packet.ptsTicks);
      },
      end: (run) => ended.push(run),
    },
    () => hasSound,
  );
  let nextSound = 0;
  const feed: Bench['feed'] = (from, to, keys = [], lead = 0) => {
    for (let number = from; number < to; number++) {
      timeline.onPacket(packetOf('video', number * FRAME, (number - lead) * FRAME, keys.includes(number)));
      const soundUntil = hasSound ? (number + 1 - lead) * FRAME : 0;
      for (; nextSound < soundUntil; nextSound += SOUND)
        timeline.onPacket(packetOf('audio', nextSound, nextSound, false));
    }
  };
  return { timeline, feed, pictures, sound, shown, ended };
}

const packetOf = (track: Packet['track'], ptsTicks: number, dtsTicks: number, key: boolean): Packet => ({
  track,
  ptsTicks,
  dtsTicks,
  key,
  units: [Buffer.from([101, 1])],
  ts: Buffer.alloc(0),
});

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

test('begins with the key picture asked for, ends before the one asked for', () => {
  const { timeline, feed, pictures, sound, ended } = bench();
  timeline.start(5 * FRAME);
  feed(0, 15, [0, 5]);
  timeline.cut('stop', 20 * FRAME);
  feed(15, 40, [20]);
  assert.deepEqual(pictures.get(1), range(5, 20));
  const times = sound.get(1) ?? [];
  assert.ok((times[0] ?? 0) >= 5 * FRAME && (times[0] ?? 0) < 5 * FRAME + SOUND);
  assert.ok((times.at(-1) ?? 0) < 20 * FRAME && (times.at(-1) ?? 0) + SOUND >= 20 * FRAME);
  assert.deepEqual(ended, [1]);
  assert.ok(timeline.idle);
});

test('an encoder that does not obey: begins at the next key picture, still ends where asked', () => {
  const { timeline, feed, pictures } = bench();
  timeline.start(5 * FRAME);
  feed(0, 15, [0, 9]);
  timeline.cut('stop', 20 * FRAME);
  feed(15, 40, [30]);
  assert.deepEqual(pictures.get(1), range(9, 20));
});

test('pictures that are decoded ahead: sound that comes long after its picture is still in', () => {
  const { timeline, feed, pictures, sound, ended } = bench();
  timeline.start(5 * FRAME);
  feed(0, 15, [0, 5], 4);
  timeline.cut('stop', 20 * FRAME);
  feed(15, 22, [20], 4);
  assert.deepEqual(ended, [], 'the last sound has not come');
  feed(22, 30, [], 4);
  assert.deepEqual(pictures.get(1), range(5, 20));
  assert.ok((sound.get(1)?.at(-1) ?? 0) + SOUND >= 20 * FRAME);
  assert.deepEqual(ended, [1]);
});

test('a pause is cut out of the time; sound is neither doubled nor torn', () => {
  const { timeline, feed, pictures, shown, sound, ended } = bench();
  timeline.start(0);
  feed(0, 10, [0]);
  timeline.cut('pause', 12 * FRAME);
  feed(10, 20, [12]);
  timeline.resume(23 * FRAME);
  feed(20, 30, [23]);
  timeline.cut('pause', 31 * FRAME);
  feed(30, 41, [31]);
  timeline.resume(42 * FRAME);
  feed(41, 45, [42]);
  timeline.cut('stop', 50 * FRAME);
  feed(45, 60, [50]);
  assert.deepEqual(pictures.get(1), [...range(0, 12), ...range(23, 31), ...range(42, 50)]);
  assert.deepEqual(
    shown.get(1),
    range(0, 28).map((number) => number * FRAME),
  );
  const times = sound.get(1) ?? [];
  times.forEach((time, index) => {
    if (index > 0) assert.ok(Math.abs(time - (times[index - 1] ?? 0) - SOUND) <= SOUND / 2 + 1, `sound ${index}`);
  });
  assert.ok(Math.abs((times.at(-1) ?? 0) + SOUND - 28 * FRAME) <= SOUND);
  assert.deepEqual(ended, [1]);
});

test('a split goes to the first key picture at or after the mark, each packet in one run', () => {
  const { timeline, feed, pictures, sound, ended } = bench();
  timeline.start(0);
  feed(0, 10, [0], 2);
  timeline.cut('split', 12 * FRAME);
  feed(10, 30, [15], 2);
  timeline.cut('stop', 32 * FRAME);
  feed(30, 45, [32], 2);
  assert.deepEqual(pictures.get(1), range(0, 15));
  assert.deepEqual(pictures.get(2), range(15, 32));
  const all = [...(sound.get(1) ?? []), ...(sound.get(2) ?? [])];
  assert.deepEqual(
    all,
    range(0, all.length).map((index) => index * SOUND),
  );
  assert.ok((sound.get(2)?.[0] ?? 0) >= 15 * FRAME);
  assert.deepEqual(ended, [1, 2]);
});

test('a break ends the run; the next begins at the next key picture', () => {
  const { timeline, feed, pictures, ended } = bench();
  timeline.start(0);
  feed(0, 10, [0]);
  timeline.onBreak();
  assert.deepEqual(ended, [1]);
  feed(17, 30, [18]);
  timeline.onBreak();
  timeline.onBreak();
  feed(40, 45, [40]);
  timeline.cut('stop', 47 * FRAME);
  feed(45, 60, [47]);
  assert.deepEqual([...pictures.values()], [range(0, 10), range(18, 30), range(40, 47)]);
  assert.equal(ended.length, 3);
});

test('breaks while something is awaited', () => {
  const start = bench();
  start.timeline.start(5 * FRAME);
  start.feed(0, 3, [0]);
  start.timeline.onBreak();
  start.feed(4, 9, [4, 7]);
  assert.deepEqual([...start.pictures.values()], [[7, 8]], 'not before the picture asked for');

  const paused = bench();
  paused.timeline.start(0);
  paused.feed(0, 10, [0]);
  paused.timeline.cut('pause', 10 * FRAME);
  paused.feed(10, 12, [10]);
  paused.timeline.onBreak();
  assert.deepEqual(paused.ended, [1]);
  paused.feed(20, 25, [20]);
  assert.equal(paused.pictures.size, 1, 'a break is no resumption');
  paused.timeline.resume(26 * FRAME);
  paused.feed(25, 30, [26]);
  assert.deepEqual([...paused.pictures.values()], [range(0, 10), range(26, 30)]);

  const split = bench();
  split.timeline.start(0);
  split.feed(0, 10, [0]);
  split.timeline.cut('split', 12 * FRAME);
  split.timeline.onBreak();
  split.feed(11, 20, [11, 12]);
  assert.deepEqual([...split.pictures.values()], [range(0, 10), range(11, 20)], 'goes on at the first key picture');

  const stopped = bench();
  stopped.timeline.start(0);
  stopped.feed(0, 10, [0]);
  stopped.timeline.cut('stop', 12 * FRAME);
  stopped.timeline.onBreak();
  stopped.feed(11, 20, [11]);
  assert.deepEqual([...stopped.pictures.values()], [range(0, 10)]);
  assert.ok(stopped.timeline.idle);
});

test('pause and resume in one moment leave nothing out', () => {
  const { timeline, feed, pictures, shown } = bench();
  timeline.start(0);
  feed(0, 10, [0]);
  for (let times = 0; times < 5; times++) {
    timeline.cut('pause', 12 * FRAME);
    timeline.resume(12 * FRAME);
  }
  feed(10, 20, [12]);
  timeline.cut('stop', 25 * FRAME);
  feed(20, 40, [25]);
  assert.deepEqual(pictures.get(1), range(0, 25));
  assert.deepEqual(
    shown.get(1),
    range(0, 25).map((number) => number * FRAME),
  );
});

test('a pause that is never ended, a stop right after a resumption', () => {
  const { timeline, feed, pictures, ended } = bench();
  timeline.start(0);
  feed(0, 10, [0]);
  timeline.cut('pause', 10 * FRAME);
  feed(10, 20, [10]);
  timeline.cut('stop', 22 * FRAME);
  feed(20, 30, [22]);
  assert.deepEqual(pictures.get(1), range(0, 10));
  assert.deepEqual(ended, [1]);

  const other = bench();
  other.timeline.start(0);
  other.feed(0, 10, [0]);
  other.timeline.cut('pause', 10 * FRAME);
  other.feed(10, 20, [10]);
  other.timeline.resume(22 * FRAME);
  other.timeline.cut('stop', 22 * FRAME);
  other.feed(20, 40, [22]);
  assert.deepEqual(other.pictures.get(1), range(0, 10));
  assert.deepEqual(other.ended, [1]);
});

test('without sound, and when the sound stops coming, a take ends all the same', () => {
  const silent = bench(false);
  silent.timeline.start(0);
  silent.feed(0, 10, [0]);
  silent.timeline.cut('stop', 12 * FRAME);
  silent.feed(10, 14, [12]);
  assert.deepEqual(silent.ended, [1]);

  const lost = bench();
  lost.timeline.start(0);
  lost.feed(0, 10, [0]);
  lost.timeline.cut('stop', 12 * FRAME);
  for (let number = 10; number < 30; number++)
    lost.timeline.onPacket(packetOf('video', number * FRAME, number * FRAME, number === 12));
  assert.deepEqual(lost.ended, [1], 'a second is waited for it');
});
