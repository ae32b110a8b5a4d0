import assert from 'node:assert/strict';
import test from 'node:test';
import { openDevice, type Change, type Device } from '#agent/device/device.ts';
import { observe, type Fact } from '#agent/device/observe.ts';
import type { DeviceState } from '#agent/device/state.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { ADMIN, factoryState, frozen, USER } from '#test/support/device.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';

const factory = factoryState();
const open = (): Device =>
  openDevice({ initial: factory, factoryLayouts, clock: virtualClock(), newId: () => 'id', log: silentLog });
const see = (state: DeviceState, fact: Fact, nowMs = 1000): DeviceState =>
  frozen(observe(frozen(state), frozen(fact), nowMs));

test('listeners hear of a change before the request returns, with before and after', () => {
  const device = open();
  const changes: Change[] = [];
  device.subscribe((change) => changes.push(change));
  const request = { name: 'channels.swap', params: {}, session: USER } as const;
  const outcome = device.request(request);
  assert.equal(changes.length, 1);
  const [{ before, state, request: told }] = changes as [Change];
  assert.equal(before, factory);
  assert.equal(state, outcome.state);
  assert.equal(device.state(), outcome.state);
  assert.equal(told, request);
});

test('a refusal is told to nobody and changes nothing', () => {
  const device = open();
  device.subscribe(() => assert.fail('told'));
  const { refusal } = device.request({ name: 'record.pause', params: {}, session: USER });
  assert.equal(refusal?.code, 'E14');
  assert.equal(device.state(), factory);
});

test('a listener that throws, or ends itself, harms no other', () => {
  const device = open();
  const heard: string[] = [];
  device.subscribe(() => {
    throw new Error('bad');
  });
  const end = device.subscribe(() => {
    heard.push('once');
    end();
  });
  device.subscribe(() => heard.push('always'));
  for (let n = 0; n < 2; n++) device.request({ name: 'channels.swap', params: {}, session: USER });
  assert.deepEqual(heard, ['once', 'always', 'always']);
});

test('a listener may ask for a change itself: nothing is lost', () => {
  const device = open();
  device.subscribe(({ state }) => {
    if (state.wanted.swapped) device.request({ name: 'channels.swap', params: { swapped: false }, session: ADMIN });
  });
  device.request({ name: 'channels.swap', params: { swapped: true }, session: USER });
  assert.equal(device.state().wanted.swapped, false);
});

test('a fact changes what is seen and never what is wanted', () => {
  const inputs = { status: 'live', sinceMs: 5, reconnects: 2 } as const;
  const facts: readonly [Fact, (state: DeviceState) => unknown, unknown][] = [
    [{ fact: 'input', number: 4, seen: inputs }, ({ seen }) => seen.inputs[4], inputs],
    [
      { fact: 'recording', seen: { state: 'paused', elapsedMs: 1, bytes: 2 } },
      ({ seen }) => seen.recording.state,
      'paused',
    ],
    [
      { fact: 'push', id: 'x', seen: { status: 'waiting', sinceMs: 3 } },
      ({ seen }) => seen.pushes,
      { x: { status: 'waiting', sinceMs: 3 } },
    ],
    [{ fact: 'frames', seen: { composed: 1, late: 2, dropped: 3 } }, ({ seen }) => seen.frames.late, 2],
    [{ fact: 'recordings' }, ({ seen }) => seen.recordingsRevision, 1],
    [{ fact: 'disk', seen: [] }, ({ seen }) => seen.disk, []],
  ];
  for (const [fact, of, is] of facts) {
    const state = see(factory, fact);
    assert.deepEqual(of(state), is);
    assert.equal(state.wanted, factory.wanted);
  }
});

test('a push target that is gone is seen no more', () => {
  const one = see(factory, { fact: 'push', id: 'x', seen: { status: 'off', sinceMs: 3 } });
  const two = see(one, { fact: 'push', id: 'y', seen: { status: 'off', sinceMs: 3 } });
  assert.deepEqual(Object.keys(see(two, { fact: 'push', id: 'x', seen: undefined }).seen.pushes), ['y']);
});

test('an alarm keeps since when it is there; the same again is no news; each has its own end', () => {
  const loss = { name: 'video_loss', about: 'A', level: 'critical', text: 'no signal' } as const;
  const raised = see(factory, { fact: 'alarm', raise: loss }, 1000);
  assert.deepEqual(raised.seen.alarms, [{ ...loss, sinceMs: 1000 }]);
  assert.equal(see(raised, { fact: 'alarm', raise: loss }, 2000), raised);
  const worse = see(raised, { fact: 'alarm', raise: { ...loss, level: 'emergency' } }, 3000);
  assert.deepEqual(worse.seen.alarms, [{ ...loss, level: 'emergency', sinceMs: 1000 }]);
  const both = see(worse, { fact: 'alarm', raise: { ...loss, about: 'B' } }, 4000);
  assert.equal(both.seen.alarms.length, 2);
  const left = see(both, { fact: 'alarm', clear: { name: 'video_loss', about: 'A' } });
  assert.deepEqual(
    left.seen.alarms.map(({ about }) => about),
    ['B'],
  );
  assert.equal(see(left, { fact: 'alarm', clear: { name: 'video_loss', about: 'A' } }), left);
  const again = see(left, { fact: 'alarm', raise: loss }, 9000);
  assert.equal(again.seen.alarms.find(({ about }) => about === 'A')?.sinceMs, 9000);
});

test('a fact that is no news is told to nobody', () => {
  const device = open();
  let told = 0;
  device.subscribe(() => told++);
  const clear = { fact: 'alarm', clear: { name: 'encoder', about: 'archive' } } as const;
  device.observe(clear);
  assert.equal(told, 0);
  device.observe({ fact: 'alarm', raise: { name: 'encoder', about: 'archive', level: 'critical', text: 'x' } });
  device.observe(clear);
  assert.equal(told, 2);
});
