import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSince } from '#agent/schedule/hand-over/since.ts';
import { openWaits } from '#agent/schedule/hand-over/waits.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';
import { folderFor, keepingLog } from '../samples.ts';

const [Y1970, Y2026, Y2069] = [Date.UTC(1970, 0, 1, 1), Date.UTC(2026, 10, 29), Date.UTC(2069, 11, 31)];
const RETRY = { firstMs: 10_000, mostMs: 60_000 };
const { log } = keepingLog();

test('a wait is kept to on the monotonic clock, wherever the wall clock goes', () => {
  const clock = virtualClock();
  const waits = openWaits({ ...clock, nowMs: () => wallMs, monotonicMs: () => clock.monotonicMs() }, RETRY);
  let wallMs = Y2069;
  const nextAtMs = waits.begin('a', 30_000);
  assert.equal(waits.leftMs({ take: 'a', nextAtMs }), 30_000);
  wallMs = Y2026;
  clock.advance(10_000);
  assert.equal(waits.leftMs({ take: 'a', nextAtMs }), 20_000);
  clock.advance(20_000);
  assert.ok(waits.leftMs({ take: 'a', nextAtMs }) <= 0);
});

test('after a restart a mark that no wait could have set is none', () => {
  const clock = virtualClock();
  const waits = openWaits({ ...clock, nowMs: () => Y2026, monotonicMs: () => clock.monotonicMs() }, RETRY);
  assert.equal(waits.leftMs({ take: 'a', nextAtMs: Y2069 }), 0);
  assert.equal(waits.leftMs({ take: 'a', nextAtMs: Y2026 + 50_000 }), 50_000, 'one that can be');
  assert.ok(waits.leftMs({ take: 'a', nextAtMs: Y1970 }) <= 0);
});

test('a box that began with a wrong clock hands over what it records, also after a restart', async (t) => {
  for (const wrong of [Y1970, Y2069]) {
    const file = join(await folderFor(t), 'since.json');
    let nowMs = wrong;
    const open = () => openSince(file, { nowMs: () => nowMs, recordings: () => [{ id: 'old' }], log });
    const first = await open();
    assert.ok(first.isNew({ id: 'a', startedAtMs: wrong }));
    nowMs = Y2026;
    for (const since of [first, await open()]) {
      assert.ok(since.isNew({ id: 'b', startedAtMs: Y2026 + 1 }));
      assert.ok(since.isNew({ id: 'a', startedAtMs: wrong }));
      assert.ok(!since.isNew({ id: 'old', startedAtMs: Y2026 + 1 }), 'what was there at the first start is not');
    }
  }
});

test('with a clock that was right, what is older is left out, but for what a dead battery dated', async (t) => {
  const file = join(await folderFor(t), 'since.json');
  await writeFile(file, JSON.stringify({ atMs: Y2026 }));
  const since = await openSince(file, { nowMs: () => Y2026 + 1000, recordings: () => [], log });
  assert.ok(!since.isNew({ id: 'a', startedAtMs: Y2026 - 1 }));
  assert.ok(since.isNew({ id: 'a', startedAtMs: Y2026 }));
  assert.ok(since.isNew({ id: 'a', startedAtMs: Y1970 }));
});

test('a mark that cannot be kept costs no start', async (t) => {
  const file = join(await folderFor(t), 'file');
  await writeFile(file, 'no folder');
  const since = await openSince(join(file, 'since.json'), { nowMs: () => Y2026, recordings: () => [], log });
  assert.ok(since.isNew({ id: 'a', startedAtMs: Y2026 }));
});
