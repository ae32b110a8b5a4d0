import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unguardedTimers } from './timers.ts';
import { readTree } from './tree.ts';

const at = (text: string): string[] => unguardedTimers(new Map([['agent/a.ts', text]]));

test('no timer lets go of a promise that may reject', () => {
  assert.deepEqual(unguardedTimers(readTree()), []);
});

test('the law finds work of timers without a catch, and lets be what has one', () => {
  const work = 'const work = async () => {\n  await write();\n};\n';
  for (const timer of [
    'setTimeout(() => void work(), 5);',
    'timer = setInterval(() => {\n  count++;\n  void work();\n}, 5);',
    'cancel = clock.at(5, () => void (opening = work()));',
  ])
    assert.equal(at(work + timer).length, 1, timer);
  assert.deepEqual(
    at(
      `class A {\n  async #work() {\n    await write();\n  }\n  a() {\n    setTimeout(() => void this.#work(), 5);\n  }\n}`,
    ),
    ['agent/a.ts:6 #work'],
  );
  for (const safe of [
    'setTimeout(() => void work().catch(tell), 5);',
    'void work();',
    'setTimeout(() => socket.destroy(), 5);',
  ])
    assert.deepEqual(at(work + safe), [], safe);
  const guarded =
    'const work = async () => {\n  try {\n    await write();\n  } catch (error) {\n    tell(error);\n  }\n};\n';
  assert.deepEqual(at(`${guarded}setTimeout(() => void work(), 5);`), []);
});
