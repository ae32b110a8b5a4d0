import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStrangersGate } from '#central/http/published/strangers.ts';

test('searches without an account are done two at once, wait, and are refused beyond a hundred', async () => {
  const gate = openStrangersGate();
  let [running, most] = [0, 0];
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => void (release = resolve));
  const search = async (): Promise<string> => {
    running += 1;
    most = Math.max(most, running);
    await released;
    running -= 1;
    return 'found';
  };
  const hundred = Array.from({ length: 100 }, () => gate(search));
  await assert.rejects(gate(search), (error: Error & { statusCode?: number }) => error.statusCode === 503);
  release();
  assert.deepEqual(new Set(await Promise.all(hundred)), new Set(['found']));
  assert.equal(most, 2);
  assert.equal(await gate(search), 'found', 'there is room again');
  await assert.rejects(
    gate(() => Promise.reject(new Error('a failure'))),
    /a failure/,
  );
  assert.equal(await gate(search), 'found', 'a failure holds no place');
});
