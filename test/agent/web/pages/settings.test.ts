import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factoryWanted } from '#agent/device/initial-state.ts';
import { at, changedPlaces, patchOf, withAt } from '#agent/web/pages/device/settings/document.ts';
import { effectsOf } from '#agent/web/pages/device/settings/effects.ts';
import { blankOf, kindOf, schemaAt, type Schema } from '#agent/web/pages/device/settings/schema.ts';
import { flat, FORM_SECTIONS, keysIn } from '#agent/web/pages/device/settings/section-keys.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { documentOf, mergeDocuments } from '#firmware-config/document/document.ts';
import { givenSchema } from '#firmware-config/schema/config.ts';
import { wordsOf } from '#firmware-config/words/keys.ts';
import { formSchema } from '#firmware-config/words/form.ts';
import { leavesOf } from '#firmware-config/words/leaves.ts';

const schema = formSchema as Schema;
const document = documentOf(factoryWanted(factoryLayouts), factoryLayouts);

test('the sections have every key that can be set, each once', () => {
  const told = FORM_SECTIONS.flatMap((section) => keysIn(schema, section).map(({ path }) => path.join('.')));
  const device = schema.properties?.['device']?.properties ?? {};
  const all = ['hall', ...Object.keys(device).map((key) => `device.${key}`)];
  assert.ok(all.length > 14);
  assert.deepEqual(told.toSorted(), all.toSorted());
  assert.deepEqual(
    keysIn(schema, 'sound').map(({ path }) => path.join('.')),
    ['device.audio'],
  );
});

test('every key that can be set is told in French, too', () => {
  const leaves = leavesOf(formSchema);
  assert.ok(leaves.length > 180);
  assert.deepEqual(
    leaves.filter(({ words }) => !words?.fr).map(({ key }) => key),
    [],
  );
});

test('the page finds the words of a key as the reference does', () => {
  const find = (...path: (string | number)[]): string | undefined => schemaAt(schema, path)?.words?.en;
  assert.equal(find('hall'), wordsOf('hall')?.en);
  assert.equal(find('device', 'inputs', '1', 'source', 'url'), wordsOf('device.inputs.1.source.url')?.en);
  assert.equal(find('device', 'pushes', 0, 'url'), wordsOf('device.pushes[].url')?.en);
  assert.equal(find('device', 'encoders', 'archive', 'fps'), wordsOf('device.encoders.archive.fps')?.en);
  assert.equal(find('device', 'shown'), wordsOf('device.shown')?.en);
  assert.match(find('device', 'sis', 'zone') ?? '', /time zone/);
  assert.equal(find('device', 'no such key'), undefined);
});

test('groups have their names, to any depth', () => {
  const name = (...path: (string | number)[]): unknown => schemaAt(schema, path)?.name;
  assert.deepEqual(name('device', 'inputs'), { en: 'Inputs', fr: 'Entrées' });
  assert.deepEqual(name('device', 'inputs', '3', 'source', 'audio'), { en: 'Sound', fr: 'Son' });
  assert.deepEqual(name('device', 'shown', 'overlays', 0, 'rect'), { en: 'Place', fr: 'Place' });
  assert.deepEqual(name('device', 'sis', 'presets', 'encoder', '4', 'settings'), { en: 'Settings', fr: 'Réglages' });
  assert.equal(name('device', 'inputs', '3'), undefined);
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
