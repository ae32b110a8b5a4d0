import assert from 'node:assert/strict';
import test from 'node:test';
import { judgeSource, lostAfterFreeze, type TimedReading } from '#simulator/verdict/timeline.ts';
import { code, count, readingsOf, START_MS, STEP_MS } from './readings.ts';

const judge = (pictures: readonly (number | undefined)[]) => judgeSource(2, readingsOf(pictures), STEP_MS);

test('an unbroken run has nothing to complain of', () => {
  const verdict = judge(count(0, 90));
  assert.equal(verdict.frames, 90);
  assert.ok(Math.abs(verdict.stepMs - STEP_MS) < 0.1);
  assert.deepEqual(
    [verdict.missing, verdict.freezes, verdict.outOfOrder, verdict.unreadable, verdict.torn, verdict.flashMismatches],
    [[], [], [], [], [], []],
  );
  assert.equal(verdict.repeated, 0);
  assert.equal(verdict.flashes, 2);
  assert.equal(verdict.seen.length, 1);
  assert.equal(verdict.firstClockMs, START_MS);
});

test('a picture left out is missing, one shown twice is repeated', () => {
  const verdict = judge([...count(0, 20), ...count(21, 40)]);
  assert.equal(verdict.missing.length, 1);
  assert.ok(Math.abs(verdict.missingMs - STEP_MS) < 1);
  assert.ok(Math.abs(verdict.cutMs - STEP_MS) < 1);
  assert.equal(judge([...count(0, 20), 19, ...count(20, 40)]).repeated, 1);
});

test('a source that was away: the picture stood still, and nothing was cut out of the file', () => {
  const verdict = judge([...count(0, 20), ...Array.from({ length: 30 }, () => 19), ...count(50, 80)]);
  assert.equal(verdict.freezes.length, 1);
  assert.ok(Math.abs(verdict.freezes[0]!.toMs - verdict.freezes[0]!.fromMs - 31 * STEP_MS) < 1);
  assert.equal(verdict.missing.length, 1);
  assert.ok(Math.abs(verdict.missingMs - 30 * STEP_MS) < 2);
  assert.ok(verdict.cutMs < 2);
});

test('a hole of the recorder: time is cut out of the file', () => {
  const verdict = judge([...count(0, 20), ...count(50, 80)]);
  assert.ok(Math.abs(verdict.cutMs - 30 * STEP_MS) < 2);
  assert.deepEqual(verdict.freezes, []);
});

test('hidden for a while is not missing; back too late is', () => {
  const hidden = Array.from({ length: 30 }, () => undefined);
  const verdict = judge([...count(0, 20), ...hidden, ...count(50, 80)]);
  assert.deepEqual(verdict.missing, []);
  assert.equal(verdict.seen.length, 2);
  assert.deepEqual(verdict.unreadable, []);
  const cut = judge([...count(0, 20), ...hidden, ...count(80, 90)]);
  assert.ok(Math.abs(cut.cutMs - 30 * STEP_MS) < 2);
});

test('a picture from before is out of order, one without a code between two is unreadable', () => {
  const verdict = judge([...count(0, 10), 5, ...count(11, 20)]);
  assert.equal(verdict.outOfOrder.length, 1);
  assert.ok(Math.abs(verdict.outOfOrder[0]!.atMs - 10 * STEP_MS) < 0.01);
  const blink = judge([...count(0, 10), undefined, ...count(11, 20)]);
  assert.equal(blink.unreadable.length, 1);
  assert.deepEqual(blink.missing, []);
});

test('two codes that disagree in one frame are a torn picture', () => {
  const readings = readingsOf(count(0, 10));
  const torn = readings[4] as TimedReading;
  torn.codes.push(code(2, START_MS + 200, { mark: 1 }));
  assert.deepEqual(judgeSource(2, readings, STEP_MS).torn, [torn.timeMs]);
  torn.codes[1]!.ms = torn.codes[0]!.ms;
  assert.deepEqual(judgeSource(2, readings, STEP_MS).torn, []);
});

test('patches that contradict the code are told', () => {
  const readings = readingsOf(count(0, 60));
  readings[45]!.codes[0]!.flash = 'dark';
  readings[20]!.codes[0]!.flash = 'lit';
  readings[30]!.codes[0]!.flash = 'unknown';
  const verdict = judgeSource(2, readings, STEP_MS);
  assert.deepEqual(verdict.flashMismatches, [20 * STEP_MS, 45 * STEP_MS]);
});

test('a slower source in a faster output has to repeat: that is no fault', () => {
  const slow = count(0, 60).map((at): TimedReading => ({
    timeMs: at * STEP_MS,
    codes: [code(2, START_MS + 100 * Math.floor((at * 2) / 3))],
  }));
  const verdict = judgeSource(2, slow, STEP_MS);
  assert.equal(Math.round(verdict.stepMs), 100);
  assert.equal(verdict.repeated, 0);
  assert.deepEqual(verdict.missing, []);
});

test('a source that goes after standing still is lost, one that goes while moving is hidden', () => {
  const gone = Array.from({ length: 20 }, () => undefined);
  const still = Array.from({ length: 15 }, () => 19);
  for (const [pictures, lost] of [
    [[...count(0, 20), ...still, ...gone, ...count(60, 70)], [[35, 55]]],
    [[...count(0, 20), ...still, ...gone], [[35, 55]]],
    [[...count(0, 20), ...gone, ...count(40, 50)], []],
  ] as const) {
    const { sightings, freezes } = judge(pictures);
    const found = lostAfterFreeze(sightings, freezes, pictures.length);
    assert.deepEqual(
      found.map(({ frame, untilFrame }) => [frame, untilFrame]),
      lost,
    );
  }
});
