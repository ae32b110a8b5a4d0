import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deadCitations } from './facts.ts';
import { readTree, type Tree } from './tree.ts';

const CITED = 'facts';
const DOCUMENT = '# The device\n\n## 1. Wires\n\n### 1.1 Ports\n\n### 1.2 Greeting\n\n## 2. Commands\n';

const found = (comment: string, document = DOCUMENT): string[] => {
  const tree: Tree = new Map([
    ['docs/facts/device.md', document],
    ['lib/a.ts', `/** ${comment} */\nexport const a = 1;\n`],
  ]);
  return deadCitations(tree);
};

test('every fact that is cited stands in docs/facts', () => {
  const tree = readTree();
  assert.deepEqual(deadCitations(tree), []);
  const cited = [...tree.values()].flatMap((text) => text.match(/\bfacts\/(smp351|opencast) \d/g) ?? []);
  assert.ok(cited.length > 50, `only ${cited.length} citations`);
});

test('the law of facts sees what is cited and not there', () => {
  for (const good of [
    '(CITED/device 1.2)',
    'CITED/device 1.1, 1.2 and 2.',
    'CITED/device 1.1, 34I',
    'CITED/device 2',
  ]) {
    assert.deepEqual(found(good.replace('CITED', CITED)), [], good);
  }
  for (const bad of [
    'CITED/device 1.3',
    '(CITED/device 1.1, 1.7)',
    'CITED/device 3',
    'CITED/device',
    'CITED/other 1.1',
    '(CITED 1.1)',
    'CITED of 1.1',
    'docs/CITED/device.md 1.1',
  ]) {
    assert.equal(found(bad.replace('CITED', CITED)).length, 1, bad);
  }
  assert.equal(found('', `${DOCUMENT}\n### 1.2 Again\n`).length, 1);
});

test('links to the documents and files of that name are no citations', () => {
  assert.deepEqual(
    found(`[known](${CITED}/device.md), docs/${CITED}/device.md, './${CITED}.ts', #agent/${CITED}/x.ts`),
    [],
  );
});
