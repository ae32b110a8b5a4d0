import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crowdedFolders, roomLoops, roomsWithoutReadme, twinNames } from './rooms.ts';
import { readTree, type Tree } from './tree.ts';

const tree = readTree();
const files = (entries: Record<string, string>): Tree => new Map(Object.entries(entries));

test('no rooms import each other in a loop', () => {
  assert.deepEqual(roomLoops(tree), []);
  const planted = files({
    'agent/web/a.ts': `import type { B } from '#agent/control/ftp/b.ts';`,
    'agent/control/ftp/c.ts': `import { d } from '#agent/web/events/d.ts';`,
  });
  assert.deepEqual(roomLoops(planted), ['agent/control → agent/web → agent/control']);
  const inside = files({ 'lib/media/a.ts': `import { b } from './wire/b.ts';`, 'lib/media/wire/b.ts': '' });
  assert.deepEqual(roomLoops(inside), []);
});

test('a folder holds at most twenty sources', () => {
  assert.deepEqual(crowdedFolders(tree), []);
  const many = (count: number): Tree =>
    new Map(Array.from({ length: count }, (_, n) => [`lib/media/part-${n}.ts`, ''] as const));
  assert.deepEqual(crowdedFolders(many(20)), []);
  assert.deepEqual(crowdedFolders(many(21)), ['lib/media: 21 sources, the law is 20']);
});

test('no two sources of a room have one name', () => {
  assert.deepEqual(twinNames(tree), []);
  const planted = files({ 'agent/web/http/route.ts': '', 'agent/web/swis/route.ts': '', 'agent/control/route.ts': '' });
  assert.deepEqual(twinNames(planted), ['agent/web: route.ts is agent/web/http/route.ts and agent/web/swis/route.ts']);
});

test('every room has a README', () => {
  assert.deepEqual(roomsWithoutReadme(tree), []);
  assert.deepEqual(roomsWithoutReadme(files({ 'lib/media/a.ts': '' })), ['lib/media/README.md is missing']);
  const long = files({ 'lib/media/a.ts': '', 'lib/media/README.md': 'A line.\n'.repeat(41) });
  assert.equal(roomsWithoutReadme(long).length, 1);
});
