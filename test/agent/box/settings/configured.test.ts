import assert from 'node:assert/strict';
import test from 'node:test';
import { parseConfig } from '#agent/box/settings/config.ts';
import { configuredPart, wantedAtStart, whyUnusable } from '#agent/box/settings/configured.ts';
import { metadataOf } from '#agent/device/metadata.ts';
import type { Remembered } from '#agent/device/memory.ts';
import type { Wanted } from '#agent/device/state.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { factoryWanted } from '#agent/device/initial-state.ts';

const configOf = (text: string) => parseConfig(text, 'box.yaml');
const FIRST = configOf(`
hall: One
device:
  inputs: { 1: { name: Slides, source: { driver: test, pattern: bars } }, 3: { source: { driver: test, pattern: motion } } }
  layout: 7
  audio: { from: A }
  metadata: { title: From the file }
`);
const start = (config: typeof FIRST, remembered?: Omit<Remembered, 'version'>): Wanted =>
  wantedAtStart(config, remembered, factoryLayouts);
/** As after a save and a load. */
const kept = (wanted: Wanted, config: typeof FIRST) =>
  JSON.parse(JSON.stringify({ wanted, configured: configuredPart(config), metadataOf: 'hall' })) as Omit<
    Remembered,
    'version'
  >;

test('a new box wants the factory’s settings', () => {
  assert.deepEqual(start(configOf('')), { ...factoryWanted(factoryLayouts), hall: 'Amphi' });
});

test('a configured box wants what the file says, and the factory’s for the rest', () => {
  const wanted = start(FIRST);
  assert.equal(wanted.hall, 'One');
  assert.deepEqual(wanted.inputs[1].source, { driver: 'test', pattern: 'bars' });
  assert.equal(wanted.inputs[1].aspect, 'follow');
  assert.equal(wanted.inputs[3].name, 'Input 3');
  assert.deepEqual([wanted.layoutNumber, wanted.layout], [7, factoryLayouts[6]]);
  assert.equal(wanted.audio.from, 'A');
  assert.equal(wanted.metadata.title, 'From the file');
  assert.equal(wanted.encoders.archive.videoKbps, 750);
});

test('what was changed since wins over a file that stays the same', () => {
  const wanted = start(FIRST);
  const changed: Wanted = {
    ...wanted,
    hall: 'Renamed',
    layout: { ...wanted.layout, name: 'Moved' },
    layoutNumber: 2,
    audio: { ...wanted.audio, from: 'B' },
    recording: { state: 'recording', take: 't', startedAtMs: 5 },
    inputs: { ...wanted.inputs, 1: { ...wanted.inputs[1], name: 'Other' } },
  };
  assert.deepEqual(start(FIRST, kept(changed, FIRST)), changed);
});

test('a box that knew no dual mode goes on with all that it had, and without it', () => {
  const wanted = start(FIRST);
  const older = kept({ ...wanted, hall: 'Renamed' }, FIRST);
  const { encoders, streams } = older.wanted as { encoders: object; streams: object };
  Reflect.deleteProperty(older.wanted, 'encoderMode');
  for (const one of [encoders, streams]) Reflect.deleteProperty(one, 'archive-b');
  assert.equal(whyUnusable(older, FIRST, factoryLayouts), undefined);
  assert.deepEqual(start(FIRST, older), { ...wanted, hall: 'Renamed' });
});

test('a part of the file that changed counts anew, the others do not', () => {
  const wanted = start(FIRST);
  const changed: Wanted = {
    ...wanted,
    hall: 'Renamed',
    layoutNumber: 2,
    layout: factoryLayouts[1]!,
    audio: { ...wanted.audio, from: 'B' },
  };
  const second = configOf(`
hall: One
device:
  inputs: { 1: { name: Slides, source: { driver: test, pattern: bars } }, 3: { source: { driver: test, pattern: motion } } }
  layout: 7
  audio: { from: mix }
  metadata: { title: From the file }
  encoders: { archive: { fps: 25 } }
`);
  const next = start(second, kept(changed, FIRST));
  assert.equal(next.audio.from, 'mix');
  assert.equal(next.encoders.archive.fps, 25);
  assert.deepEqual([next.hall, next.layoutNumber], ['Renamed', 2]);
  assert.equal(start(configOf('hall: Two'), kept(changed, FIRST)).hall, 'Two');
});

test('keys of the file in another order are no change', () => {
  const wanted = { ...start(FIRST), layoutNumber: 2, audio: { ...start(FIRST).audio, from: 'B' as const } };
  const turned = configOf(`
device:
  metadata: { title: From the file }
  audio: { from: A }
  layout: 7
  inputs: { 3: { source: { pattern: motion, driver: test } }, 1: { source: { pattern: bars, driver: test }, name: Slides } }
hall: One
`);
  assert.deepEqual(start(turned, kept(wanted, FIRST)), wanted);
});

test('a layout of the file may be one that a user saved', () => {
  const mine = { ...factoryLayouts[0]!, name: 'Mine' };
  const before = { ...start(configOf('')), layouts: { 9: mine } };
  assert.equal(start(configOf('device: { layout: 9 }'), kept(before, configOf(''))).layout.name, 'Mine');
});

test('a time code of the file lies over whatever layout is on show, once', () => {
  const config = configOf('device: { layout: 3, overlays: { timecode: { x: 0.1, y: 0.1, width: 0.5, height: 0.1 } } }');
  const wanted = start(config);
  const codes = (one: Wanted): number => one.layout.overlays.filter(({ kind }) => kind === 'timecode').length;
  assert.equal(codes(wanted), 1);
  assert.equal(codes(start(config, kept(wanted, config))), 1);
  assert.equal(codes(start(config, kept({ ...wanted, layout: factoryLayouts[4]! }, configOf('')))), 1);
});

test('settings of an older box get what has become known since', () => {
  const old = kept(start(FIRST), FIRST);
  const { locale: _, noSignal: __, ...rest } = old.wanted;
  const wanted = start(FIRST, { ...old, wanted: rest as Wanted });
  assert.deepEqual([wanted.locale, wanted.noSignal], ['fr', { holdMs: 2000 }]);
});

test('settings that no box can have are told, also those that break what reads them', () => {
  const good = kept(start(FIRST), FIRST);
  const why = (change: (wanted: Record<string, unknown>) => void): string | undefined => {
    const spoilt = structuredClone(good);
    change(spoilt.wanted);
    return whyUnusable(spoilt, FIRST, factoryLayouts);
  };
  assert.equal(
    why(() => undefined),
    undefined,
  );
  assert.match(why((wanted) => (wanted['layoutNumber'] = 99)) ?? '', /layoutNumber/);
  for (const key of ['inputs', 'encoders', 'recording', 'layout', 'audio'])
    for (const value of [5, null, 'x', []])
      assert.ok(
        why((wanted) => (wanted[key] = value)),
        `${key}: ${String(value)}`,
      );
  // An older box knew less.
  assert.equal(
    why((wanted) => delete wanted['sis']),
    undefined,
  );
});

test('a box that remembers less than there is now has the factory’s for the rest', () => {
  const wanted = { ...start(FIRST), hall: 'Renamed' };
  const older = JSON.parse(JSON.stringify(kept(wanted, FIRST))) as { wanted: Wanted; configured: unknown };
  const { encoders, sis, muted: _, ...rest } = older.wanted as unknown as Record<string, Record<string, object>>;
  const { gopFrames: __, ...archive } = encoders!['archive'] as { gopFrames: number };
  const { presets: ___, ...known } = sis!;
  older.wanted = { ...rest, encoders: { ...encoders, archive }, sis: known } as unknown as Wanted;
  assert.equal(whyUnusable(older, FIRST, factoryLayouts), undefined);
  assert.deepEqual(start(FIRST, older), wanted);
});

test('what an older box kept of its last recording is not the hall’s; a recording that runs keeps it', () => {
  const wanted = { ...start(FIRST), metadata: { ...start(FIRST).metadata, title: 'Last lecture', presenter: 'Alpha' } };
  const old = (state: 'stopped' | 'recording'): Omit<Remembered, 'version'> => {
    const { metadataOf: _, ...before } = kept({ ...wanted, recording: { state } }, FIRST);
    return before;
  };
  const stopped = metadataOf(start(FIRST, old('stopped')));
  assert.deepEqual([stopped.title, stopped.presenter], ['From the file', '']);
  const running = start(FIRST, old('recording'));
  assert.deepEqual([metadataOf(running).title, metadataOf(running).presenter], ['Last lecture', 'Alpha']);
  assert.deepEqual([running.metadata.title, running.metadata.presenter], ['From the file', '']);
});
