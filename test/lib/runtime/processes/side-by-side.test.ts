import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '#lib/runtime/clock.ts';
import { sideBySide } from '#lib/runtime/processes/side-by-side.ts';

const failing = async (ms: number, words: string, ended: string[]): Promise<never> => {
  await sleep(ms);
  ended.push(words);
  throw new Error(words);
};

test('two pieces of work give both results; if one fails, the other one has ended too', async () => {
  assert.deepEqual(
    await sideBySide(
      Promise.resolve(1),
      sleep(5).then(() => 'two'),
    ),
    [1, 'two'],
  );
  const ended: string[] = [];
  await assert.rejects(
    sideBySide(
      failing(1, 'one', ended),
      sleep(20).then(() => ended.push('other')),
    ),
    /^Error: one$/,
  );
  assert.deepEqual(ended, ['one', 'other']);
  await assert.rejects(sideBySide(failing(20, 'late', ended), failing(1, 'early', ended)), /^Error: late$/);
  assert.deepEqual(ended, ['one', 'other', 'early', 'late']);
});
