import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Definition } from '#lib/opencast/workflows/definition.ts';
import { withIncludes } from '#lib/opencast/workflows/includes.ts';
import { readDefinition } from '#lib/opencast/workflows/read-definition.ts';
import { openVariables } from '#lib/opencast/workflows/variables.ts';

const read = (id: string, includes: string): Definition => {
  const text = `id: ${id}\ntitle: ${id}\noperations:\n${includes}`;
  const found = readDefinition(text);
  assert.ok('definition' in found, JSON.stringify(found));
  return found.definition;
};
const include = (name: string): string => `  - id: include\n    configurations:\n      - workflow-id: '${name}'\n`;
const operation = (id: string): string => `  - id: ${id}\n`;

test('includes are named by values that a run begins with, at every level; others stay', () => {
  const all = new Map(
    [
      read('outer', `${include('partial-${kind}')}${include('${missing:publish}')}${include('${later}')}`),
      read('partial-fast', `${operation('tag')}${include('${inner}')}`),
      read('publish', operation('publish-engage')),
      read('deep', operation('image')),
    ].map((one) => [one.id, one]),
  );
  const find = (id: string): Definition | undefined => all.get(id);
  const values = openVariables(
    new Map([
      ['kind', 'fast'],
      ['inner', ' deep '],
    ]),
  );
  const { operations, mistakes } = withIncludes(all.get('outer')!, find, values);
  assert.deepEqual(
    operations.map(({ id }) => id),
    ['tag', 'image', 'publish-engage', 'include'],
  );
  assert.deepEqual(mistakes, []);
  const unfilled = withIncludes(all.get('outer')!, find);
  assert.deepEqual(
    unfilled.operations.map(({ id }) => id),
    ['include', 'include', 'include'],
  );
  const looped = withIncludes(
    all.get('outer')!,
    find,
    openVariables(
      new Map([
        ['kind', 'fast'],
        ['inner', 'outer'],
      ]),
    ),
  );
  assert.match(looped.mistakes[0]?.what ?? '', /includes itself: outer → partial-fast → outer/);
});
