import assert from 'node:assert/strict';
import test from 'node:test';
import { patchBetween, patched } from '#lib/runtime/patch.ts';
import { seeded } from '#test/support/seeded.ts';

const overJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

test('what did not change is told of by nothing, and stays the same reference', () => {
  const inputs = { 1: { name: 'A' }, 2: { name: 'B' } };
  const before = { inputs, list: [1, 2], hall: 'X', gone: 1 };
  const after = { inputs: { ...inputs, 2: { name: 'C' } }, list: before.list, hall: 'X' };
  assert.equal(patchBetween(before, before), undefined);
  const patch = patchBetween(before, after);
  assert.deepEqual(patch, {
    parts: { inputs: { parts: { 2: { parts: { name: { to: 'C' } } } } } },
    gone: ['gone'],
  });
  const made = patched(before, overJson(patch));
  assert.deepEqual(made, after);
  assert.equal(made.inputs[1], inputs[1]);
  assert.equal(made.list, before.list);
});

test('a value that has become undefined is gone, as JSON knows no undefined', () => {
  const patch = patchBetween({ error: 'why', a: 1 }, { error: undefined, a: 1 });
  assert.deepEqual(patched({ error: 'why', a: 1 }, overJson(patch!)), { a: 1 });
});

test('any value becomes any other by its patch', () => {
  const random = seeded(7);
  const any = (depth: number): unknown => {
    const kind = Math.floor(random() * (depth > 3 ? 3 : 5));
    if (kind === 0) return Math.floor(random() * 3);
    if (kind === 1) return random() < 0.5 ? 'text' : null;
    if (kind === 2) return random() < 0.5;
    const many = Array.from({ length: Math.floor(random() * 4) }, () => any(depth + 1));
    return kind === 3 ? many : Object.fromEntries(many.map((one, at) => ['abcd'[at], one]));
  };
  for (let round = 0; round < 2000; round++) {
    const [before, after] = [any(0), any(0)];
    const patch = patchBetween(before, after);
    assert.deepEqual(patch ? patched(before, overJson(patch)) : before, after);
  }
});
