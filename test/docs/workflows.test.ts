import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { checkDefinition } from '#lib/opencast/workflows/check-definition.ts';
import { readDefinition } from '#lib/opencast/workflows/read-definition.ts';
import { root } from '#test/laws/tree.ts';

const page = readFileSync(join(root, 'docs/workflows.md'), 'utf8');
const catalogue = openCatalogue();

test('the example in the guide is a definition without mistakes', () => {
  const [, text = ''] = /^```yaml\n([\s\S]*?)^```/m.exec(page) ?? [];
  const read = readDefinition(text);
  assert.ok('definition' in read, JSON.stringify(read));
  assert.deepEqual(checkDefinition(read.definition, catalogue), { unknown: [], mistakes: [] });
  assert.equal(read.definition.operations[0]?.retryStrategy, 'retry');
});

test('the mistakes in the guide are told in these words', () => {
  const [, told = ''] = /\n\n```\n([\s\S]*?)^```/m.exec(page) ?? [];
  const words = told
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^[^:]+:\d+: /, ''));
  const { operations } = (() => {
    const read = readDefinition(
      'id: a\noperations:\n  - id: encod\n  - id: image\n    configurations: [encoding-profile: a, tme: 1]\n',
    );
    assert.ok('definition' in read);
    return read.definition;
  })();
  const { unknown, mistakes } = checkDefinition({ operations }, catalogue);
  const condition = readDefinition('id: a\noperations:\n  - id: log\n    if: ${a} = 1\n');
  const found = [...unknown, ...mistakes, ...('mistakes' in condition ? condition.mistakes : [])].map(
    ({ what }) => what,
  );
  assert.deepEqual(words, found);
});
