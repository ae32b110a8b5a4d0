// Covers bin/demo.ts, simulator/demo.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { until } from '#test/support/until.ts';
import { openDemoDesk } from './demo-desk.ts';

const { demo, leftovers, remove } = openDemoDesk();
after(remove);

test('interrupted while it records, it ends with all that it started', async () => {
  const { code, said } = await demo(['--seconds', '20'], 'recording by itself');
  assert.equal(code, 130, said);
  await until('nothing of it is left', () => leftovers().length === 0, { seen: () => leftovers().join('\n') });
});
