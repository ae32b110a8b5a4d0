import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { graphOf } from '#lib/opencast/workflows/graph.ts';
import { withIncludes } from '#lib/opencast/workflows/includes.ts';
import { CHAIN_2016, definitionOf, xmlOf, yamlOf, type Step } from './chains.ts';

const catalogue = openCatalogue();

/** For each operation `number id: those it waits for | those whose results it takes later`. */
function waitsOf(steps: readonly Step[]): string[] {
  const definition = definitionOf(xmlOf('a', steps));
  return graphOf(definition, catalogue).operations.map(({ needs, later }, at) => {
    const after =
      later.length > 0
        ? ` | ${later
            .map(({ on }) => on)
            .toSorted((a, b) => a - b)
            .join(' ')}`
        : '';
    return `${at} ${definition.operations[at]?.id}: ${needs.map(({ on }) => on).join(' ')}${after}`.trim();
  });
}

const encode = (source: string, target: string, ...words: string[]): Step => [
  'encode',
  `source-flavor=${source}`,
  `target-flavor=${target}`,
  'encoding-profile=a',
  ...words,
];

test('the chain of 2016: qualities beside each other, the publication without what may fail', () => {
  assert.deepEqual(waitsOf(CHAIN_2016), [
    '0 ingest-download:',
    '1 series:',
    '2 tag: 0 1',
    '3 inspect: 0',
    '4 prepare-av: 3',
    '5 prepare-av: 3',
    '6 editor: 4 5',
    '7 compose: 6',
    '8 compose: 6',
    '9 compose: 6',
    '10 compose: 6',
    '11 compose: 6',
    '12 segment-video: 6',
    '13 extract-text: 12',
    '14 publish-engage: 2 7 8 9 10 | 11 12 13',
    '15 archive: 2 3',
    '16 cleanup: 11 13 14 15',
  ]);
});

/** Operations, and what they wait for. */
const ROWS: readonly [name: string, steps: readonly Step[], waits: readonly string[]][] = [
  ['other flavors', [encode('a/b', 'a/c'), encode('x/b', 'x/c')], ['0 encode:', '1 encode:']],
  ['the flavor that another makes', [encode('a/b', 'a/c'), encode('a/c', 'a/d')], ['0 encode:', '1 encode: 0']],
  [
    'a flavor with a wildcard',
    [encode('*/b', '*/c'), encode('a/c', 'a/d'), encode('a/b', 'a/e')],
    ['0 encode:', '1 encode: 0', '2 encode:'],
  ],
  [
    'a wildcard that takes the type of the source',
    [encode('a/b', '*/c'), encode('x/c', 'x/d')],
    ['0 encode:', '1 encode:'],
  ],
  [
    'a tag',
    [encode('a/b', 'a/c', 'target-tags=t,u'), ['snapshot', 'source-tags=t'], ['snapshot', 'source-tags=v']],
    ['0 encode:', '1 snapshot: 0', '2 snapshot: 1'],
  ],
  [
    'a tag that is left out',
    [encode('a/b', 'a/c', 'target-tags=t'), ['snapshot', 'source-flavors=a/c', 'source-tags=-t']],
    ['0 encode:', '1 snapshot:'],
  ],
  [
    'a tag and a flavor, both needed',
    [
      encode('a/b', 'a/c', 'target-tags=t'),
      ['clone', 'source-flavor=a/c', 'source-tags=u', 'target-flavor=a/d'],
      ['clone', 'source-flavor=a/c', 'source-tags=t', 'target-flavor=a/d'],
    ],
    ['0 encode:', '1 clone:', '2 clone: 0'],
  ],
  [
    'a tag that a list of variables may have',
    [encode('a/b', 'a/c', 'target-tags=${t}'), ['snapshot', 'source-tags=v']],
    ['0 encode:', '1 snapshot: 0'],
  ],
  [
    'changes of what another reads',
    [['snapshot', 'source-tags=t'], ['tag', 'source-flavors=a/b', 'target-tags=+t'], encode('a/b', 'a/c')],
    ['0 snapshot:', '1 tag: 0', '2 encode: 1'],
  ],
  [
    'elements that come later do not matter to who read before',
    [['snapshot', 'source-tags=t'], encode('a/b', 'a/c', 'target-tags=t')],
    ['0 snapshot:', '1 encode:'],
  ],
  [
    'a variable in a condition',
    [['defaults', 'x=1'], [...encode('a/b', 'a/c'), '@if=${x} == 1'], encode('a/b', 'a/d')],
    ['0 defaults:', '1 encode: 0', '2 encode:'],
  ],
  [
    'variables about tracks',
    [
      ['analyze-tracks', 'source-flavor=*/source'],
      [...encode('a/b', 'a/c'), '@if=${presenter_source_video}'],
      [...encode('a/b', 'a/d'), '@if=${presenter_work_video}'],
    ],
    ['0 analyze-tracks:', '1 encode: 0', '2 encode:'],
  ],
  [
    'everything, by cleanup and by what nobody knows',
    [encode('a/b', 'a/c'), ['cleanup'], ['not-known'], encode('x/b', 'x/c')],
    ['0 encode:', '1 cleanup: 0', '2 not-known: 1', '3 encode: 2'],
  ],
  [
    'what tells waits and is not waited for',
    [encode('a/b', 'a/c'), ['send-email', 'to=a', 'subject=b'], encode('a/b', 'a/d')],
    ['0 encode:', '1 send-email: 0', '2 encode:'],
  ],
  [
    'a person',
    [encode('a/b', 'a/c'), ['editor', 'source-flavors=x/y', 'interactive=true'], encode('a/b', 'a/d')],
    ['0 encode:', '1 editor:', '2 encode: 1'],
  ],
  [
    'comments in their order',
    [['comment', 'description=a'], encode('a/b', 'a/c'), ['comment', 'description=b', 'action=resolve']],
    ['0 comment:', '1 encode:', '2 comment: 0'],
  ],
  [
    'a publication of which only what may fail makes a part',
    [
      encode('a/b', 'a/c', '@fail-on-error=false', 'target-tags=stream'),
      encode('a/b', 'a/d', 'target-tags=load'),
      encode('a/b', 'a/e', '@fail-on-error=false', 'target-tags=load'),
      ['publish-engage', 'download-source-tags=load', 'streaming-source-tags=stream'],
    ],
    ['0 encode:', '1 encode:', '2 encode:', '3 publish-engage: 0 1 | 2'],
  ],
  [
    'a publication, and what is made of what may fail',
    [
      ['waveform', '@fail-on-error=false', 'source-flavor=a/b', 'target-flavor=a/waveform'],
      ['tag', 'source-flavors=a/waveform', 'target-tags=+load'],
      encode('a/b', 'a/c', 'target-tags=load'),
      ['publish-engage', 'download-source-tags=load'],
    ],
    ['0 waveform:', '1 tag: 0', '2 encode:', '3 publish-engage: 2 | 1'],
  ],
  [
    'files from outside are inspected first',
    [['ingest-download'], ['inspect'], ['series', 'apply-acl=true'], encode('*/source', '*/work')],
    ['0 ingest-download:', '1 inspect: 0', '2 series:', '3 encode: 1'],
  ],
];

describe('who waits for whom', () => {
  for (const [name, steps, waits] of ROWS) test(name, () => assert.deepEqual(waitsOf(steps), waits));

  test('each with its reason', () => {
    const { operations } = graphOf(
      definitionOf(yamlOf('a', [encode('a/b', 'a/c', 'target-tags=t'), ['snapshot', 'source-tags=t'], ['cleanup']])),
      catalogue,
    );
    assert.deepEqual(
      operations.map(({ needs }) => needs),
      [[], [{ on: 0, because: 't' }], [{ on: 1, because: 'everything before' }]],
    );
  });

  test('nobody waits for one that comes later, nor for one twice', () => {
    const { operations } = graphOf(definitionOf(xmlOf('a', CHAIN_2016)), catalogue);
    for (const [at, { needs, later }] of operations.entries()) {
      const all = [...needs, ...later].map(({ on }) => on);
      assert.ok(all.every((on) => on < at));
      assert.equal(new Set(all).size, all.length);
    }
  });
});

describe('includes', () => {
  const all = new Map(
    [
      yamlOf('outer', [['include', '@if=${x}', 'workflow-id=inner'], ['cleanup']]),
      yamlOf('inner', [
        ['log', '@if=${y}'],
        ['include', 'workflow-id=innermost'],
      ]),
      yamlOf('innermost', [['inspect']]),
      yamlOf('loop', [['log'], ['include', 'workflow-id=back']]),
      yamlOf('back', [['include', 'workflow-id=loop']]),
      yamlOf('lost', [
        ['include', 'workflow-id=nowhere'],
        ['include', 'workflow-id=${later}'],
      ]),
      ...Array.from({ length: 20 }, (_, at) => yamlOf(`deep${at}`, [['include', `workflow-id=deep${at + 1}`]])),
      ...Array.from({ length: 12 }, (_, at) =>
        yamlOf(
          `wide${at}`,
          Array.from({ length: 9 }, () => ['include', `workflow-id=wide${at + 1}`] as const),
        ),
      ),
      yamlOf('wide12', []),
      yamlOf(
        'long',
        Array.from({ length: 4 }, () => ['include', 'workflow-id=hundred'] as const),
      ),
      yamlOf(
        'hundred',
        Array.from({ length: 100 }, () => ['log'] as const),
      ),
    ].map((text) => [definitionOf(text).id, definitionOf(text)] as const),
  );
  const included = (id: string) => {
    const definition = all.get(id);
    assert.ok(definition);
    return withIncludes(definition, (other) => all.get(other));
  };

  test('operations in place, with the conditions of the includes', () => {
    const { operations, mistakes } = included('outer');
    assert.deepEqual(mistakes, []);
    assert.deepEqual(
      operations.map(({ id, when }) => [id, when.map(({ text }) => text)]),
      [
        ['log', ['${x}', '${y}']],
        ['inspect', ['${x}']],
        ['cleanup', []],
      ],
    );
  });

  test('loops, unknown ones, too many: told, and not without end', () => {
    const mistakeOf = (id: string): string =>
      included(id)
        .mistakes.map(({ line, what }) => `${line}: ${what}`)
        .join('\n');
    assert.equal(mistakeOf('loop'), '4: this includes itself: loop → back → loop');
    assert.equal(mistakeOf('lost'), '3: there is no definition "nowhere" to include');
    assert.match(mistakeOf('deep0'), /^3: more than 16 definitions include one another/);
    assert.match(mistakeOf('wide0'), /^3: more than 200 includes/);
    assert.match(mistakeOf('long'), /more than 300 operations/);
    assert.equal(included('long').operations.length, 300);
  });
});
