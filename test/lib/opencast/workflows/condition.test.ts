import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseCondition } from '#lib/opencast/workflows/condition.ts';
import { evaluateCondition, whetherDone } from '#lib/opencast/workflows/condition-value.ts';
import { openVariables, substituted, variablesIn } from '#lib/opencast/workflows/variables.ts';

const VALUES = new Map([
  ['yes', 'true'],
  ['no', 'false'],
  ['blank', ' '],
  ['two', '2'],
  ['ten', '10'],
  ['word', 'abc'],
  ['quoted', "'abc'"],
  ['code', 'true OR true'],
  ['sneaky', "' == '' OR 'a' == 'a"],
  ['presenter/thumbnail_edited', 'true'],
]);
const variables = openVariables(VALUES, new Map([['my.var', 'ours']]));

const valueOf = (text: string): boolean | string => {
  const truth = evaluateCondition(parseCondition(text), variables);
  return 'why' in truth ? truth.why : truth.value;
};

const TRUE: readonly string[] = [
  'true',
  'NOT false',
  'NOT NOT true',
  'NOT(false)',
  'false OR true',
  'true AND true OR false',
  'false AND false OR true',
  'true OR true AND false',
  '${yes}',
  'NOT ${no}',
  'NOT ${missing}',
  'NOT ${blank}',
  'NOT (${yes} AND ${missing})',
  '${missing:true}',
  '${presenter/thumbnail_edited}',
  '${missing} == false',
  "${missing} == 'false'",
  '${ten} > ${two}',
  '${ten} >= 10',
  "'${ten}' < '${two}'",
  '1.5 < 2',
  '5.0 == 5',
  '-1 < 0',
  '3 - 1 == 2',
  '3-1 == 2',
  '1 + 2 * 3 == 9',
  '1 + (2 * 3) == 7',
  "3 + '4' == '34'",
  "'a' + 'b' == 'ab'",
  "'it''s' == 'it''s'",
  "${word} == 'abc'",
  "${quoted} == 'abc'",
  "'${word}' == 'abc'",
  "'${missing:abc}' == 'abc'",
  "${missing:abc} == 'abc'",
  "${missing:'abc'} == 'abc'",
  '${missing:12} > 9',
  "${org_my.var} == 'ours'",
  "${org_my_var} == 'ours'",
  '(true) == true',
  'true != false',
  "true == 'true'",
  "10 < '9'",
];

describe('conditions', () => {
  for (const text of TRUE) {
    test(text, () => assert.equal(valueOf(text), true));
    test(`NOT (${text})`, () => assert.equal(valueOf(`NOT (${text})`), false));
  }

  test('a value that is neither true nor false is told', () => {
    assert.equal(valueOf('${word}'), '${word} is "abc", which is neither true nor false');
    assert.equal(valueOf('${two}'), '${two} is "2", which is neither true nor false');
    assert.match(String(valueOf("'a' - 1 == 0")), /"a" is no number: - needs two/);
  });

  test('a value is data, also where it looks like a condition', () => {
    assert.match(String(valueOf('${code}')), /neither true nor false/);
    assert.equal(valueOf("${sneaky} == 'x'"), false);
    assert.equal(valueOf("'${sneaky}' == 'x'"), false);
  });
});

const WRONG: readonly [text: string, pattern: RegExp][] = [
  ['', /column 1: a value is missing at the end/],
  ['true AND', /column 9: a value is missing at the end/],
  ['AND true', /column 1: a value is missing before this/],
  ['true true', /column 6: AND, OR or a comparison is missing/],
  ['true and false', /column 6: and must be written in capitals: AND/],
  ['not true', /column 1: not must be written in capitals: NOT/],
  ['True', /column 1: True must be written in small letters: true/],
  ['true && false', /column 6: && is written AND here/],
  ['true || false', /column 6: \|\| is written OR here/],
  ['!true', /column 1: ! is written NOT here/],
  ['${a} = 1', /column 6: a comparison is written ==/],
  ['"a" == 1', /column 1: a text stands in single quotes/],
  ["'a == 1", /column 1: this text does not end/],
  ['${a', /column 1: a variable is written/],
  ['$a', /column 1: a variable is written/],
  ['foo', /column 1: "foo" is no value/],
  ['(true', /column 1: this bracket is not closed/],
  ['true)', /column 5: this bracket closes nothing/],
  ['1', /column 1: this value must be compared/],
  ["true AND 'a'", /column 10: this value must be compared/],
  ['NOT 1', /column 5: this value must be compared/],
  ['1 < 2 < 3', /column 7: two comparisons need AND/],
  ['(true AND true) == 1', /column 1: a condition cannot be compared/],
  ['1 + NOT true == 1', /column 5: a value is missing before this/],
  ['- ${a} == 1', /column 1: a minus sign stands before a number/],
  [`${'('.repeat(60)}true${')'.repeat(60)}`, /column 51: more than 50 brackets/],
  ['a'.repeat(5000), /longer than 4000 characters/],
];

describe('wrong conditions are told with their column', () => {
  for (const [text, pattern] of WRONG)
    test(text.slice(0, 40) || '(nothing)', () => assert.throws(() => parseCondition(text), { message: pattern }));
});

describe('operations', () => {
  const when = (text: string, unless = false) => ({ text, unless, condition: parseCondition(text) });

  test('all conditions must hold, and none of unless', () => {
    assert.deepEqual(whetherDone({ when: [] }, variables), { value: true });
    assert.deepEqual(whetherDone({ when: [when('${yes}'), when('${no}')] }, variables), { value: false });
    assert.deepEqual(whetherDone({ when: [when('${yes}', true)] }, variables), { value: false });
    assert.deepEqual(whetherDone({ when: [when('${no}', true), when('${yes}')] }, variables), { value: true });
    assert.match(JSON.stringify(whetherDone({ when: [when('${word}')] }, variables)), /neither true nor false/);
  });
});

describe('variables in values', () => {
  const ROWS: readonly [text: string, result: string][] = [
    ['${word}/source', 'abc/source'],
    ['a${missing}b', 'a${missing}b'],
    ['a${missing:x}b', 'axb'],
    ['${blank:x}', 'x'],
    ['${word:x}', 'abc'],
    ['${missing:http\\://host}', 'http://host'],
    ['${org_my.var}', 'ours'],
    ["${org_url!'http://localhost:8080'}/a?id=${word}", "${org_url!'http://localhost:8080'}/a?id=abc"],
    ['${', '${'],
    ['${}', '${}'],
    ['$${word}$&', '$abc$&'],
  ];
  for (const [text, result] of ROWS) test(text, () => assert.equal(substituted(text, variables), result));

  test('a value is not replaced again', () => {
    const own = openVariables(
      new Map([
        ['a', '${b}'],
        ['b', 'secret'],
      ]),
    );
    assert.equal(substituted('${a}', own), '${b}');
  });

  test('names of what every object has have no value', () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      assert.equal(substituted(`\${${name}:none}`, variables), 'none');
  });

  test('all that a text names', () => {
    assert.deepEqual(variablesIn('${a} ${b:c} ${d!e}'), [{ name: 'a' }, { name: 'b', default: 'c' }]);
  });
});
