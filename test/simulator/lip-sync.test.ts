import assert from 'node:assert/strict';
import test from 'node:test';
import { beepLengthMs, FLASH_EVERY_MS, slotOf } from '#simulator/signal.ts';
import { judgeLipSync } from '#simulator/verdict/lip-sync.ts';
import { judgeSource, type Sighting, type TimedReading } from '#simulator/verdict/timeline.ts';
import { code, count, readingsOf, START_MS, STEP_MS } from './readings.ts';

const BEGIN_MS = START_MS - 1000;

/** Beeps of the flashes from START_MS on, late by `lateMs`, in a file whose time 0 is BEGIN_MS. */
function beeps(lateMs: number, howMany = 3) {
  return count(0, howMany).map((n) => {
    const clockMs = START_MS + n * FLASH_EVERY_MS;
    return { atMs: clockMs - BEGIN_MS + lateMs, lengthMs: beepLengthMs(slotOf(clockMs)) };
  });
}

function sightings(stepMs: number, seconds = 10): Sighting[] {
  const readings = count(0, Math.round((seconds * 1000) / stepMs)).map((at): TimedReading => ({
    timeMs: at * stepMs,
    codes: [code(2, BEGIN_MS + Math.round(at * stepMs))],
  }));
  return judgeSource(2, readings, stepMs).sightings;
}

test('sound late or early is told with its sign, also beyond half a slot', () => {
  for (const lateMs of [0, 100, -60, 2500, -2500, 5000]) {
    const result = judgeLipSync(sightings(STEP_MS), STEP_MS, beeps(lateMs));
    assert.deepEqual(
      result.measured.map(({ offsetMs }) => Math.abs(offsetMs - lateMs)),
      [0, 0, 0],
    );
    assert.equal(result.earliestMs, result.latestMs);
    assert.equal(result.measured.length, 3);
    assert.equal(result.beepsAlone, 0);
  }
});

test('a source of another rate is measured from the picture that flashed', () => {
  for (const rate of [10, 25, 30, 60]) {
    const result = judgeLipSync(sightings(1000 / rate), 1000 / rate, beeps(40));
    assert.ok(Math.abs((result.earliestMs ?? Number.NaN) - 40) < 1, `${rate} frames/s: ${result.earliestMs}`);
  }
});

test('an odd clock: the first picture behind the whole 3 s is the flash', () => {
  const readings = readingsOf(count(0, 100)).map(({ timeMs, codes }) => ({
    timeMs,
    codes: codes.map((one) => ({ ...one, ms: one.ms - 29 })),
  }));
  const { sightings } = judgeSource(2, readings, STEP_MS);
  // Codes go …, -29, 38, …: the flash is 38, one frame after the first.
  const lengthMs = beepLengthMs(slotOf(START_MS));
  assert.equal(judgeLipSync(sightings, STEP_MS, [{ atMs: STEP_MS + 10, lengthMs }]).latestMs, 10);
});

test('beeps without their picture and flashes without their sound are counted', () => {
  const alone = judgeLipSync([], STEP_MS, beeps(0));
  assert.deepEqual([alone.measured, alone.beepsAlone, alone.earliestMs], [[], 3, undefined]);
  assert.equal(judgeLipSync(sightings(STEP_MS), STEP_MS, beeps(0, 1)).flashesAlone, 2);
});
