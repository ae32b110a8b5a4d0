import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { checkDefinition } from '#lib/opencast/workflows/check-definition.ts';
import type { Definition } from '#lib/opencast/workflows/definition.ts';
import { graphOf } from '#lib/opencast/workflows/graph.ts';
import { withIncludes } from '#lib/opencast/workflows/includes.ts';
import { root } from '#test/laws/tree.ts';
import { definitionOf } from './chains.ts';

/** Folder of Opencast's own definitions, which are not part of this repository; AMPHI_SAMPLES names another one. */
const FOLDERS = [process.env['AMPHI_SAMPLES'], join(root, '../shared/samples'), join(root, '../../shared/samples')]
  .filter((folder) => folder !== undefined)
  .map((folder) => join(folder, 'opencast'));
const folder = FOLDERS.find((one) => existsSync(one));

/** Operations of definitions that are not known here, by file. */
const UNKNOWN: ReadonlyMap<string, readonly string[]> = new Map([
  ['ng-partial-publish.xml', ['269: there is no operation "publish-youtube"']],
  ['ng-retract.xml', ['63: there is no operation "retract-youtube"']],
]);

describe(
  "Opencast's own definitions",
  { skip: folder === undefined && 'the samples are not here: set AMPHI_SAMPLES' },
  () => {
    const catalogue = openCatalogue();
    for (const generation of ['workflows-16', 'workflows-2016-era-2.0']) {
      const all = new Map<string, Definition>();
      const path = join(folder ?? '', generation);
      const files = folder === undefined ? [] : readdirSync(path).filter((file) => /\.(xml|ya?ml)$/.test(file));
      for (const file of files)
        test(`${generation}/${file}`, () => {
          const definition = definitionOf(readFileSync(join(path, file), 'utf8'));
          all.set(definition.id, definition);
          const { unknown, mistakes } = checkDefinition(definition, catalogue);
          assert.deepEqual(mistakes, []);
          assert.deepEqual(
            unknown.map(({ line, what }) => `${line}: ${what}`),
            UNKNOWN.get(file) ?? [],
          );
        });
      test(`${generation}: with all that they include, as a graph`, () => {
        assert.ok(all.size >= 12);
        for (const definition of all.values()) {
          const { operations } = withIncludes(definition, (id) => all.get(id));
          const graph = graphOf({ operations }, catalogue);
          const optional = new Set(operations.flatMap(({ failOnError }, at) => (failOnError ? [] : [at])));
          for (const [at, operation] of operations.entries()) {
            if (!operation.id.startsWith('publish-engage')) continue;
            assert.deepEqual(
              graph.operations[at]?.needs.filter(({ on }) => optional.has(on)),
              [],
              definition.id,
            );
          }
        }
      });
    }
  },
);
