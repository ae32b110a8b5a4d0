import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { parseParams } from '#agent/device/apply.ts';
import { factoryWanted } from '#agent/device/initial-state.ts';
import { yamlOf } from '#firmware-config/document/text.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { allKeys, factoryDocument, withGiven } from '#test/support/all-keys.ts';
import { STREAMS } from '#firmware-config/schema/device/streams.ts';
import { documentOf, mergeDocuments, readGiven, settingsOf } from '#firmware-config/document/document.ts';
import { configLeaves } from '#firmware-config/words/leaves.ts';
import { ConfigError } from '#firmware-config/document/text.ts';

/** Keys of values, as the leaves of the schema are named. */
function keysOf(value: unknown, key: string, found: Map<string, unknown[]>): void {
  if (Array.isArray(value)) value.forEach((each) => keysOf(each, `${key}[]`, found));
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) {
      const numbered = /^\d+$/.test(name) || /\.kept(\.N)?$/.test(key);
      keysOf(inner, `${key}${key && '.'}${numbered ? 'N' : name}`, found);
    }
  else found.set(key, [...(found.get(key) ?? []), value]);
}

const keyed = (value: unknown): Map<string, unknown[]> => {
  const found = new Map<string, unknown[]>();
  keysOf(value, '', found);
  return found;
};

test('the fixture of all keys has all keys, and none as the factory has it', () => {
  const [all, factory] = [keyed(allKeys), keyed(factoryDocument())];
  const leaves = configLeaves.map(({ key }) => key).filter((key) => /^(hall$|device\.(?!overlays))/.test(key));
  assert.ok(leaves.length > 180, `${leaves.length}`);
  // `null` in the place of a layout or a group.
  const nulls = ['device.shown', ...STREAMS.map((stream) => `device.streams.${stream}.multicast`)];
  assert.deepEqual(
    leaves.filter((key) => !all.has(key) && !nulls.includes(key)),
    [],
  );
  assert.deepEqual(
    [...all].filter(([key, values]) => factory.has(key) && values.join() === factory.get(key)?.join()),
    [],
  );
});

test('a document becomes settings and a document again, over all keys', () => {
  const settings = settingsOf(allKeys, factoryLayouts);
  assert.ok('params' in parseParams('settings.replace', { settings }));
  assert.deepEqual(documentOf(settings, factoryLayouts), allKeys);
  const { recording: _, ...factory } = factoryWanted(factoryLayouts);
  assert.deepEqual(settingsOf(documentOf(factory, factoryLayouts), factoryLayouts), factory);
});

test('all keys pass through a file, and a box that had others is equal then', () => {
  const given = readGiven(stringify(allKeys), 'box.yaml');
  assert.deepEqual(mergeDocuments(factoryDocument(), given), allKeys);
  const back = readGiven(JSON.stringify(factoryDocument()), 'box.yaml');
  assert.deepEqual(mergeDocuments(allKeys, back), factoryDocument());
});

test('what is not given stays; sources, presets and lists are given whole; a layout is shown as it was saved', () => {
  const merged = mergeDocuments(allKeys, readGiven('device: { inputs: { 1: { source: { driver: off } } } }', 'x'));
  assert.deepEqual(merged.device.inputs[1], { ...allKeys.device.inputs[1], source: { driver: 'off' } });
  assert.deepEqual({ ...merged.device, inputs: 0 }, { ...allKeys.device, inputs: 0 });
  const { device } = mergeDocuments(
    allKeys,
    readGiven('device: { layout: 3, layouts: {}, streams: { archive: { multicast: null } }, sis: { kept: {} } }', 'x'),
  );
  assert.deepEqual([device.layout, device.shown, device.layouts, device.sis.kept], [3, null, {}, {}]);
  assert.equal(device.streams.archive.multicast, null);
  assert.deepEqual(device.sis.presets, allKeys.device.sis.presets);
  assert.equal(withGiven({ hall: 'B-12' }).hall, 'B-12');
});

test('mistakes are told all at once, with line and column; what is of the machine is told as such', () => {
  const text = 'hall: no spaces\ndata: /x\nhal: D\ndevice:\n  inputs:\n    1: { nme: x }\n  layout: 33\n';
  assert.throws(
    () => readGiven(text, 'hall.yaml'),
    (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(
        error.mistakes.map((mistake) => mistake.split(' ')[0]).toSorted((a = '', b = '') => a.localeCompare(b)),
        ['hall.yaml:1:1:', 'hall.yaml:2:1:', 'hall.yaml:3:1:', 'hall.yaml:6:10:', 'hall.yaml:7:3:'],
      );
      assert.match(error.message, /data: belongs to the machine/);
      assert.match(error.message, /hal: there is no such key/);
      return true;
    },
  );
});

test('words that some readers of YAML take for true or false are quoted in exports', () => {
  const text = yamlOf({ hardware: 'off', driver: 'Yes', at: '12:30', name: 'offline', on: true });
  assert.match(text, /^hardware: 'off'$/m);
  assert.match(text, /^driver: 'Yes'$/m);
  assert.match(text, /^at: '12:30'$/m);
  assert.match(text, /^name: offline$/m);
});
