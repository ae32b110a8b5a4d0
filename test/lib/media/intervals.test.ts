import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complement, merged } from '#lib/media/intervals.ts';

const list = (...pairs: readonly [number, number][]) => pairs.map(([fromMs, toMs]) => ({ fromMs, toMs }));

test('intervals that touch or overlap are one, in order, within the length', () => {
  assert.deepEqual(
    merged(list([50, 70], [0, 10], [10, 20], [60, 65], [90, 90], [-5, 3], [95, 200]), 100),
    list([0, 20], [50, 70], [95, 100]),
  );
});

test('what intervals leave of the time', () => {
  assert.deepEqual(complement(list([10, 20], [15, 30], [90, 200]), 100), list([0, 10], [30, 90]));
  assert.deepEqual(complement([], 100), list([0, 100]));
  assert.deepEqual(complement(list([0, 100]), 100), []);
});
