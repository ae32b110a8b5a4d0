import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAnswers } from '#agent/web/http/idempotency.ts';
import { refused } from '#agent/web/http/refusal.ts';
import { startFakeBox } from '../fake-box.ts';

test('a change that is sent twice with its key is done once, and answered twice', async () => {
  await using box = await startFakeBox();
  const mark = async (key: string, title: string): Promise<number> => {
    const headers = { 'idempotency-key': key, 'content-type': 'application/json' };
    const answer = await box.ask('/api/v1/recording/mark', {
      method: 'POST',
      headers,
      body: JSON.stringify({ title }),
    });
    await answer.text();
    return answer.status;
  };
  await box.send('POST', '/api/v1/recording/start');
  let marks = 0;
  box.device.subscribe(({ events }) => void (marks += events.filter(({ event }) => event === 'mark').length));
  assert.deepEqual(await Promise.all([mark('k1', 'I'), mark('k1', 'I'), mark('k2', 'I')]), [200, 200, 200]);
  assert.equal(await mark('k1', 'I'), 200);
  assert.equal(marks, 2);
  assert.equal(await mark('k1', 'II'), 422);
  assert.equal(await mark('a b', 'II'), 400);
  assert.equal(marks, 2);
});

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
