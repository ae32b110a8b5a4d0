import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { factoryWanted } from '#agent/device/initial-state.ts';
import { at, changedPlaces, patchOf, withAt } from '#agent/web/pages/device/settings/document.ts';
import { effectsOf } from '#agent/web/pages/device/settings/effects.ts';
import { frenchOf } from '#agent/web/pages/device/settings/french.ts';
import { blankOf, keyOf, kindOf, wordFinder, type Schema } from '#agent/web/pages/device/settings/schema.ts';
import { flat, SECTIONS } from '#agent/web/pages/device/settings/section-keys.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { documentOf, mergeDocuments } from '#firmware-config/document/document.ts';
import { givenSchema } from '#firmware-config/schema/config.ts';
import { keyWords, wordsOf } from '#firmware-config/words/keys.ts';
import { leavesOf } from '#firmware-config/words/leaves.ts';

// The scheduler has a place of its own on the page.
const schema = z.toJSONSchema(givenSchema.omit({ scheduler: true }), { io: 'input', unrepresentable: 'any' }) as Schema;
const document = documentOf(factoryWanted(factoryLayouts), factoryLayouts);

test('the sections have every key that can be set, each once', () => {
  const told = Object.values(SECTIONS).flatMap((keys) => keys.map((path) => path.join('.')));
  const device = schema.properties?.['device']?.properties ?? {};
  const all = ['hall', ...Object.keys(device).map((key) => `device.${key}`)];
  assert.deepEqual(told.toSorted(), all.toSorted());
});

test('every key that can be set is told in French, too', () => {
  const keys = leavesOf(schema as never).map(({ key }) => key);
  const rows = new Set(keys.map((key) => wordsOf(key)?.key));
  const missing = [...rows].filter((key) => key !== undefined && frenchOf(key) === undefined);
  assert.deepEqual(missing, []);
});

test('the page finds the words of a key as the reference does', () => {
  const find = wordFinder(keyWords);
  for (const key of ['hall', 'device.inputs.1.source.url', 'device.pushes[].url', 'device.encoders.archive.fps']) {
    assert.equal(find(key)?.what, wordsOf(key)?.what, key);
  }
  assert.equal(keyOf(['device', 'pushes', 0, 'url']), 'device.pushes[].url');
});

test('what is sent is what differs, and the box makes of it what was drawn', () => {
  let edited: unknown = document;
  edited = withAt(edited, ['device', 'encoders', 'archive', 'videoKbps'], 1500);
  edited = withAt(edited, ['device', 'inputs', '2', 'source'], { driver: 'test', pattern: 'bars' });
  edited = withAt(
    edited,
    ['device', 'pushes'],
    [{ id: 'a', name: '', enabled: false, stream: 'archive', url: 'srt://10.0.0.9:9000' }],
  );
  const patch = patchOf(document, edited);
  assert.deepEqual(patch, {
    device: {
      encoders: { archive: { videoKbps: 1500 } },
      inputs: { 2: { source: { driver: 'test', pattern: 'bars' } } },
      pushes: at(edited, ['device', 'pushes']),
    },
  });
  const read = givenSchema.safeParse(patch);
  assert.ok(read.success);
  assert.deepEqual(mergeDocuments(document, read.data), edited);
  assert.equal(patchOf(document, structuredClone(document)), undefined);
  assert.ok(changedPlaces(document, edited).includes('device.encoders.archive.videoKbps'));
});

test('lists are changed in their midst, and keys taken away', () => {
  assert.deepEqual(withAt({ a: [1, 2] }, ['a', 1], 3), { a: [1, 3] });
  assert.deepEqual(withAt({ a: 1, b: 2 }, ['a'], undefined), { b: 2 });
});

test('fields are of the kinds that the schema says', () => {
  const device = schema.properties?.['device']?.properties ?? {};
  assert.equal(kindOf(device['inputs'] ?? {}).kind, 'map');
  assert.equal(kindOf(device['pushes'] ?? {}).kind, 'list');
  assert.equal(kindOf(device['routing']?.properties?.['A'] ?? {}).kind, 'choice');
  const inputs = kindOf(device['inputs'] ?? {});
  assert.ok(inputs.kind === 'map');
  const source = kindOf(inputs.inner.properties?.['source'] ?? {});
  assert.ok(source.kind === 'shape' && source.by === 'driver' && source.shapes.has('v4l2'));
  assert.deepEqual(blankOf(source.shapes.get('rtsp') ?? {}), { driver: 'rtsp', url: '' });
  const multicast = kindOf(device['streams']?.properties?.['archive']?.properties?.['multicast'] ?? {});
  assert.equal(multicast.kind, 'perhaps');
});

test('consequences are said once, whatever causes them', () => {
  const keys = ['device.pushes[1].url', 'device.pushes[2].url', 'device.sis.countdownSeconds'];
  assert.equal(effectsOf(keys, 'en').length, 1);
  assert.match(effectsOf(['device.encoders.archive.fps'], 'fr')[0] ?? '', /reconnectent/);
});

test('the machine is told key by key', () => {
  assert.deepEqual(flat({ http: { port: 80 }, hall: 'a' }), [
    ['http.port', 80],
    ['hall', 'a'],
  ]);
});
