import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timesOf } from '#agent/recorder/take/take.ts';

const [Y1970, Y2026, Y2069] = [Date.UTC(1970, 0, 1, 1), Date.UTC(2026, 10, 29, 9), Date.UTC(2069, 11, 31)];
const HOUR = 3_600_000;

test('when it began and ended, whatever was done to the wall clock meanwhile', () => {
  const times = (from: number, to: number, lastedMs = HOUR) => Object.values(timesOf(from, to, lastedMs));
  assert.deepEqual(times(Y2026, Y2026 + HOUR), [Y2026, Y2026 + HOUR], 'nobody set it');
  assert.deepEqual(times(Y2026 - 900, Y2026 + HOUR), [Y2026 - 900, Y2026 + HOUR], 'it began a little late');
  assert.deepEqual(times(Y2069, Y2026), [Y2026 - HOUR, Y2026], 'set right');
  assert.deepEqual(times(Y1970, Y2026), [Y2026 - HOUR, Y2026], 'set for the first time');
  assert.deepEqual(times(Y2026, Y2069), [Y2026, Y2026 + HOUR], 'gone wrong');
  assert.deepEqual(times(Y2026, Y1970), [Y2026, Y2026 + HOUR], 'its battery went');
  assert.deepEqual(times(Y2026, Y2026 + 2 * HOUR), [Y2026 + HOUR, Y2026 + 2 * HOUR], 'an hour on');
});

test('a recording that was interrupted may have lasted longer than it recorded, but never ends before it began', () => {
  const times = (from: number, to: number) => Object.values(timesOf(from, to, HOUR, true));
  assert.deepEqual(times(Y2026 - 3 * HOUR, Y2026), [Y2026 - 3 * HOUR, Y2026]);
  assert.deepEqual(times(Y2069, Y2026), [Y2026 - HOUR, Y2026]);
});
