import assert from 'node:assert/strict';
import test from 'node:test';
import { openDevice, type Device } from '#agent/device/device.ts';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import type { Params, RequestName } from '#agent/device/requests.ts';
import type { RecordingSeen, RecordingWanted } from '#agent/device/state.ts';
import type { RecoveredTake, Recorder, RecordingRequest } from '#agent/recorder/recorder.ts';
import { keepTakes, type TakeKeeper } from '#agent/box/media/take-keeper.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { NOW_MS, USER } from '#test/support/device.ts';
import { virtualClock, type VirtualClock } from '#test/support/virtual-clock.ts';

interface Rig {
  device: Device;
  clock: VirtualClock;
  keeper: TakeKeeper;
  /** What the recorder was told, in order. */
  told: unknown[][];
  ask<Name extends RequestName>(name: Name, params: Params<Name>): void;
  see(state: RecordingSeen['state']): void;
}

/** A device and a keeper over a recorder that writes down what it is told. */
function open(recording: RecordingWanted = { state: 'stopped' }, failure?: Error): Rig {
  const clock = virtualClock(0, NOW_MS);
  const wanted = { ...factoryWanted(factoryLayouts), recording };
  const device = openDevice({
    initial: initialState(wanted),
    factoryLayouts,
    clock,
    newId: () => 'take',
    log: silentLog,
  });
  const told: unknown[][] = [];
  const tell = (...words: unknown[]): true => told.push(words) > 0 || true;
  const recorder = {
    start(request: RecordingRequest) {
      tell('start', request);
      if (failure) throw failure;
      return { id: 'r', started: Promise.resolve({ ptsTicks: 0 }), finished: new Promise(() => undefined) };
    },
    stop: () => Promise.resolve(tell('stop')),
    pause: () => tell('pause'),
    resume: () => tell('resume'),
    mark: (title?: string) => tell('mark', title),
    extend: (minutes: number) => tell('extend', minutes),
  } as unknown as Recorder;
  return {
    device,
    clock,
    told,
    keeper: keepTakes(device, recorder, clock, silentLog),
    ask(name, params) {
      const { refusal } = device.request({ name, params, session: USER });
      assert.equal(refusal, undefined, name);
    },
    see: (state) => device.observe({ fact: 'recording', seen: { state, elapsedMs: 0, bytes: 0 } }),
  };
}

const words = ({ told }: Rig): unknown[] => told.map(([word]) => word);
const takeOf = (id: string, startedAtMs: number, inProgress = true): RecoveredTake =>
  ({ info: { id, startedAtMs }, inProgress }) as RecoveredTake;

test('what is asked of the device is done by the recorder, each once', () => {
  const rig = open();
  rig.ask('record.start', { metadata: { title: 'T' }, bookingId: 'b', minutes: 10 });
  rig.see('recording');
  rig.ask('record.mark', { title: 'Two' });
  rig.ask('record.pause', {});
  rig.ask('record.pause', {});
  rig.ask('record.resume', {});
  rig.ask('record.extend', { minutes: 5 });
  rig.ask('channels.swap', {});
  rig.ask('record.stop', {});
  const [[, request] = []] = rig.told;
  const { metadata, ...rest } = request as RecordingRequest;
  assert.equal(metadata?.title, 'T');
  assert.deepEqual(rest, { bookingId: 'b', endsAtMs: NOW_MS + 600_000, continueTake: 'take' });
  assert.deepEqual(rig.told.slice(1), [['mark', 'Two'], ['pause'], ['resume'], ['extend', 5], ['stop']]);
});

test('a recording that ended by itself is wanted no more', () => {
  const rig = open();
  rig.ask('record.start', { minutes: 1 });
  for (const state of ['setup', 'recording', 'finalizing'] as const) rig.see(state);
  assert.deepEqual(rig.device.state().wanted.recording, { state: 'stopped' });
});

test('one that has just been stopped and started again is not stopped by the end of the first', () => {
  const rig = open();
  rig.ask('record.start', {});
  rig.see('recording');
  rig.ask('record.stop', {});
  rig.ask('record.start', {});
  assert.deepEqual(words(rig), ['start', 'stop', 'start']);
  assert.equal(rig.device.state().wanted.recording.state, 'recording');
});

test('a recorder that cannot start raises an alarm, and nothing is wanted any more', () => {
  const rig = open({ state: 'stopped' }, new Error('no destination can be used'));
  rig.ask('record.start', {});
  assert.equal(rig.device.state().wanted.recording.state, 'stopped');
  const [alarm] = rig.device.state().seen.alarms;
  assert.deepEqual([alarm?.name, alarm?.level, alarm?.text], ['record_halt', 'critical', 'no destination can be used']);
});

test('after a start: nothing wanted, nothing done', () => {
  const rig = open();
  rig.keeper.afterStart([takeOf('old', 5)]);
  assert.deepEqual(rig.told, []);
});

test('after a start: an interrupted recording goes on with its newest take', () => {
  const rig = open({ state: 'recording', take: 't', startedAtMs: 1, bookingId: 'b', endsAtMs: NOW_MS + 1 });
  rig.keeper.afterStart([takeOf('old', 5), takeOf('new', 9), takeOf('done', 20, false)]);
  assert.equal(rig.told.length, 1);
  const { metadata: _, ...request } = rig.told[0]![1] as RecordingRequest;
  assert.deepEqual(request, { bookingId: 'b', endsAtMs: NOW_MS + 1, continueTake: 'new' });
});

test('after a start: of several interrupted ones the one that is wanted goes on', () => {
  const rig = open({ state: 'recording', take: 'mine', startedAtMs: 1 });
  rig.keeper.afterStart([takeOf('new', 9), takeOf('mine', 5)]);
  assert.equal((rig.told[0]![1] as RecordingRequest).continueTake, 'mine');
});

test('after a start: a paused one goes on paused; one without rests begins anew under its id', () => {
  const paused = open({ state: 'paused', take: 't', startedAtMs: 1 });
  paused.keeper.afterStart([takeOf('x', 5)]);
  assert.deepEqual(words(paused), ['start', 'pause']);
  const lost = open({ state: 'recording', take: 't', startedAtMs: 1 });
  lost.keeper.afterStart([]);
  assert.deepEqual(words(lost), ['start']);
  assert.equal((lost.told[0]![1] as RecordingRequest).continueTake, 't');
});

test('after a start: a recording whose end has passed is over', () => {
  const rig = open({ state: 'recording', take: 't', startedAtMs: 1, endsAtMs: NOW_MS });
  rig.keeper.afterStart([takeOf('x', 5)]);
  assert.deepEqual(words(rig), ['stop']);
  assert.equal(rig.device.state().wanted.recording.state, 'stopped');
});

test('a closed keeper hears nothing', () => {
  const rig = open();
  rig.keeper.close();
  rig.ask('record.start', {});
  assert.deepEqual(rig.told, []);
});
