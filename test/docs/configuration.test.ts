import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { configSchema, parseConfig } from '#agent/config.ts';
import { factoryWanted } from '#agent/device/factory.ts';
import { RECORDER_DEFAULTS } from '#agent/recorder/settings.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
const yamlIn = (text: string): string => /^```yaml\n([\s\S]*?)^```/m.exec(text)?.[1] ?? '';
const example = yamlIn(page);

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | false;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

interface Leaf {
  key: string;
  schemas: Schema[];
}

/** Every key that holds a value, as the document names it. A key of several drivers has several schemas. */
function leavesOf(schema: Schema, key = ''): Leaf[] {
  const found = new Map<string, Schema[]>();
  const visit = (one: Schema, path: string): void => {
    const alternatives = one.oneOf ?? one.anyOf ?? [];
    const inner = one.additionalProperties;
    if (one.type === 'array' && one.items?.type === 'object') visit(one.items, `${path}[]`);
    else if (alternatives.some(({ type }) => type === 'object')) alternatives.forEach((each) => visit(each, path));
    else if (one.type !== 'object') found.set(path, [...(found.get(path) ?? []), one]);
    else if (inner && typeof inner === 'object') visit(inner, `${path}.N`);
    for (const [name, each] of Object.entries(one.properties ?? {})) visit(each, path ? `${path}.${name}` : name);
  };
  visit(schema, key);
  return [...found].map(([name, schemas]) => ({ key: name, schemas }));
}

const leaves = leavesOf(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Schema);

interface Row {
  key: string;
  what: string;
  range: string;
  standard: string;
  covers(key: string): boolean;
}

const rows: Row[] = [...page.matchAll(/^\| `([\w.*[\]]+)` \|(.*)\|(.*)\|(.*)\|$/gm)].map(
  ([, key = '', what = '', range = '', standard = '']) => {
    const pattern = new RegExp(`^${key.replaceAll(/[.[\]]/g, String.raw`\$&`).replaceAll('*', String.raw`\w+`)}$`);
    return { key, what, range, standard, covers: (other) => pattern.test(other) };
  },
);
/** The row of a key; one that names it whole rather than one for several. */
const rowOf = (key: string): Row | undefined =>
  rows.find((row) => row.key === key) ?? rows.find((row) => row.covers(key));

test('every key of the schema is in the document, and no other', () => {
  assert.ok(leaves.length > 100);
  assert.deepEqual(
    leaves.filter(({ key }) => !rowOf(key)).map(({ key }) => key),
    [],
  );
  assert.deepEqual(
    rows.filter((row) => !leaves.some(({ key }) => row.covers(key))).map(({ key }) => key),
    [],
  );
  // A row for several names them all.
  for (const { key } of leaves) {
    const row = rowOf(key);
    if (!row?.key.endsWith('.*')) continue;
    assert.ok(row.what.includes(`\`${key.split('.').at(-1)}\``), key);
  }
});

test('ranges and choices are those of the schema', () => {
  const choicesOf = ({ enum: names = [], const: one, anyOf = [] }: Schema): unknown[] => [
    ...names,
    ...(one === undefined ? [] : [one]),
    ...anyOf.flatMap((each) => (each.const === undefined ? [] : [each.const])),
  ];
  for (const { key, schemas } of leaves) {
    const range = rowOf(key)?.range ?? '';
    const has = (value: unknown): boolean => new RegExp(`(?<![\\w.])${String(value)}(?![\\w]|\\.\\d)`).test(range);
    for (const schema of schemas) {
      const { minimum, maximum, maxLength } = schema;
      // The unsaid limits of whole numbers are none.
      const limits = [minimum, maximum].filter((limit) => limit !== undefined && Math.abs(limit) < 1e12);
      const numbers = [...limits, ...(maxLength === undefined ? [] : [maxLength])];
      for (const value of [...numbers, ...choicesOf(schema)])
        assert.ok(
          has(value) || (key.startsWith('device.metadata.') && maxLength === 1000),
          `${key}: ${String(value)} is not in "${range}"`,
        );
    }
  }
});

test('defaults are those of the schema, of the factory, and of the recorder', () => {
  const factory = factoryWanted(factoryLayouts);
  const { noSignal, layoutNumber, ...wanted } = factory;
  const device = { ...wanted, layout: layoutNumber, noSignalHoldMs: noSignal.holdMs, overlays: {} };
  const { maxFileBytes, disk, ...recorder } = RECORDER_DEFAULTS;
  const recordings = { ...recorder, ...disk, maxFileMB: maxFileBytes / 2 ** 20 };
  const at = (root: unknown, key: string): unknown =>
    key
      .split('.')
      .reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name === 'N' ? '1' : name], root);
  let compared = 0;
  for (const { key, schemas } of leaves) {
    const value = schemas[0]?.default ?? at({ device, recordings }, key);
    if (!['string', 'number', 'boolean'].includes(typeof value)) continue;
    const said = rowOf(key)?.standard ?? '';
    const expected = key === 'device.inputs.N.name' ? 'Input N' : value === '' ? 'empty' : String(value);
    assert.ok(said.includes(value === '' ? expected : `\`${expected}\``), `${key}: ${expected} is not in "${said}"`);
    compared++;
  }
  assert.ok(compared > 60, `${compared}`);
});

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
    leaves.filter(({ key }) => !used.has(key)).map(({ key }) => key),
    [],
  );
});

test('the example in the first document is right', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const { device } = parseConfig(yamlIn(readme), 'README.md');
  assert.deepEqual(Object.keys(device.inputs ?? {}), ['1', '3']);
});
