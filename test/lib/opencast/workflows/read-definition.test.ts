import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readDefinition } from '#lib/opencast/workflows/read-definition.ts';
import { CHAIN_2016, definitionOf, xmlOf, yamlOf } from './chains.ts';

/** The mistakes of a text, as `line: what`. */
function mistakesOf(text: string): string[] {
  const read = readDefinition(text);
  return 'mistakes' in read ? read.mistakes.map(({ line, what }) => `${line}: ${what}`) : [];
}

const withoutLines = (text: string): unknown =>
  JSON.parse(JSON.stringify(definitionOf(text), (key, value: unknown) => (key === 'line' ? undefined : value)));

describe('what is read', () => {
  test('YAML and XML of one definition are the same', () => {
    assert.deepEqual(withoutLines(xmlOf('chain', CHAIN_2016)), withoutLines(yamlOf('chain', CHAIN_2016)));
  });

  test('everything of an operation', () => {
    const { operations } = definitionOf(`id: a
title: A title
organization: mh_default_org
roles: [ROLE_A]
tags:
  - upload
  - schedule
displayOrder: 12
state-mappings:
  - state: running
    value: WORDS
  - failing: OTHERS
operations:
  - id: encode
    description: encodes
    if: \${a}
    unless: "\${b}"
    fail-on-error: false
    exception-handler-workflow: partial-error
    max-attempts: -1
    retry-strategy: hold
    configurations:
      source-flavor: "*/source"
      time: 1.0
      yes: no
`);
    const [operation] = operations;
    assert.deepEqual(
      { ...operation, when: operation?.when.map(({ text, unless }) => [text, unless]) },
      {
        id: 'encode',
        line: 14,
        description: 'encodes',
        when: [
          ['${a}', false],
          ['${b}', true],
        ],
        failOnError: false,
        exceptionHandler: 'partial-error',
        maxAttempts: -1,
        retryStrategy: 'hold',
        configurations: [
          { key: 'source-flavor', value: '*/source', line: 23 },
          { key: 'time', value: '1.0', line: 24 },
          { key: 'yes', value: 'no', line: 25 },
        ],
      },
    );
  });

  test('everything of a definition', () => {
    const text = `<w:definition xmlns:w="http://workflow.opencastproject.org"><w:id>a</w:id><w:title>T</w:title>
      <w:organization>org</w:organization><w:roles><w:role>ROLE_A</w:role></w:roles><w:tags><w:tag>upload</w:tag><w:tag/></w:tags>
      <w:displayOrder>7</w:displayOrder><w:description> words </w:description>
      <w:state-mappings><w:state-mapping state="running">WORDS</w:state-mapping></w:state-mappings><w:operations/></w:definition>`;
    assert.deepEqual(definitionOf(text), {
      id: 'a',
      title: 'T',
      description: 'words',
      organization: 'org',
      roles: ['ROLE_A'],
      tags: ['upload'],
      displayOrder: 7,
      panel: { fields: [] },
      stateMappings: [{ state: 'running', value: 'WORDS' }],
      operations: [],
    });
  });

  test('without a namespace, with a byte order mark, as JSON', () => {
    assert.equal(definitionOf('<definition><id>a</id><operations/></definition>').id, 'a');
    assert.equal(definitionOf('\uFEFF<definition><id>a</id><operations/></definition>').id, 'a');
    assert.equal(definitionOf('{"id": "a", "operations": [{"id": "log"}]}').operations.length, 1);
  });

  test('aliases and merged maps count as what they stand for', () => {
    const { operations } = definitionOf(`id: a
operations:
  - &one
    id: encode
    fail-on-error: false
    configurations: [{a: 1}]
  - *one
  - <<: *one
    id: image
`);
    assert.deepEqual(
      operations.map(({ id, failOnError, configurations }) => [id, failOnError, configurations.length]),
      [
        ['encode', false, 1],
        ['encode', false, 1],
        ['image', false, 1],
      ],
    );
  });

  test('names of what every object has are names like others', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const { operations } = definitionOf(yamlOf('a', [['defaults', `${name}=x`]]));
      assert.deepEqual(operations[0]?.configurations, [{ key: name, value: 'x', line: 5 }]);
      assert.match(
        mistakesOf(`id: a\n${name}: 1\noperations: []`).join(),
        new RegExp(`^2: a definition has no "${name}"`),
      );
    }
  });
});

/** A wrong definition, and its mistakes. */
const WRONG: readonly [name: string, text: string, ...mistakes: RegExp[]][] = [
  ['nothing', '', /^1: the file is empty/],
  ['a text', 'hello', /^1: a definition must have keys/],
  ['no id, no operations', 'title: a', /^1: id is missing/, /^1: operations are missing/],
  ['an id that is none', 'id: ../a\noperations: []', /^1: id must be letters.*"\.\.\/a"/],
  [
    'an unknown key',
    'id: a\noperation: []\noperations: []',
    /^2: a definition has no "operation"; did you mean operations\?/,
  ],
  ['a key twice', 'id: a\nid: b\noperations: []', /^2: id is there twice/],
  ['no YAML', 'id: a\n  b: c\n d', /^1: this is no YAML/],
  ['a tab', 'id: a\noperations:\n\t- id: b', /^3: this is no YAML/],
  ['operations that are a map', 'id: a\noperations:\n  id: b', /^2: operations must be a list/],
  ['an operation that is a text', 'id: a\noperations:\n  - encode', /^3: an operation must have keys/],
  ['an operation without id', 'id: a\noperations:\n  - description: b', /^3: id is missing/],
  [
    'an unknown attribute',
    'id: a\noperations:\n  - id: b\n    fail_on_error: true',
    /^4: an operation has no "fail_on_error"; did you mean fail-on-error\?/,
  ],
  [
    'a word instead of true',
    'id: a\noperations:\n  - id: b\n    fail-on-error: never',
    /^4: fail-on-error must be true or false, not "never"/,
  ],
  ['no attempts', 'id: a\noperations:\n  - id: b\n    max-attempts: 0', /^4: max-attempts must be a number from 1/],
  [
    'a strategy',
    'id: a\noperations:\n  - id: b\n    retry-strategy: wait',
    /^4: retry-strategy must be one of none, retry, hold/,
  ],
  [
    'a condition',
    'id: a\noperations:\n  - id: b\n    if: ${a} and ${b}',
    /^4: if "\$\{a\} and \$\{b\}", column 6: and must be written in capitals/,
  ],
  ['an order', 'id: a\ndisplayOrder: first\noperations: []', /^2: displayOrder must be a whole number/],
  [
    'a value that is a list',
    'id: a\noperations:\n  - id: b\n    configurations:\n      - c: [1]',
    /^5: the value of "c" must be a text/,
  ],
  [
    'a value twice',
    'id: a\noperations:\n  - id: b\n    configurations:\n      - c: 1\n      - c: 2',
    /^6: "c" is there twice/,
  ],
  [
    'a value without key',
    'id: a\noperations:\n  - id: b\n    configurations:\n      - c',
    /^5: a configuration needs a key/,
  ],
  ['a key that is a list', 'id: a\n? [b]\n: c\noperations: []', /^2: a key must be a word/],
  ['an alias of nothing', 'id: *a\noperations: []', /^1: /],
  [
    'an alias of what it is in',
    'id: a\noperations: &o\n  - id: b\n    configurations: *o',
    /^4: \*o stands for nothing/,
  ],
  [
    'a panel that is no JSON',
    'id: a\nconfiguration_panel_json: |-\n  [{\n    "fieldset": [}\n  ]\noperations: []',
    /^[234]: configuration_panel_json: the panel is no JSON/,
  ],
  ['another document', '<mediapackage/>', /^1: <mediapackage> is no workflow/],
  ['another namespace', '<definition xmlns="urn:a"/>', /^1: the namespace must be http:\/\/workflow/],
  ['no XML', '<definition>\n<id>a</id>\n<operations>\n</definition>', /^4: this is no XML.*ends <operations>/],
  ['an entity', '<!DOCTYPE a [<!ENTITY b "c">]>\n<definition/>', /^1: this is no XML.*DOCTYPE/],
  [
    'another element among operations',
    '<definition><id>a</id>\n<operations>\n<step id="b"><configurations/></step></operations></definition>',
    /^3: only <operation> may stand in operations, not <step>/,
  ],
  [
    'a configuration without key',
    '<definition><id>a</id><operations><operation id="b"><configurations>\n<configuration>c</configuration></configurations></operation></operations></definition>',
    /^2: a configuration needs a key/,
  ],
];

describe('mistakes, with their lines', () => {
  for (const [name, text, ...expected] of WRONG)
    test(name, () => {
      const found = mistakesOf(text);
      assert.equal(found.length, expected.length, found.join('\n'));
      for (const [at, pattern] of expected.entries()) assert.match(found[at] ?? '', pattern);
    });

  test('all at once, by their lines, and not without end', () => {
    const many = Array.from({ length: 80 }, (_, at) => `k${at}: 1\n`).join('');
    const found = mistakesOf(`${many}operations: []`);
    assert.equal(found.length, 51);
    assert.match(found.at(-1) ?? '', /and 31 more mistakes/);
  });
});

describe('limits', () => {
  const bomb = Array.from(
    { length: 20 },
    (_, at) => `k${at}: &k${at} [${'*k'.concat(String(at - 1), ',').repeat(at === 0 ? 0 : 9)}1]`,
  ).join('\n');
  const REFUSED: readonly [name: string, text: string, pattern: RegExp][] = [
    ['a long file', `id: ${'a'.repeat(600_000)}`, /longer than 131072 characters/],
    ['lines', `id: a\n${'#\n'.repeat(20_000)}`, /^10001: more than 10000 lines/],
    ['commas', `id: [${'a,'.repeat(30_000)}]`, /^1: more than 20000 brackets and commas/],
    ['aliases of aliases', `${bomb}\nid: a\noperations: []`, /more than (50000 values|16 levels)|deeper than 16/],
    ['brackets', `id: ${'['.repeat(100_000)}`, /more than 200 open brackets/],
    ['lists in a line', `id: a\noperations:\n  ${'- '.repeat(50_000)}a`, /^3: more than 16 levels in one line/],
    [
      'maps in maps',
      `id: a\n${Array.from({ length: 40 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')}`,
      /deeper than 16 levels/,
    ],
    ['elements in elements', `<definition>${'<a>'.repeat(30_000)}`, /nested deeper than 64/],
    ['operations', `id: a\noperations:\n${'  - id: b\n'.repeat(301)}`, /^2: there are more than 300 operations/],
    [
      'keys',
      yamlOf('a', [['b', ...Array.from({ length: 201 }, (_, at) => `k${at}=1`)]]),
      /more than 200 configurations/,
    ],
    ['a value', yamlOf('a', [['b', `c=${'x'.repeat(70_000)}`]]), /longer than 65536 characters/],
    ['tags', `id: a\ntags: [${'b,'.repeat(101)}]\noperations: []`, /^2: tags has more than 100 entries/],
    ['a panel', `id: a\nconfiguration_panel: "${'x'.repeat(80_000)}"\noperations: []`, /longer than 65536 characters/],
  ];
  for (const [name, text, pattern] of REFUSED)
    test(name, () => {
      assert.match(mistakesOf(text)[0] ?? 'none', pattern);
    });
});
