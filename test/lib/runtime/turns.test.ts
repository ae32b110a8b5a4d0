import assert from 'node:assert/strict';
import test from 'node:test';
import { openTurns } from '#lib/runtime/turns.ts';

test('a loop gives way after its turn, and others run before it goes on', async () => {
  let nowMs = 0;
  const turns = openTurns(4, () => nowMs);
  assert.equal(turns.over(), undefined);
  nowMs = 3;
  assert.equal(turns.over(), undefined);
  nowMs = 4;
  let others = 0;
  setImmediate(() => others++);
  const next = turns.over();
  assert.ok(next);
  await next;
  assert.equal(others, 1, 'somebody else had a turn');
  nowMs = 7;
  assert.equal(turns.over(), undefined, 'a new turn began');
});

test('a loop that waited for something begins a turn', async () => {
  let nowMs = 0;
  const turns = openTurns(4, () => nowMs);
  assert.equal(turns.over(), undefined);
  nowMs = 1000;
  // A whole turn of the event loop, wherever in it this is: a timer alone may come before the others have theirs.
  await new Promise((resolve) => void setTimeout(() => setImmediate(resolve), 5));
  assert.equal(turns.over(), undefined);
  nowMs = 1004;
  assert.ok(turns.over());
});

test('a step that takes longer than a turn is no waiting: each gives way', async () => {
  let nowMs = 0;
  const turns = openTurns(4, () => nowMs);
  for (let step = 0; step < 3; step++) {
    nowMs += 50;
    const next = turns.over();
    assert.ok(next, `step ${step}`);
    await next;
  }
});

test('what is done already, however often it is awaited, gives nobody a turn', async () => {
  let nowMs = 0;
  const turns = openTurns(4, () => nowMs);
  for (let step = 0; step < 100 && turns.over() === undefined; step++) {
    await Promise.resolve();
    nowMs += 1;
  }
  assert.equal(nowMs, 4);
});
