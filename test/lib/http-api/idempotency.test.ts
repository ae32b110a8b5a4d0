import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAnswers } from '#lib/http-api/idempotency.ts';
import { refused } from '#lib/http-api/refusal.ts';

test('what failed may be tried again, and nothing is kept for ever', async () => {
  let nowMs = 0;
  const answers = openAnswers(() => nowMs);
  let count = 0;
  const act = async (): Promise<unknown> => (++count === 1 ? refused(503, 'E25', 'busy') : count);
  assert.deepEqual(await answers.once('k', 'x', act), refused(503, 'E25', 'busy'));
  assert.equal(await answers.once('k', 'x', act), 2);
  assert.equal(await answers.once('k', 'x', act), 2);
  await assert.rejects(answers.once('j', 'x', () => Promise.reject(new Error('no'))));
  assert.equal(await answers.once('j', 'x', act), 3);
  nowMs = 3_600_000;
  assert.equal(await answers.once('k', 'x', act), 4);
});
