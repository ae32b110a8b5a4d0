import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BatchResult } from './batch.ts';
import { failedByWaiting, waitingWords } from './lateness.ts';

const batch = (errors: (string | undefined)[], problem?: string): BatchResult => ({
  results: errors.map((error, n) => ({
    file: '/p/test/a.test.ts',
    name: `test ${n}`,
    durationMs: 1,
    outcome: error === undefined ? 'passed' : 'failed',
    ...(error === undefined ? {} : { error }),
  })),
  notes: [],
  output: '',
  durationMs: 10_000,
  ...(problem ? { problem } : {}),
});
const VAIN = 'Error: waited 120 s in vain: it is live\n    at x';

test('a file runs again if it only waited in vain, and the machine was late', () => {
  const page = 'locator.waitFor: Timeout 60000ms exceeded.\nCall log:';
  assert.equal(failedByWaiting(batch([undefined, VAIN, page]), 2000), true);
  assert.equal(failedByWaiting(batch([undefined, VAIN]), 500), false, 'the machine kept up');
  assert.match(
    waitingWords(batch([undefined, VAIN]), 2000),
    /^repeated: .* 10\.0 s work waited 2\.0 s .*: test 1: Error: waited 120 s in vain: it is live$/,
  );
});

test('what was judged wrong, or went wrong besides, is a failure however late the machine was', () => {
  assert.equal(failedByWaiting(batch([VAIN, 'AssertionError: 1 !== 0']), 9000), false);
  assert.equal(failedByWaiting(batch([VAIN], 'exit code 1 without a failed test'), 9000), false);
  assert.equal(failedByWaiting(batch([undefined]), 9000), false);
});
