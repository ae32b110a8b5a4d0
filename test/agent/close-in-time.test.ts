import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeInTime } from '#agent/command.ts';
import { until } from '#test/support/until.ts';

function rig(limitMs: number) {
  const said: string[] = [];
  const codes: number[] = [];
  const log = { error: (...all: unknown[]) => void said.push(String(all.at(-1))) };
  return { said, codes, log, how: { limitMs, end: (code: number) => void codes.push(code) } };
}

test('a box that does not close is ended when its time is over, with a code that has it started again', async () => {
  const { said, codes, log, how } = rig(50);
  void closeInTime({ close: () => new Promise(() => undefined) }, log, how);
  assert.deepEqual(codes, [], 'not before');
  await until('it is ended', () => codes.length > 0);
  assert.deepEqual([codes, said], [[1], ['the box does not close, and is ended']]);
});

test('one that closes, well or badly, is not ended', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { said, codes, log, how } = rig(10_000);
  await closeInTime({ close: () => Promise.resolve() }, log, how);
  await closeInTime({ close: () => Promise.reject(new Error('no')) }, log, how);
  t.mock.timers.tick(60_000);
  assert.deepEqual([codes, said], [[], ['the box does not close well']]);
});
