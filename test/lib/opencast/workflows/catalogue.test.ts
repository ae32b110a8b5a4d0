import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CATALOGUE, fitsKey, openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { checkDefinition } from '#lib/opencast/workflows/check-definition.ts';
import { definitionOf, yamlOf, type Step } from './chains.ts';

const catalogue = openCatalogue();

test('the names that chains of 2016 and of today use are known', () => {
  const NAMES =
    'archive cleanup comment compose concat copy cover-image editor email encode extract-text image ingest-download publish-engage retract-engage segment-video segmentpreviews silence waveform zip inspect tag analyze-audio normalize-audio defaults error-resolution select-streams select-tracks partial-import composite publish-configure timelinepreviews configure-by-dcterm send-email log include conditional-config import-wf-properties http-notify snapshot';
  assert.deepEqual(
    NAMES.split(' ').filter((name) => !catalogue.find(name)),
    [],
  );
  assert.equal(catalogue.find('archive'), catalogue.find('snapshot'));
  assert.equal(catalogue.find('compose'), catalogue.find('encode'));
});

test('each operation is there once, with help, and its effects name keys that it has', () => {
  const ids = CATALOGUE.flatMap(({ id, aliases }) => [id, ...aliases]);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, help, keys, effects } of CATALOGUE) {
    assert.match(help, /^[A-Z].*\.$/, id);
    assert.ok(
      keys.every(({ help: about }) => about !== ''),
      id,
    );
    const names = keys.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, id);
    const used = [
      ...effects.reads.flatMap(({ flavors = [], tags = [] }) => [...flavors, ...tags]),
      ...effects.makes.flatMap(({ flavors = [], tags = [], subtype }) => [
        ...flavors,
        ...tags,
        ...(subtype ? [subtype] : []),
      ]),
      ...(effects.gateBy ? [effects.gateBy] : []),
    ];
    assert.deepEqual(
      used.filter((name) => !names.includes(name)),
      [],
      id,
    );
  }
});

test('defaults are values that the type takes', () => {
  for (const { id, keys } of CATALOGUE)
    for (const { name, type, default: or } of keys)
      if (or !== undefined) assert.ok(type.schema.safeParse(or).success, `${id} ${name}`);
});

test('numbers and names in keys', () => {
  const key = (name: string) =>
    ({ name, type: CATALOGUE[0]?.keys[0]?.type, help: '', required: false }) as Parameters<typeof fitsKey>[0];
  const ROWS: readonly [name: string, key: string, fits: boolean][] = [
    ['source-flavor-part-N', 'source-flavor-part-0', true],
    ['source-flavor-part-N', 'source-flavor-part-12', true],
    ['source-flavor-part-N', 'source-flavor-part-', false],
    ['source-flavor-part-N', 'source-flavor-part-1-mandatory', false],
    ['source-flavor-part-N-mandatory', 'source-flavor-part-1-mandatory', true],
    ['layout-NAME', 'layout-preview', true],
    ['layout', 'layout-preview', false],
    ['time', 'time', true],
  ];
  for (const [name, own, fits] of ROWS) assert.equal(fitsKey(key(name), own), fits, `${name} ${own}`);
});

/** An operation, and the mistakes of it. */
const WRONG: readonly [step: Step, ...mistakes: RegExp[]][] = [
  [['encode', 'encoding-profile=a', 'source-flavor=*/source']],
  [['encod'], /^3: there is no operation "encod"; did you mean encode\?/],
  [['__proto__'], /^3: there is no operation "__proto__"$/],
  [['nothing-like-it'], /^3: there is no operation "nothing-like-it"$/],
  [['encode'], /^3: encode: encoding-profile is missing: encoding profile/],
  [
    ['encode', 'encoding-profile=a', 'source-flavour=*/source'],
    /^6: encode: it has no key "source-flavour"; did you mean source-flavor\?/,
  ],
  [['encode', 'encoding-profile=a', 'constructor=b'], /^6: encode: it has no key "constructor"/],
  [
    ['encode', 'encoding-profile=a', 'source-flavor=source'],
    /^6: encode: source-flavor must be flavors.*, not "source"/,
  ],
  [['encode', 'encoding-profile=a', 'target-flavor=${a}', 'source-tags=']],
  [['image', 'encoding-profile=a', 'time=1, 50%']],
  [['image', 'encoding-profile=a', 'time=soon'], /^6: image: time must be seconds or percent/],
  [['waveform', 'height=tall'], /^5: waveform: height must be a whole number, not "tall"/],
  [['cleanup', 'delete-external=maybe'], /^5: cleanup: delete-external must be true or false/],
  [['comment', 'description=a', 'action=write'], /^6: comment: action must be one of create, resolve, delete/],
  [['tag', 'source-flavors=a/b', 'target-tags=+a,-b, c']],
  [['tag', 'source-flavors=a/b', 'target-tags=a b'], /^6: tag: target-tags must be tags/],
  [['defaults', 'anything=at all']],
  [['compose', 'source-flavor=*/work', 'encoding-profiles=a,b']],
  [['prepare-av', 'source-flavor=a/b', 'target-flavor=a/c', 'audio-muxing-source-flavors=*/?,*/*']],
  [['conditional-config', 'configuration-name=a', 'condition-1=${b_resolution_x} > 1600', 'value-1=c', 'no-match=d']],
  [
    ['conditional-config', 'configuration-name=a', 'condition-1=${b} = 1'],
    /^6: conditional-config: condition-1 is no condition, column 6: a comparison is written ==/,
  ],
  [
    ['concat', 'source-flavor-part-0=a/b', 'source-flavor-part-0-mandatory=yes'],
    /^6: concat: source-flavor-part-0-mandatory must be true or false/,
  ],
];

describe('checks of definitions', () => {
  for (const [step, ...expected] of WRONG)
    test(step.join(' '), () => {
      const { unknown, mistakes } = checkDefinition(definitionOf(yamlOf('a', [step])), catalogue);
      const found = [...unknown, ...mistakes].map(({ line, what }) => `${line}: ${what}`);
      assert.equal(found.length, expected.length, found.join('\n'));
      for (const [at, pattern] of expected.entries()) assert.match(found[at] ?? '', pattern);
    });
});
