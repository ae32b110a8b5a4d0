import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strangeClassNames, strangeWords } from './class-names.ts';
import { readTree, type Tree } from './tree.ts';

const tree = readTree();
const file = (path: string, text: string): Tree => new Map([[path, text]]);

test('interface, opener and class share one name', () => {
  assert.deepEqual(strangeClassNames(tree), []);
  const two = 'export interface Timeline {}\nclass Spans implements Timeline {}\n';
  assert.deepEqual(strangeClassNames(file('agent/a.ts', two)), [
    'agent/a.ts: Spans implements Timeline: let its name hold Timeline',
  ]);
  assert.deepEqual(strangeClassNames(file('agent/a.ts', two.replace('Spans', 'SpanTimeline'))), []);
  assert.deepEqual(strangeClassNames(file('agent/a.ts', 'class IcalFolder implements Source {}\n')), []);
});

test('no words of the stage or of furniture', () => {
  assert.deepEqual(strangeWords(tree), []);
  assert.deepEqual(strangeWords(file('agent/shelf.ts', 'const openDesk = 1;')), [
    'agent/shelf.ts: shelf.ts',
    'agent/shelf.ts: openDesk',
  ]);
  assert.deepEqual(strangeWords(file('agent/booking.ts', 'const bookedTakes = 1;')), []);
});
