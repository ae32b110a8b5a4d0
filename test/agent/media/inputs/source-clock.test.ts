import assert from 'node:assert/strict';
import test from 'node:test';
import { openSourceClock } from '#agent/media/inputs/source-clock.ts';
import { seeded } from '#test/support/seeded.ts';

const DELAY_MS = 200;

interface Run {
  /** The box's rate, and the source's where it differs. */
  fps: number;
  sourceFps?: number;
  seconds: number;
  /** Milliseconds between a frame's moment on the source's clock and its arrival. */
  lagOf?: (index: number) => number;
  /** How much faster the source's clock runs. */
  ppm?: number;
  /** Where in a tick the source's frames lie, in parts of a frame. */
  phase?: number;
}

interface Shown {
  atMs: number;
  index: number;
  sourceMs: number;
  waiting: boolean;
}

/** Plays a source against the box's ticks; gives what was shown at each tick; index -1 for nothing. */
function play({ fps, sourceFps = fps, seconds, lagOf = () => 50, ppm = 0, phase = 0.3 }: Run): Shown[] {
  const clock = openSourceClock({ fps, delayMs: DELAY_MS });
  const shown: Shown[] = [];
  let arrivedMs = 0;
  let next = 0;
  const momentOf = (index: number): number => (index * 1000) / sourceFps;
  const arrivalOf = (index: number): number => Math.max(arrivedMs, momentOf(index) / (1 + ppm / 1e6) + lagOf(index));
  for (let tick = 0; (tick * 1000) / fps < seconds * 1000; tick++) {
    const atMs = ((tick + phase) * 1000) / fps;
    while (arrivalOf(next) <= atMs) {
      arrivedMs = arrivalOf(next);
      clock.arrived(next, momentOf(next), arrivedMs);
      next++;
    }
    const moment = clock.next(atMs);
    shown.push(moment ? { atMs, ...moment } : { atMs, index: -1, sourceMs: Number.NaN, waiting: false });
  }
  return shown;
}

/** Ticks, once the source runs, at which the shown frame is not the next one. */
function corrections(shown: readonly Shown[]): { tick: number; by: number }[] {
  return shown.flatMap(({ index, waiting }, tick) => {
    const before = shown[tick - 1];
    const begins = index === 0 && waiting;
    const runs = before && before.index >= 0 && !begins && !(before.index === 0 && before.waiting);
    return runs && index !== before.index + 1 ? [{ tick, by: index - before.index - 1 }] : [];
  });
}

/** How far behind the promptest arrivals the source is shown. */
const behindMs = ({ atMs, sourceMs }: Shown, lagMs = 50): number => atMs - sourceMs - lagMs;

test('nothing is shown before the first frame', () => {
  const clock = openSourceClock({ fps: 15, delayMs: DELAY_MS });
  assert.equal(clock.next(0), undefined);
  assert.equal(clock.next(1e6), undefined);
});

test('the first frame is shown at once and waits; once the delay is over the source runs, exactly delayed', () => {
  for (const fps of [5, 12.5, 15, 30, 60])
    for (const phase of [0, 0.25, 0.5, 0.75]) {
      const said = `${fps} frames/s, phase ${phase}`;
      const shown = play({ fps, seconds: 10, phase });
      const first = shown.find(({ index }) => index >= 0)!;
      assert.deepEqual([first.index, first.waiting], [0, true], said);
      assert.ok(first.atMs - 50 <= 1000 / fps, `${said}: frame 0 waited ${first.atMs - 50} ms`);
      assert.ok(corrections(shown).length <= 1, `${said}: ${JSON.stringify(corrections(shown))}`);
      const last = shown.at(-1)!;
      assert.equal(last.waiting, false);
      assert.ok(Math.abs(behindMs(last) - DELAY_MS) <= 500 / fps + 1, `${said}: ${behindMs(last)} ms`);
    }
});

test('the time that is shown runs evenly, and the frame is never more than half a frame from it', () => {
  for (const fps of [7.3, 15, 30]) {
    const random = seeded(2);
    const shown = play({ fps, seconds: 300, lagOf: () => 80 + random() * 60 }).filter(({ waiting }) => !waiting);
    const frameMs = 1000 / fps;
    for (let tick = 2; tick < shown.length; tick++) {
      const [before, now] = [shown[tick - 1]!, shown[tick]!];
      if (before.index < 0) continue;
      const step = (now.sourceMs - before.sourceMs) / frameMs;
      assert.ok(step > 0.97 && step < 1.03, `${fps}: a step of ${step} frames at tick ${tick}`);
      assert.ok(Math.abs(now.index * frameMs - now.sourceMs) <= frameMs / 2 + 1e-6);
    }
  }
});

test('arrivals that jitter by 100 ms are not seen', () => {
  const random = seeded(3);
  const shown = play({ fps: 15, seconds: 600, lagOf: () => 150 + (random() - 0.5) * 200 });
  assert.deepEqual(corrections(shown.slice(15)), []);
});

test('a burst at the start does not put the picture behind', () => {
  // Two seconds of frames come at once, as a server sends from its last key picture; then in real time.
  const shown = play({ fps: 15, seconds: 30, lagOf: (index) => (index < 30 ? 2000 - (index * 1000) / 15 : 0) });
  const last = shown.at(-1)!;
  assert.ok(behindMs(last, 0) < 300, `${behindMs(last, 0)} ms behind`);
  assert.ok(corrections(shown).length <= 1, JSON.stringify(corrections(shown)));
});

test('a source that stalls shows its last frame, and is as punctual as before when it is back', () => {
  // Frames 150 to 179 are held up and come all at once with number 180.
  const lagOf = (index: number): number => (index >= 150 && index < 180 ? 50 + ((180 - index) * 1000) / 15 : 50);
  const shown = play({ fps: 15, seconds: 60, lagOf });
  for (let tick = 1; tick < shown.length; tick++)
    assert.ok(shown[tick]!.index >= shown[tick - 1]!.index, `back in time at tick ${tick}`);
  assert.ok(Math.abs(behindMs(shown.at(-1)!) - DELAY_MS) < 100, `${behindMs(shown.at(-1)!)} ms behind`);
  assert.deepEqual(corrections(shown.slice(20 * 15)), []);
});

test('a source whose road has become 400 ms longer is shown steadily again', () => {
  const shown = play({ fps: 15, seconds: 60, lagOf: (index) => (index < 300 ? 50 : 450) });
  assert.deepEqual(corrections(shown.slice(30 * 15)), []);
  const late = behindMs(shown.at(-1)!, 450);
  assert.ok(late > 100 && late < 300, `${late} ms after its arrival`);
});

test('a source whose clock is 500 ppm off: as few corrections as frames gained or lost, for an hour', () => {
  for (const ppm of [500, -500]) {
    const shown = play({ fps: 15, seconds: 3600, ppm });
    const all = corrections(shown.slice(30));
    const gained = (3600 * 15 * ppm) / 1e6;
    const total = all.reduce((sum, { by }) => sum + by, 0);
    assert.ok(Math.abs(total - gained) <= 3, `${ppm} ppm: corrected by ${total} of ${gained} frames`);
    assert.ok(all.length <= Math.abs(gained) + 3, `${ppm} ppm: ${all.length} corrections`);
    assert.ok(Math.max(...all.map(({ by }) => Math.abs(by))) <= 2, JSON.stringify(all));
  }
});

test('a source of another rate: each frame for as long as it is due', () => {
  for (const sourceFps of [5, 7.5, 10, 12]) {
    const shown = play({ fps: 15, sourceFps, seconds: 60 }).filter(({ waiting, index }) => !waiting && index >= 0);
    const times = new Map<number, number>();
    for (const { index } of shown) times.set(index, (times.get(index) ?? 0) + 1);
    const lengths = [...times.values()].slice(2, -2);
    const due = 15 / sourceFps;
    assert.ok(
      lengths.every((length) => length >= Math.floor(due) - 1 && length <= Math.ceil(due) + 1),
      `${sourceFps}: ${[...new Set(lengths)].join()}`,
    );
    assert.equal(times.size >= sourceFps * 58, true, `${sourceFps}: only ${times.size} frames of it are seen`);
    for (let tick = 1; tick < shown.length; tick++) assert.ok(shown[tick]!.index >= shown[tick - 1]!.index);
  }
});

test('a source whose clock jumps is followed, and delayed as before within five seconds', () => {
  for (const jumpMs of [-20_000, -500, 500, 20_000]) {
    const clock = openSourceClock({ fps: 15, delayMs: DELAY_MS });
    for (let tick = 0; tick < 600; tick++) {
      const atMs = (tick * 1000) / 15;
      clock.arrived(tick, tick < 300 ? atMs : atMs + jumpMs, atMs + 1);
      const late = tick - clock.next(atMs + 5)!.index;
      if (tick > 300) assert.ok(late >= 0 && late <= 8, `${jumpMs} ms: tick ${tick} is ${late} frames late`);
      if (tick > 375) assert.equal(late, 3, `${jumpMs} ms: tick ${tick}`);
    }
  }
});
