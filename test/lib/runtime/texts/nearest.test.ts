import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '#lib/runtime/texts/nearest.ts';

const KNOWN = ['encode', 'image', 'tag', 'source-flavor', 'source-flavors', 'fail-on-error'];
const ROWS: readonly [word: string, near: string | undefined][] = [
  ['encod', 'encode'],
  ['enocde', 'encode'],
  ['Encode', 'encode'],
  ['source-flavour', 'source-flavor'],
  ['fail_on_error', 'fail-on-error'],
  ['tg', 'tag'],
  ['nothing', undefined],
  ['', undefined],
  ['x'.repeat(100_000), undefined],
];
for (const [word, near] of ROWS) test(`${word.slice(0, 20)} → ${near}`, () => assert.equal(nearest(word, KNOWN), near));
