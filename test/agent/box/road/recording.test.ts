import assert from 'node:assert/strict';
import test from 'node:test';
import type { LeftTake } from '#agent/box/road/step.ts';
import type { Metadata, RecordingSeen, RecordingWanted } from '#agent/device/state.ts';
import type { RecordingRequest } from '#agent/recorder/recorder.ts';
import { NOW_MS } from '#test/support/device.ts';
import { openRoadRig, toldRecorder, type RoadRig } from '#test/support/road.ts';

const wanting = (recording: RecordingWanted): RoadRig => openRoadRig({ recording });
const words = (rig: RoadRig): unknown[] => toldRecorder(rig).map(([word]) => word);
const requestOf = (rig: RoadRig): RecordingRequest => {
  const [[word, request] = []] = toldRecorder(rig);
  assert.equal(word, 'start');
  return request as RecordingRequest;
};
const left = (id: string, startedAtMs: number, inProgress = true): LeftTake => ({ id, startedAtMs, inProgress });
const MINUTE_MS = 60_000;

test('the name of the system that a controller gave goes with the recording', () => {
  const rig = openRoadRig();
  rig.ask('metadata.set', { systemName: 'Rack 4' });
  rig.ask('record.start', {});
  assert.equal(requestOf(rig).systemName, 'Rack 4');
});

test('in dual mode the recorder is told the channels that are chosen, and at least one', () => {
  const requested = (recorded: readonly [A: boolean, B: boolean], mode: 'composite' | 'dual' = 'dual') => {
    const rig = openRoadRig();
    rig.ask('encoder.mode', { mode });
    for (const [at, stream] of (['archive', 'archive-b'] as const).entries())
      rig.ask('encoder.set', { stream, settings: { recorded: recorded[at] } });
    rig.ask('record.start', {});
    const { withSecond = false, withoutFirst = false } = requestOf(rig);
    return { withSecond, withoutFirst };
  };
  const archive = { withSecond: false, withoutFirst: false };
  assert.deepEqual(requested([true, true]), { withSecond: true, withoutFirst: false });
  assert.deepEqual(requested([true, false]), archive);
  assert.deepEqual(requested([false, true]), { withSecond: true, withoutFirst: true });
  assert.deepEqual(requested([false, false]), archive);
  assert.deepEqual(requested([false, true], 'composite'), archive);
});

test('what is asked of the device is done by the recorder, each once', () => {
  const rig = openRoadRig();
  rig.ask('record.start', { metadata: { title: 'T' }, bookingId: 'b', minutes: 10 });
  rig.see('recording');
  rig.ask('record.mark', { title: 'Two' });
  rig.ask('record.pause', {});
  rig.ask('record.pause', {});
  rig.ask('record.resume', {});
  rig.ask('record.extend', { minutes: 5 });
  rig.ask('channels.swap', {});
  rig.ask('record.stop', {});
  const { metadata, ...rest } = requestOf(rig);
  assert.equal(metadata?.title, 'T');
  assert.deepEqual(rest, { bookingId: 'b', endsAtMs: NOW_MS + 600_000, continueTake: 'take', locale: 'fr' });
  assert.deepEqual(toldRecorder(rig).slice(1), [
    ['mark', 'Two'],
    ['pause'],
    ['resume'],
    ['end at', NOW_MS + 15 * MINUTE_MS],
    ['stop'],
  ]);
});

test('a recording without an end is given one, and one that has an end is given another', () => {
  const rig = openRoadRig();
  rig.ask('record.start', {});
  rig.see('recording');
  assert.equal(requestOf(rig).endsAtMs, undefined);
  for (const endsAtMs of [NOW_MS + 60_000, NOW_MS + 90_000, NOW_MS + 30_000, NOW_MS - 1])
    rig.ask('record.until', { endsAtMs });
  rig.ask('record.until', { endsAtMs: NOW_MS - 1 });
  const ends = toldRecorder(rig).slice(1);
  assert.deepEqual(
    ends,
    [60_000, 90_000, 30_000, -1].map((ms) => ['end at', NOW_MS + ms]),
  );
});

test('the recorder is told no end of what the timetable records', () => {
  const rig = openRoadRig();
  rig.ask('record.start', { timetable: true, bookingId: 'b', endsAtMs: NOW_MS + 60_000, startsAtMs: NOW_MS - 5 });
  rig.see('recording');
  rig.ask('record.until', { endsAtMs: NOW_MS + 90_000 });
  rig.ask('record.extend', { minutes: 5 });
  const { endsAtMs, startedAtMs } = requestOf(rig);
  assert.deepEqual([endsAtMs, startedAtMs], [undefined, NOW_MS - 5]);
  assert.deepEqual(words(rig), ['start']);
});

test('a recording that ended by itself is wanted no more', () => {
  const rig = openRoadRig();
  rig.ask('record.start', { minutes: 1 });
  for (const state of ['setup', 'recording', 'finalizing'] satisfies RecordingSeen['state'][]) rig.see(state);
  assert.deepEqual(rig.device.state().wanted.recording, { state: 'stopped' });
});

test('one that has just been stopped and started again is not stopped by the end of the first', () => {
  const rig = openRoadRig();
  rig.ask('record.start', {});
  rig.see('recording');
  rig.ask('record.stop', {});
  rig.ask('record.start', {});
  assert.deepEqual(words(rig), ['start', 'stop', 'start']);
  assert.equal(rig.device.state().wanted.recording.state, 'recording');
});

test('a recorder that cannot start raises an alarm, and nothing is wanted any more; listeners hear of the start first', () => {
  const rig = openRoadRig({}, { start: new Error('no destination can be used') });
  const heard: string[] = [];
  rig.device.subscribe(({ state, fact }) => heard.push(fact ? fact.fact : state.wanted.recording.state));
  rig.ask('record.start', {});
  assert.equal(rig.device.state().wanted.recording.state, 'stopped');
  const [alarm] = rig.device.state().seen.alarms;
  assert.deepEqual([alarm?.name, alarm?.level, alarm?.text], ['record_halt', 'critical', 'no destination can be used']);
  assert.deepEqual(heard, ['recording', 'alarm', 'stopped']);
});

test('after a start: nothing wanted, nothing done', () => {
  const rig = wanting({ state: 'stopped' });
  rig.road.recovered([left('old', 5)]);
  assert.deepEqual(toldRecorder(rig), []);
});

test('after a start: an interrupted recording waits until it is known what was left, and goes on with its newest take', () => {
  const rig = wanting({ state: 'recording', take: 't', startedAtMs: 1, bookingId: 'b', endsAtMs: NOW_MS + 1 });
  assert.deepEqual(toldRecorder(rig), []);
  rig.road.recovered([left('old', 5), left('new', 9), left('done', 20, false)]);
  assert.deepEqual(words(rig), ['start']);
  const { metadata: _, ...request } = requestOf(rig);
  assert.deepEqual(request, { bookingId: 'b', endsAtMs: NOW_MS + 1, continueTake: 'new', locale: 'fr' });
});

test('after a start: of several interrupted ones the one that is wanted goes on', () => {
  const rig = wanting({ state: 'recording', take: 'mine', startedAtMs: 1 });
  rig.road.recovered([left('new', 9), left('mine', 5)]);
  assert.equal(requestOf(rig).continueTake, 'mine');
});

test('after a start: a paused one goes on paused; one without rests begins anew under its id', () => {
  const paused = wanting({ state: 'paused', take: 't', startedAtMs: 1 });
  paused.road.recovered([left('x', 5)]);
  assert.deepEqual(words(paused), ['start', 'pause']);
  const lost = wanting({ state: 'recording', take: 't', startedAtMs: 1 });
  lost.road.recovered([]);
  assert.deepEqual(words(lost), ['start']);
  assert.equal(requestOf(lost).continueTake, 't');
});

test('after a start: a recording whose end has passed is over', () => {
  const rig = wanting({ state: 'recording', take: 't', startedAtMs: 1, endsAtMs: NOW_MS });
  rig.road.recovered([left('x', 5)]);
  assert.deepEqual(words(rig), ['stop']);
  assert.equal(rig.device.state().wanted.recording.state, 'stopped');
});

test('a road that is closed carries nothing out; who listens still hears', () => {
  const rig = openRoadRig();
  rig.road.close();
  let heard = 0;
  rig.device.subscribe(() => heard++);
  rig.ask('record.start', {});
  assert.deepEqual(toldRecorder(rig), []);
  assert.equal(heard, 1);
});

test('a lecture that is renamed while the timetable records it is renamed in its files, what is set by hand is not', () => {
  const rig = openRoadRig();
  const schedule = { id: 'schedule', via: 'schedule', access: 'admin' } as const;
  const params = { metadata: { title: 'Before' }, timetable: true, bookingId: 'b', endsAtMs: NOW_MS + 60_000 };
  rig.device.request({ name: 'record.start', params, session: schedule });
  rig.see('recording');
  rig.device.request({ name: 'metadata.set', params: { title: 'After', presenter: 'Mme Curie' }, session: schedule });
  rig.device.request({ name: 'metadata.set', params: { title: 'After' }, session: schedule });
  const described = rig.told.filter(([word]) => word === 'describe').map(([, metadata]) => metadata as Metadata);
  assert.deepEqual(
    described.map(({ title, presenter }) => [title, presenter]),
    [['After', 'Mme Curie']],
  );
});
