import assert from 'node:assert/strict';
import test from 'node:test';
import { metadataOf } from '#agent/device/metadata.ts';
import type { DeviceState } from '#agent/device/state.ts';
import { after, factoryState } from '#test/support/device.ts';

const factory = factoryState();

test('metadata are of one recording: what was set before it counts, a pause keeps them, its end clears them', () => {
  const hall = { ...factory.wanted.metadata, publisher: 'University', title: 'Lecture' };
  const box: DeviceState = { ...factory, wanted: { ...factory.wanted, metadata: hall } };
  const told = ({ wanted }: DeviceState): string[] => {
    const { title, presenter, series, publisher } = metadataOf(wanted);
    return [title, presenter, series, publisher];
  };
  assert.deepEqual(told(box), ['Lecture', '', '', 'University'], 'those of the hall are what will be used');
  const set = after(box, 'metadata.set', { title: 'One', presenter: 'Alpha' });
  const stoppedAgain = after(set, 'record.stop', {});
  assert.deepEqual(told(stoppedAgain), ['One', 'Alpha', '', 'University'], 'a stop while none runs ends nothing');
  const started = after(stoppedAgain, 'record.start', { metadata: { series: 'S' } });
  const resumed = after(after(started, 'record.pause', {}), 'record.resume', {});
  for (const state of [started, resumed]) assert.deepEqual(told(state), ['One', 'Alpha', 'S', 'University']);
  const ended = after(resumed, 'record.stop', {});
  assert.deepEqual(told(ended), ['Lecture', '', '', 'University']);
  assert.deepEqual(told(after(ended, 'record.start', {})), ['Lecture', '', '', 'University']);
  assert.deepEqual(ended.wanted.metadata, hall, 'the settings of the hall stay');
});

test('a planned lecture carries its own metadata, not those that were set by hand', () => {
  const set = after(factory, 'metadata.set', { title: 'By hand', contributor: 'Hand' });
  const planned = { metadata: { title: 'Planned', presenter: '' }, timetable: true, bookingId: 'b' };
  const { title, contributor } = metadataOf(after(set, 'record.start', planned).wanted);
  assert.deepEqual([title, contributor], ['Planned', '']);
});

test('settings of the hall that change while it records are the next recording’s', () => {
  const { recording: _, ...settings } = after(factory, 'record.start', { metadata: { title: 'T' } }).wanted;
  const running = after(factory, 'record.start', { metadata: { title: 'T' } });
  const changed = after(running, 'settings.replace', {
    settings: { ...settings, metadata: { ...settings.metadata, title: 'New', rights: 'CC-BY' } },
  });
  assert.deepEqual([metadataOf(changed.wanted).title, metadataOf(changed.wanted).rights], ['T', '']);
  const next = after(changed, 'record.stop', {});
  assert.deepEqual([metadataOf(next.wanted).title, metadataOf(next.wanted).rights], ['New', 'CC-BY']);
});
