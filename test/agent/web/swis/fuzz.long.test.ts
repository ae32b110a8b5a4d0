import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heapMb } from '#test/support/memory.ts';
import { startFakeBox } from '../fake-box.ts';
import { sendGarbled, setAnything } from './fuzz.ts';

test('a million items leave a box that answers, and no memory behind', async () => {
  await using box = await startFakeBox();
  await using brief = await startFakeBox({ limits: { requestMs: 1000, headersMs: 500 } });
  await setAnything(box, { items: 20_000, seed: 1 });
  const before = heapMb();
  await setAnything(box, { items: 1_000_000, seed: 2 });
  await sendGarbled(brief, { requests: 5000, seed: 3 });
  const grown = heapMb() - before;
  assert.ok(grown < 20, `${grown.toFixed(1)} MB more`);
  assert.equal((await box.ask('/healthz')).status, 200);
});
