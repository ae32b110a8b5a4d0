import assert from 'node:assert/strict';
import test from 'node:test';
import { openEndings } from '#lib/runtime/endings.ts';

test('whoever closes the whole waits for what was ended before', async () => {
  const endings = openEndings();
  const order: string[] = [];
  let end = (): void => undefined;
  endings.add(new Promise<void>((resolve) => (end = resolve)).then(() => void order.push('ended')));
  endings.add(undefined);
  const all = endings.all().then(() => order.push('all'));
  setImmediate(end);
  await all;
  assert.deepEqual(order, ['ended', 'all']);
  await endings.all();
});

test('a failure is told to who waits, and is no unhandled rejection where nobody does', async () => {
  const endings = openEndings();
  endings.add(Promise.reject(new Error('it does not end')));
  await assert.rejects(endings.all(), /does not end/);
  await endings.all();
});
