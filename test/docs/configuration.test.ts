import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { parseConfig } from '#agent/box/settings/config.ts';
import { standardOf } from '../../docs/configuration-page.ts';
import { configLeaves, type Schema } from '#firmware-config/words/leaves.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
const reference = readFileSync(new URL('../../docs/configuration-reference.md', import.meta.url), 'utf8');
const yamlIn = (text: string): string => /^```yaml\n([\s\S]*?)^```/m.exec(text)?.[1] ?? '';
const example = yamlIn(page);

const leaves = configLeaves;
const rows = new Map(
  [...reference.matchAll(/^\| `([\w.*[\]-]+)` \|(.*)\|(.*)\|(.*)\|(.*)\|$/gm)].map(
    ([, key = '', what = '', range = '', standard = '']) => [key, { what, range, standard }],
  ),
);

test('every key of the schema is in the reference, with words, range and default', () => {
  assert.ok(leaves.length > 200);
  for (const { key } of leaves) {
    const row = rows.get(key);
    assert.ok(row, key);
    for (const cell of Object.values(row)) assert.notEqual(cell.trim(), '', key);
  }
  assert.equal(rows.size, leaves.length);
});

test('ranges and choices are those of the schema, also where people wrote them', () => {
  const choicesOf = ({ enum: names = [], const: one, anyOf = [] }: Schema): unknown[] => [
    ...names,
    ...(one === undefined ? [] : [one]),
    ...anyOf.flatMap((each) => (each.const === undefined ? [] : [each.const])),
  ];
  for (const { key, schemas } of leaves) {
    const range = rows.get(key)?.range ?? '';
    const has = (value: unknown): boolean => new RegExp(`(?<![\\w.])${String(value)}(?![\\w]|\\.\\d)`).test(range);
    for (const schema of schemas) {
      const { minimum, maximum, maxLength } = schema;
      // The unsaid limits of whole numbers are none; a folder's length nobody minds, nor that of a name of a file or colour.
      const limits = [minimum, maximum].filter((limit) => limit !== undefined && Math.abs(limit) < 1e12);
      const isName = /path|file|colour|image$/i.test(key.split('.').at(-1) ?? '') || /style|background/.test(key);
      const numbers = [...limits, ...(maxLength === undefined || isName ? [] : [maxLength])];
      for (const value of [...numbers, ...choicesOf(schema)])
        assert.ok(has(value), `${key}: ${String(value)} is not in "${range}"`);
    }
  }
});

test('defaults that people wrote are those of the schema, of the factory, and of the recorder', () => {
  let compared = 0;
  for (const leaf of leaves) {
    const value = standardOf(leaf);
    if (value === undefined || leaf.key === 'device.inputs.N.name') continue;
    const said = rows.get(leaf.key)?.standard ?? '';
    assert.ok(
      said.includes(value === '' ? 'empty' : JSON.stringify(value).replaceAll('"', '')),
      `${leaf.key}: ${JSON.stringify(value)} is not in "${said}"`,
    );
    compared++;
  }
  assert.ok(compared > 80, `${compared}`);
});

/** What pages and controllers set; nobody writes it by hand, and the example has none of it. */
const BY_OTHERS = /^scheduler\b|^device\.(shown|layouts|swapped|muted|sis)\b|multicast$/;

test('the example is right, and uses every key', () => {
  const config = parseConfig(example, 'docs/configuration.md');
  assert.equal(config.hall, 'Amphi_D');
  const used = new Set<string>();
  const visit = (value: unknown, key: string): void => {
    if (Array.isArray(value) && typeof value[0] === 'object') value.forEach((each) => visit(each, `${key}[]`));
    else if (typeof value !== 'object' || value === null || Array.isArray(value)) used.add(key);
    else
      for (const [name, inner] of Object.entries(value))
        visit(inner, key === '' ? name : `${key}.${key === 'device.inputs' ? 'N' : name}`);
  };
  visit(parse(example), '');
  assert.deepEqual(
    leaves.filter(({ key }) => !used.has(key) && !BY_OTHERS.test(key)).map(({ key }) => key),
    [],
  );
});

test('the example in the first document is right', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const { device } = parseConfig(yamlIn(readme), 'README.md');
  assert.deepEqual(Object.keys(device.inputs ?? {}), ['1', '3']);
});
