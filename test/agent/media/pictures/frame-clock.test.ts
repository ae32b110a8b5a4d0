import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleOf, startFrameClock, ticksOf, type FrameTick } from '#agent/media/pictures/frame-clock.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';

const RATES = [5, 7.3, 12.5, 15, 24, 25, 29.97, 30, 50, 59.94, 60];

test('frames fall on their grid for an hour, without drift', () => {
  for (const fps of [7.3, 15, 29.97]) {
    const clock = virtualClock(123.4);
    let last: FrameTick | undefined;
    let worst = 0;
    let count = 0;
    const frames = startFrameClock(clock, fps, 123.4, 0, (tick) => {
      assert.equal(tick.frame, (last?.frame ?? -1) + 1);
      assert.equal(tick.skipped, 0);
      worst = Math.max(worst, Math.abs(clock.monotonicMs() - (123.4 + (tick.frame * 1000) / fps)));
      last = tick;
      count++;
    });
    clock.advance(3_600_000);
    frames.close();
    assert.ok(worst < 1e-6, `${fps}: ${worst} ms`);
    assert.equal(count, Math.floor(3600 * fps + 1e-6) + 1);
  }
});

test('a box that stood still for less than a second catches up, frame by frame', () => {
  const clock = virtualClock();
  const ticks: { frame: number; skipped: number; atMs: number }[] = [];
  startFrameClock(clock, 10, 0, 0, ({ frame, skipped }) => ticks.push({ frame, skipped, atMs: clock.monotonicMs() }));
  clock.advance(450);
  clock.freeze(900);
  assert.deepEqual(
    ticks.map(({ frame }) => frame),
    Array.from({ length: 14 }, (_, n) => n),
  );
  assert.ok(ticks.every(({ skipped }) => skipped === 0));
  clock.advance(100);
  assert.deepEqual(ticks.at(-1), { frame: 14, skipped: 0, atMs: 1400 });
});

test('a box that stood still for longer leaves frames out and says how many', () => {
  const clock = virtualClock();
  const ticks: FrameTick[] = [];
  startFrameClock(clock, 10, 0, 0, (tick) => ticks.push(tick));
  clock.advance(450);
  clock.freeze(60_000);
  const late = ticks[5]!;
  assert.equal(late.skipped, 599);
  assert.equal(late.frame, 5 + 599);
  assert.equal(late.dueMs, 60_400);
  clock.advance(1000);
  assert.equal(ticks.at(-1)?.frame, 614);
  // Every frame is drawn or counted.
  assert.equal(ticks.length + ticks.reduce((sum, { skipped }) => sum + skipped, 0), 615);
});

test('the first frame may lie anywhere, and a closed clock is silent', () => {
  const clock = virtualClock(10_000);
  const ticks: number[] = [];
  const frames = startFrameClock(clock, 20, 10_000, 7, ({ frame }) => {
    ticks.push(frame);
    if (frame === 9) frames.close();
  });
  clock.advance(349);
  assert.deepEqual(ticks, []);
  clock.advance(10_000);
  assert.deepEqual(ticks, [7, 8, 9]);
  assert.equal(clock.waiting, 0);
});

test('the lengths of all frames together are the sound that there is, at any rate', () => {
  for (const fps of RATES) {
    let sum = 0;
    const lengths = new Set<number>();
    for (let frame = 0; frame < 20_000; frame++) {
      const samples = sampleOf(frame + 1, fps) - sampleOf(frame, fps);
      sum += samples;
      lengths.add(samples);
    }
    assert.equal(sum, Math.floor((20_000 * 48_000) / fps), `${fps}`);
    assert.ok(lengths.size <= 2, `${fps}: ${[...lengths].join()}`);
  }
});

test('time stamps are even, rise, and lie within a tick of the grid', () => {
  for (const fps of RATES) {
    let before = ticksOf(-1, fps);
    for (let frame = 0; frame < 30_000; frame++) {
      const ticks = ticksOf(frame, fps);
      assert.equal(ticks % 2, 0);
      assert.ok(ticks > before);
      assert.ok(Math.abs(ticks - 900_000 - (frame * 90_000) / fps) <= 1 + 1e-6, `${fps} at ${frame}`);
      before = ticks;
    }
  }
});
