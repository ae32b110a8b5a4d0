import assert from 'node:assert/strict';
import { test } from 'node:test';
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
