import assert from 'node:assert/strict';
import { it } from 'node:test';

import { openRecent } from '#overlays/recent.ts';

function counted(most: number, mostBytes: number) {
  const made: string[] = [];
  const recall = openRecent<string>(most, mostBytes, (value) => value.length);
  const ask = async (key: string, value = key): Promise<string> =>
    recall(key, async () => {
      made.push(key);
      return value;
    });
  return { ask, made, recall };
}

it('makes a thing once, also for two that ask at a time', async () => {
  const { ask, made } = counted(2, 100);
  assert.deepEqual(await Promise.all([ask('a'), ask('a')]), ['a', 'a']);
  await ask('a');
  assert.deepEqual(made, ['a']);
});

it('forgets what was not asked for longest', async () => {
  const { ask, made } = counted(2, 100);
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(key);
  assert.deepEqual(made, ['a', 'b', 'c', 'b']);
});

it('forgets by weight, and does not keep what is too heavy alone', async () => {
  const { ask, made } = counted(10, 10);
  for (const [key, value] of [
    ['a', '12345'],
    ['b', '12345'],
    ['c', '1'],
    ['b', ''],
    ['a', '12345'],
    ['d', 'x'.repeat(11)],
    ['d', ''],
  ] as const)
    await ask(key, value);
  assert.deepEqual(made, ['a', 'b', 'c', 'a', 'd', 'd']);
});

it('does not keep a failure', async () => {
  const { ask, recall } = counted(2, 100);
  await assert.rejects(
    recall('a', () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await ask('a'), 'a');
});
