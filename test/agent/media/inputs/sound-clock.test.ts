import assert from 'node:assert/strict';
import test from 'node:test';
import { openSoundClock } from '#agent/media/inputs/sound-clock.ts';
import { openSoundPlaces, NOWHERE } from '#agent/media/inputs/sound-places.ts';
import { openSourceClock } from '#agent/media/inputs/source-clock.ts';
import { seeded } from '#test/support/seeded.ts';

const DELAY_MS = 200;
const PIECE_MS = 1600 / 48;

interface Source {
  /** The stamp of what was taken at a moment. */
  pictureStamp?: (ms: number) => number;
  soundStamp?: (ms: number) => number;
  /** Samples that come in the time of one. */
  rate?: number;
  everyMs?: number;
  /** How much later than its picture sound comes. */
  soundLagMs?: number;
  lost?: (ms: number) => boolean;
  seconds?: number;
}

/** Plays a source; gives for each tick how much later the sound is than the picture; NaN where there is none. */
function lateness(source: Source): { atMs: number; lateMs: number; rate: number }[] {
  const { pictureStamp = Number, soundStamp = Number, rate = 1, everyMs = 1000 / 15, soundLagMs = 60 } = source;
  const random = seeded(7);
  const pictures = openSourceClock({ fps: 15, delayMs: DELAY_MS });
  const sounds = openSoundClock(DELAY_MS);
  const takenMs: number[] = [];
  /** When the sound of each sample was taken. */
  const runs: { sample: number; takenMs: number }[] = [];
  const result: { atMs: number; lateMs: number; rate: number }[] = [];
  let [frame, piece, sample] = [0, 0, 0];
  for (let tick = 1; tick < (source.seconds ?? 30) * 15; tick++) {
    const nowMs = (tick * 1000) / 15;
    for (; frame * everyMs + 40 <= nowMs; frame++) {
      const atMs = frame * everyMs;
      takenMs.push(atMs);
      pictures.arrived(frame, pictureStamp(atMs), atMs + 20 + random() * 20);
      sounds.picture(pictureStamp(atMs), atMs + 20 + random() * 20);
    }
    for (; (piece * PIECE_MS) / rate + PIECE_MS / rate + soundLagMs + 30 <= nowMs; piece++) {
      const atMs = (piece * PIECE_MS) / rate;
      if (source.lost?.(atMs)) continue;
      runs.push({ sample, takenMs: atMs });
      sounds.piece(sample, soundStamp(atMs), atMs + PIECE_MS / rate + soundLagMs + random() * 20);
      sample += 1600;
    }
    const moment = pictures.next(nowMs);
    if (!moment) continue;
    const place = sounds.at(moment.sourceMs, nowMs);
    const run = runs.findLast((one) => one.sample <= place.sample && place.sample < one.sample + 1600);
    const heardMs = run ? run.takenMs + (place.sample - run.sample) / (48 * rate) : NaN;
    result.push({ atMs: nowMs, lateMs: heardMs - takenMs[moment.index]!, rate: place.rate });
  }
  return result;
}

/** Sound is there, and as late as it may be, at every tick from a time on. */
function assertRight(name: string, source: Source, fromMs: number, withinMs: number): void {
  const wrong = lateness(source).filter(({ atMs, lateMs }) => atMs > fromMs && !(Math.abs(lateMs) <= withinMs));
  assert.deepEqual(wrong.slice(0, 3), [], `${name}: ${wrong.length} ticks`);
}

test('a source whose stamps are right: to the frame, however late its sound comes', () => {
  for (const soundLagMs of [0, 60, 100]) assertRight(`${soundLagMs} ms`, { soundLagMs }, 1500, 40);
  // Slow pictures say nothing against it.
  const slow = lateness({ everyMs: 2000, seconds: 40 });
  assert.ok(slow.every(({ rate }) => rate === 1));
});

test('stamps that jump, on either side: sound is there again, and right, within five seconds', () => {
  const after = (jump: (ms: number) => number) => (ms: number) => (ms < 10_000 ? ms : jump(ms));
  const jumps: [string, (ms: number) => number][] = [
    ['a day forward', (ms) => ms + 86_400_000],
    ['an hour back', (ms) => ms - 3_600_000],
    ['to zero', (ms) => ms - 10_000],
    ['four seconds back', (ms) => ms - 4000],
    ['a second forward', (ms) => ms + 1000],
  ];
  for (const [name, jump] of jumps) {
    assertRight(`picture ${name}`, { pictureStamp: after(jump) }, 15_000, 120);
    assertRight(`sound ${name}`, { soundStamp: after(jump) }, 15_000, 120);
    assertRight(`both ${name}`, { pictureStamp: after(jump), soundStamp: after(jump) }, 15_000, 120);
  }
});

test('stamps from the beginning that have nothing to do with each other', () => {
  assertRight('a day apart', { soundStamp: (ms) => ms + 86_400_000 }, 5000, 120);
  assertRight('three seconds apart', { soundStamp: (ms) => ms - 3000 }, 5000, 120);
});

test('sound of another rate than it says is played at its own', () => {
  for (const rate of [2, 0.5]) {
    const source = { rate, soundStamp: (ms: number) => ms * rate };
    assertRight(`stamps and samples ${rate}`, source, 6000, 150);
    assert.ok(Math.abs(lateness(source).at(-1)!.rate / rate - 1) < 0.05);
  }
  assertRight('twice the samples, stamps right', { rate: 2 }, 6000, 150);
  const close = lateness({ rate: 0.92, soundStamp: (ms) => ms * 0.92, seconds: 60 }).at(-1)!;
  assert.ok(Math.abs(close.rate / 0.92 - 1) < 0.03, `${close.rate}`);
});

test('packets that are lost are gaps, not another rate', () => {
  const random = seeded(3);
  const all = lateness({ lost: () => random() < 0.1 });
  assert.ok(all.every(({ rate }) => rate === 1));
  const there = all.filter(({ atMs, lateMs }) => atMs > 2000 && !Number.isNaN(lateMs));
  assert.ok(there.length > all.length * 0.7);
  assert.ok(there.every(({ lateMs }) => Math.abs(lateMs) <= 60));
});

test('places: runs, gaps, and what is nowhere', () => {
  const places = openSoundPlaces();
  assert.equal(places.piece(0, 1000), false);
  assert.equal(places.piece(1600, 1033.4), false);
  assert.equal(places.piece(3200, 1200), true);
  assert.equal(places.sampleAt(1010), 480);
  assert.equal(places.sampleAt(1210), 3680);
  assert.equal(places.sampleAt(1100), NOWHERE);
  assert.equal(places.sampleAt(900), NOWHERE);
});
