import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { checkDefinition } from '#lib/opencast/workflows/check-definition.ts';
import type { Definition } from '#lib/opencast/workflows/definition.ts';
import { graphOf } from '#lib/opencast/workflows/graph.ts';
import { withIncludes } from '#lib/opencast/workflows/includes.ts';
import { shippedDefinitions } from '#central/workflows/shipped-definitions.ts';
import { drawWorkflow } from '../../../docs/workflow-pictures.ts';

const catalogue = openCatalogue();
const shipped = shippedDefinitions();
const find = (id: string): Definition | undefined => shipped.find(({ definition }) => definition.id === id)?.definition;

test('all that are promised are there, and offered', () => {
  const offered = shipped.filter(({ definition }) => definition.tags.length > 0).map(({ definition }) => definition.id);
  assert.deepEqual(offered, [
    'cut',
    'delete',
    'fast',
    'hd-720p',
    'publish',
    'republish-metadata',
    'retract',
    'schedule-and-upload',
  ]);
});

describe('each', () => {
  for (const { file, definition } of shipped)
    test(file, () => {
      assert.equal(`${definition.id}.yaml`, file);
      assert.deepEqual(checkDefinition(definition, catalogue), { unknown: [], mistakes: [] });
      const { operations, mistakes } = withIncludes(definition, find);
      assert.deepEqual(mistakes, []);
      assert.ok(operations.every(({ description }) => description !== ''));
      for (const { exceptionHandler } of operations)
        assert.ok(exceptionHandler === undefined || find(exceptionHandler));
      const picture = drawWorkflow(definition, find);
      assert.equal(picture.match(/<g><title>/g)?.length, operations.length);
    });
});

/** Ids of the operations that an operation waits for, also by way of others. */
function waitsFor(id: string, operation: string): string[] {
  const definition = find(id);
  assert.ok(definition);
  const { operations } = withIncludes(definition, find);
  const { operations: nodes } = graphOf({ operations }, catalogue);
  const open = [operations.findLastIndex((one) => one.id === operation)];
  const seen = new Set<number>();
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const { on } of nodes[at]?.needs ?? []) {
      if (!seen.has(on)) open.push(on);
      seen.add(on);
    }
  return [...seen].toSorted((a, b) => a - b).map((at) => `${operations[at]?.id}: ${operations[at]?.description}`);
}

describe('publications wait for what they need alone', () => {
  for (const id of ['fast', 'hd-720p', 'publish', 'schedule-and-upload'])
    test(id, () => {
      const all = waitsFor(id, 'publish-engage').join('\n');
      assert.match(all, /encode: Encoding/);
      assert.doesNotMatch(all, /segment|extract-text|waveform|silence|timeline|small version|snapshot/);
    });

  test('after a cut: for the person too', () => {
    assert.match(waitsFor('cut', 'publish-engage').join('\n'), /editor: Waiting for cuts\n/);
  });
});
