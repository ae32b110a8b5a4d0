import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openDefinitions, type Definitions } from '#central/workflows/definitions.ts';
import { openOperations } from '#central/workflows/operations/operations.ts';
import type { OperationNeeds } from '#central/workflows/run/operation.ts';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { root } from '#test/laws/tree.ts';

const catalogue = openCatalogue();
const operationOf = openOperations({} as OperationNeeds);
const has = (id: string): boolean => operationOf(id) !== undefined;

/** Operations that the server is to have: those that stock definitions and the seeds name. */
const PROMISED =
  `archive cleanup comment compose concat copy cover-image editor email encode extract-text image ingest-download publish-engage
  retract-engage segment-video segmentpreviews silence waveform zip inspect tag analyze-audio normalize defaults error-resolution
  select-streams partial-import composite publish-configure timelinepreviews configure-by-dcterm send-email log include conditional-config
  import-wf-properties http-notify speech-to-text`.split(/\s+/);

test('every operation that is promised has its code, and so has every one of the catalogue', () => {
  const nameOf = (id: string): string => catalogue.find(id)?.id ?? id;
  assert.deepEqual(
    PROMISED.filter((id) => !has(nameOf(id))),
    [],
  );
  assert.deepEqual(
    catalogue.ids.filter((id) => !has(nameOf(id))),
    [],
  );
});

/** Opencast's own definitions, which are not part of this repository; AMPHI_SAMPLES names another folder. */
const samples = [
  process.env['AMPHI_SAMPLES'],
  join(root, '../shared/samples'),
  join(root, '../../shared/samples'),
].find((folder) => folder !== undefined && existsSync(join(folder, 'opencast')));

describe(
  "Opencast's own definitions",
  { skip: samples === undefined && 'the samples are not here: set AMPHI_SAMPLES' },
  () => {
    for (const [generation, refused] of [
      ['workflows-16', []],
      [
        'workflows-2016-era-2.0',
        ['ng-partial-publish.xml 269 "publish-youtube"', 'ng-retract.xml 63 "retract-youtube"'],
      ],
    ] as const)
      describe(generation, () => {
        let definitions: Definitions;
        const folder = join(samples ?? '', 'opencast', generation);
        before(async () => {
          definitions = await openDefinitions({ shipped: undefined, own: folder, catalogue, has, log: silentLog });
        });
        after(() => definitions.close());

        test('all load; what names an operation that is not here says which, with its line, and is not offered', () => {
          const problems = definitions.problems().map(({ file, line, what }) => ({ file: basename(file), line, what }));
          const own = problems.filter(({ what }) => what.startsWith('this server has no operation'));
          assert.deepEqual(
            problems.filter((one) => !own.includes(one)),
            [],
          );
          // A definition that includes another one is refused for what that one names, at the line of its include.
          const told = own.map(({ file, line, what }) => `${file} ${line} ${/"[^"]+"/.exec(what)?.[0]}`);
          assert.deepEqual(
            refused.filter((one) => !told.includes(one)),
            [],
          );
          assert.deepEqual(
            told.filter((one) => !/"(?:publish|retract)-youtube"$/.test(one)),
            [],
          );
          if (refused.length > 0) assert.match(definitions.whyNot('ng-retract') ?? '', /retract-youtube/);
          const offered = definitions.offered().map(({ id }) => id);
          assert.ok(!offered.includes('ng-publish') && !offered.includes('ng-retract'));
        });

        test('all that can be started give a plan', () => {
          assert.ok(definitions.offered().length >= 3);
          for (const definition of definitions.offered()) {
            const planned = definitions.plan(definition, new Map([['straightToPublishing', 'true']]));
            assert.ok(planned.length > 0, definition.id);
            assert.deepEqual(
              planned.filter(({ id }) => id === 'include'),
              [],
              definition.id,
            );
          }
        });
      });
  },
);
