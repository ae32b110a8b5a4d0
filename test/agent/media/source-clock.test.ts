import assert from 'node:assert/strict';
import test from 'node:test';
import { openSourceClock } from '#agent/media/source-clock.ts';
import { seeded } from '#test/support/seeded.ts';

interface Run {
  fps: number;
  seconds: number;
  /** Milliseconds between a frame's moment on the source's clock and its arrival. */
  lagOf?: (index: number) => number;
  /** How much faster the source's clock runs. */
  ppm?: number;
}

/** Plays a source against the box's ticks; gives what was shown at each tick. */
function play({ fps, seconds, lagOf = () => 50, ppm = 0 }: Run): { atMs: number; index: number }[] {
  const clock = openSourceClock({ fps, delayMs: 200 });
  const frameMs = 1000 / fps;
  const shown: { atMs: number; index: number }[] = [];
  let arrivedMs = 0;
  let next = 0;
  const arrivalOf = (index: number): number => Math.max(arrivedMs, (index * frameMs) / (1 + ppm / 1e6) + lagOf(index));
  for (let tick = 0; tick * frameMs < seconds * 1000; tick++) {
    const atMs = tick * frameMs + 7;
    while (arrivalOf(next) <= atMs) {
      arrivedMs = arrivalOf(next);
      clock.arrived(next++, arrivedMs);
    }
    shown.push({ atMs, index: clock.next(atMs) });
  }
  return shown;
}

/** Ticks, after the start, at which the shown frame is not the next one. */
function corrections(shown: readonly { index: number }[], afterTick = 0): { tick: number; by: number }[] {
  return shown.flatMap(({ index }, tick) => {
    const before = shown[tick - 1]?.index ?? -1;
    return tick > afterTick && before > 0 && index !== before + 1 ? [{ tick, by: index - before - 1 }] : [];
  });
}

test('nothing is shown before the first frame', () => {
  const clock = openSourceClock({ fps: 15, delayMs: 200 });
  assert.equal(clock.next(0), -1);
  assert.equal(clock.next(1e6), -1);
});

test('the first frame is shown at once, and once the delay is over the source runs, exactly delayed', () => {
  for (const fps of [5, 12.5, 15, 30, 60]) {
    const shown = play({ fps, seconds: 10 });
    const first = shown.find(({ index }) => index >= 0)!;
    assert.equal(first.index, 0);
    assert.ok(first.atMs - 50 <= 1000 / fps, `${fps}: frame 0 waited ${first.atMs - 50} ms`);
    assert.deepEqual(corrections(shown), [], `${fps}`);
    const { atMs, index } = shown.at(-1)!;
    const lateMs = atMs - (index * 1000) / fps - 50;
    assert.ok(lateMs >= 199.9 && lateMs < 200.1 + 1000 / fps, `${fps}: ${lateMs} ms behind the source`);
  }
});

test('arrivals that jitter by 100 ms are not seen', () => {
  const random = seeded(3);
  const shown = play({ fps: 15, seconds: 600, lagOf: () => 150 + (random() - 0.5) * 200 });
  assert.deepEqual(corrections(shown, 15), []);
});

test('a burst at the start does not put the picture behind', () => {
  // Two seconds of frames come at once, as a server sends from its last key picture; then in real time.
  const shown = play({ fps: 15, seconds: 30, lagOf: (index) => (index < 30 ? 2000 - (index * 1000) / 15 : 0) });
  const { atMs, index } = shown.at(-1)!;
  assert.ok(atMs - (index * 1000) / 15 < 300, `${atMs - (index * 1000) / 15} ms behind`);
  assert.ok(corrections(shown).length <= 1, JSON.stringify(corrections(shown)));
});

test('a source that stalls shows its last frame, and is as punctual as before when it is back', () => {
  // Frames 150 to 179 are held up and come all at once with number 180.
  const shown = play({
    fps: 15,
    seconds: 60,
    lagOf: (index) => (index >= 150 && index < 180 ? 50 + ((180 - index) * 1000) / 15 : 50),
  });
  for (let tick = 1; tick < shown.length; tick++)
    assert.ok(shown[tick]!.index >= shown[tick - 1]!.index, `back in time at tick ${tick}`);
  const { atMs, index } = shown.at(-1)!;
  assert.ok(Math.abs(atMs - (index * 1000) / 15 - 50 - 200) < 100, `${atMs - (index * 1000) / 15} ms behind`);
});

test('a source whose road has become 400 ms longer is shown steadily again', () => {
  const shown = play({ fps: 15, seconds: 60, lagOf: (index) => (index < 300 ? 50 : 450) });
  const settled = shown.slice(30 * 15);
  assert.deepEqual(corrections(settled), []);
  const { atMs, index } = shown.at(-1)!;
  const lateMs = atMs - (index * 1000) / 15 - 450;
  assert.ok(lateMs > 100 && lateMs < 300, `${lateMs} ms after its arrival`);
});

test('a source whose clock is 500 ppm off needs one correction for each frame gained or lost, for an hour', () => {
  for (const ppm of [500, -500]) {
    const shown = play({ fps: 15, seconds: 3600, ppm });
    const all = corrections(shown, 30);
    const gained = (3600 * 15 * ppm) / 1e6;
    const total = all.reduce((sum, { by }) => sum + by, 0);
    assert.ok(Math.abs(total - gained) <= 2, `${ppm} ppm: corrected by ${total} of ${gained} frames`);
    assert.ok(all.length <= Math.abs(gained) + 2, `${ppm} ppm: ${all.length} corrections`);
    const steps = Math.max(...all.map(({ by }) => Math.abs(by)));
    assert.ok(steps <= 2, `${ppm} ppm: a correction by ${steps}`);
  }
});
