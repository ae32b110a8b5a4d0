import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { onAllProcessors } from '#lib/runtime/processes/on-all-processors.ts';

const ITEMS = Array.from({ length: 40 }, (_, n) => n);

test('all is done in order, with as much at once as there are processors', async () => {
  const begun: number[] = [];
  let [atOnce, most] = [0, 0];
  const reason = await onAllProcessors(ITEMS, async (item) => {
    begun.push(item);
    most = Math.max(most, ++atOnce);
    await new Promise((resolve) => void setImmediate(resolve));
    atOnce--;
    return undefined;
  });
  assert.equal(reason, undefined);
  assert.deepEqual(begun, ITEMS);
  assert.equal(most, Math.min(availableParallelism(), ITEMS.length));
});

for (const [how, stop] of [
  ['a reason to stop', async () => 'enough'],
  ['a failure', () => Promise.reject(new Error('enough'))],
] as const)
  test(`after ${how} nothing more is begun, and what was begun has ended`, async () => {
    let [begun, open] = [0, 0];
    const told = await onAllProcessors(ITEMS, async (item) => {
      begun++;
      open++;
      await new Promise((resolve) => void setImmediate(resolve));
      open--;
      return item === 3 ? stop() : undefined;
    }).catch((error: Error) => error.message);
    assert.equal(told, 'enough');
    assert.ok(begun < 4 + 2 * availableParallelism(), `${begun} were begun`);
    assert.equal(open, 0);
  });
