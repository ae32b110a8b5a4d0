import type { PartState } from '#agent/device/recording.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layout as layoutSchema } from '#firmware-config/schema/shapes.ts';
import {
  changed,
  draftOf,
  drawn,
  itemsOf,
  redone,
  restacked,
  undone,
  without,
  withNew,
} from '#agent/web/pages/device/layouts/draft.ts';
import { filled } from '#agent/web/pages/device/layouts/filled.ts';
import { isLike, spotAt, wholeMs } from '#agent/web/pages/device/recordings/timeline.ts';
import { NO_METADATA } from '#firmware-config/factory/factory-settings.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';

const [first] = factoryLayouts;
const LAYOUT = structuredClone(first);
assert.ok(LAYOUT);

test('every step can be undone and done again, until something else is drawn', () => {
  const one = drawn(draftOf(LAYOUT), changed(LAYOUT, 'window 0', { rect: { x: 0, y: 0, width: 1, height: 1 } }));
  const two = drawn(one, without(one.layout, 'window 1'));
  assert.equal(two.layout.windows.length, 1);
  assert.deepEqual(undone(undone(two)).layout, LAYOUT);
  assert.deepEqual(redone(redone(undone(undone(two)))).layout, two.layout);
  assert.deepEqual(undone(draftOf(LAYOUT)).layout, LAYOUT);
  assert.equal(drawn(undone(two), LAYOUT).future.length, 0);
});

test('whatever is added is a layout that the box takes', () => {
  let layout = LAYOUT;
  for (const what of ['A', 'B', 'text', 'text', 'logo', 'clock'] as const) {
    const made = withNew(layout, what, 'logo.png');
    layout = made.layout;
    assert.ok(itemsOf(layout).some(({ key }) => key === made.key));
  }
  assert.ok(layoutSchema.safeParse(layout).success);
  assert.deepEqual(
    layout.overlays.filter(({ name }) => name.startsWith('text')).map(({ name }) => name),
    ['text', 'text-2'],
  );
});

test('a thing is lifted over the next one of its kind', () => {
  const up = restacked(LAYOUT, 'window 0', 1);
  const keys = itemsOf(up)
    .filter(({ window }) => window)
    .map(({ key }) => key);
  assert.deepEqual(keys, ['window 1', 'window 0']);
  assert.equal(restacked(up, 'window 0', 1), up);
  assert.ok(layoutSchema.safeParse(up).success);
});

test('a test time code is not drawn by hand', () => {
  const rect = { x: 0, y: 0, width: 0.1, height: 0.1 };
  const with_ = { ...LAYOUT, overlays: [...LAYOUT.overlays, { kind: 'timecode' as const, name: 't', rect, z: 0 }] };
  assert.equal(itemsOf(with_).length, itemsOf(LAYOUT).length);
});

test('a template shows what is known, and names what is not', () => {
  assert.equal(filled('{title}, {presenter}', { title: 'T' }, 'en'), 'T, {presenter}');
});

const part = (number: number, durationMs: number, state: PartState = 'final') => ({
  number,
  durationMs,
  state,
  name: `R${number}`,
  destination: 'internal',
  bytes: 1,
});

test('a moment of a recording of several parts is found, also beside a part that was lost', () => {
  const recording = { parts: [part(1, 10_000), part(2, 5000, 'lost'), part(3, 20_000)] };
  assert.deepEqual(spotAt(recording, 4000), { part: 1, offsetMs: 4000 });
  assert.deepEqual(spotAt(recording, 12_000), { part: 3, offsetMs: 2000 });
  assert.deepEqual(spotAt(recording, 99_000), { part: 3, offsetMs: 20_000 });
  assert.equal(wholeMs(recording, { part: 3, offsetMs: 2000 }), 12_000);
  assert.equal(spotAt({ parts: [] }, 0), undefined);
});

test('recordings are found without their accents', () => {
  const recording = { base: 'PHY-201_x', metadata: { ...NO_METADATA, title: 'Énergie', presenter: 'É. Clapeyron' } };
  assert.ok(isLike(recording, 'energie clapeyron'));
  assert.ok(isLike(recording, 'phy-201'));
  assert.ok(!isLike(recording, 'energie carnot'));
});
