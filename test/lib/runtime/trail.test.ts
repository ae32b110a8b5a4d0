import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTrail } from '#lib/runtime/access/trail.ts';
import type { Log } from '#lib/runtime/log.ts';

test('refused tries are told, a flood of them in few lines, and none without a mark', () => {
  const lines: object[] = [];
  const log = { warn: (facts: object) => void lines.push(facts) } as unknown as Log;
  let nowMs = 0;
  const trail = openTrail(log, () => nowMs);
  const one = { via: 'ssh', address: '10.0.0.9', account: 'admin', what: 'password' };
  trail.refused(one);
  assert.deepEqual(lines, [one]);
  for (let tries = 0; tries < 10_000; tries++) trail.refused(one);
  assert.ok(lines.length < 20, `${lines.length} lines`);
  assert.deepEqual(lines.at(-1), { network: '10.0.0.9', tries: 9990 });
  trail.refused({ ...one, address: '10.0.0.8' });
  assert.deepEqual(lines.at(-1), { ...one, address: '10.0.0.8' }, 'others are told meanwhile');
  nowMs = 61_000;
  trail.refused(one);
  assert.deepEqual(lines.slice(-2), [{ network: '10.0.0.9', tries: 9991 }, one]);
});
