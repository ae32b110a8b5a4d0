import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foreignKeys } from './foreign-keys.ts';
import { readTree } from './tree.ts';

const at = (text: string): string[] => foreignKeys(new Map([['lib/opencast/a.ts', text]]));

test('what strangers send is never the key of a plain object', () => {
  assert.deepEqual(foreignKeys(readTree()), []);
});

test('the law finds reads, writes and casts, and lets be what is safe', () => {
  const table = "const TYPES: Readonly<Record<string, string>> = { mp4: 'video/mp4' };\n";
  assert.deepEqual(at(`${table}export const of = (name: string) => TYPES[name];`), ['lib/opencast/a.ts:2 TYPES[name]']);
  assert.equal(at('const all: Record<string, Term[]> = {};\n(all[term.name] ??= []).push(term);').length, 1);
  assert.equal(at('const a = (inner as Record<string, unknown>)[key];').length, 1);
  assert.equal(
    at('function f(entries: Record<string, string>) { return entries[`x.${key}`]; }').length,
    0,
    'a template',
  );
  for (const safe of [
    `${table}const a = TYPES['mp4'];`,
    `${table}const a = TYPES[MP4];`,
    `${table}const a = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;`,
    'const TYPES: ReadonlyMap<string, string> = new Map();\nconst a = TYPES.get(name);',
  ])
    assert.deepEqual(at(safe), [], safe);
});
