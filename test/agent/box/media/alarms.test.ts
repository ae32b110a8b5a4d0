import assert from 'node:assert/strict';
import test from 'node:test';
import { tellEngineFact, tellPush } from '#agent/box/media/alarms.ts';
import { openCpuWatch, type Work } from '#agent/box/media/cpu-watch.ts';
import { openDevice, type Device } from '#agent/device/device.ts';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import type { Seen } from '#agent/device/state.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { NOW_MS } from '#test/support/device.ts';
import { openRoadRig } from '#test/support/road.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';

function openBox(): Device {
  const push = { id: 'p', name: 'Faculty', enabled: true, stream: 'archive' as const, url: 'rtmp://h/live/key' };
  const wanted = { ...factoryWanted(factoryLayouts), pushes: [push] };
  const clock = virtualClock(0, NOW_MS);
  return openDevice({ initial: initialState(wanted), factoryLayouts, clock, newId: () => 'id', log: silentLog });
}
const alarmsOf = (device: Device): string[] =>
  device.state().seen.alarms.map(({ name, about, level, text }) => `${name} ${about} ${level}: ${text}`);

test('a push that cannot connect raises an alarm until it connects, is off or gone', () => {
  const device = openBox();
  const tell = (status: Seen['pushes'][string]['status'], error?: string): void =>
    tellPush(device, 'p', { status, sinceMs: 0, ...(error ? { error } : {}) });
  const raised = ['publish_failure push/p warning: cannot publish to Faculty: Connection refused'];
  for (const end of ['connected', 'off', 'gone'] as const) {
    tell('connecting');
    assert.deepEqual(alarmsOf(device), []);
    tell('waiting', 'Connection refused');
    assert.deepEqual(alarmsOf(device), raised);
    tell('connecting');
    assert.deepEqual(alarmsOf(device), raised, 'to try is not to succeed');
    if (end === 'gone') tellPush(device, 'p', undefined);
    else tell(end);
    assert.deepEqual(alarmsOf(device), [], end);
  }
});

test('an input without a picture raises an alarm, also if it never had one; not while it is tried first, and not if it is off', () => {
  const { device } = openRoadRig();
  const source = { driver: 'rtsp', url: 'rtsp://10.0.0.1/x', transport: 'tcp' } as const;
  const session = { id: 't', via: 'http', access: 'admin' } as const;
  device.request({ name: 'input.set', params: { input: 1, name: 'Slides', source }, session });
  const tell = (status: Seen['inputs'][1]['status'], error?: string): void =>
    tellEngineFact(device, {
      fact: 'input',
      number: 1,
      seen: { status, sinceMs: 0, reconnects: 0, ...(error ? { error } : {}) },
    });
  const raised = ['video_loss A critical: no signal on input 1 (Slides): Connection refused'];
  tell('connecting');
  assert.deepEqual(alarmsOf(device), []);
  tell('connecting', 'Connection refused');
  assert.deepEqual(alarmsOf(device), raised);
  tell('live');
  assert.deepEqual(alarmsOf(device), []);
  tell('lost', 'Connection refused');
  assert.deepEqual(alarmsOf(device), raised);
  device.request({ name: 'input.set', params: { input: 1, source: { driver: 'off' } }, session });
  tell('off');
  assert.deepEqual(alarmsOf(device), []);
});

test('what can be drawn again is no trouble any more', () => {
  const device = openBox();
  tellEngineFact(device, { fact: 'trouble', about: 'overlay/logo-1', text: 'no such file' });
  tellEngineFact(device, { fact: 'trouble', about: 'background', text: 'no such file' });
  tellEngineFact(device, { fact: 'trouble', about: 'overlay/logo-1', text: undefined });
  assert.deepEqual(alarmsOf(device), ['overlay background warning: no such file']);
});

/** A machine that is as busy as told, looked at each second. */
function openMachine(device: Device): { run(seconds: number, share: number, dropsEachSecond?: number): void } {
  const done: Work = { busy: 0, all: 0 };
  const watch = openCpuWatch(device, () => ({ ...done }));
  let second = 0;
  return {
    run(seconds, share, dropsEachSecond = 0) {
      for (let left = seconds; left > 0; left--) {
        done.busy += share * 100;
        done.all += 100;
        const { frames } = device.state().seen;
        device.observe({ fact: 'frames', seen: { ...frames, dropped: frames.dropped + dropsEachSecond } });
        watch(second++ * 1000);
      }
    },
  };
}
const BUSY = ['cpu_usage box warning: the processors have no time left: frames may be left out'];

test('cpu_usage: raised when there is no time for a while, cleared when there is again', () => {
  const device = openBox();
  const machine = openMachine(device);
  machine.run(30, 0.5);
  machine.run(5, 1);
  machine.run(20, 0.8);
  assert.deepEqual(alarmsOf(device), [], 'a moment is no alarm');
  machine.run(20, 0.99);
  assert.deepEqual(alarmsOf(device), BUSY);
  machine.run(20, 0.9);
  assert.deepEqual(alarmsOf(device), BUSY, 'still little time');
  machine.run(15, 0.6);
  assert.deepEqual(alarmsOf(device), []);
});

test('cpu_usage: frames that a busy machine leaves out are critical; those that an encoder lost are not its matter', () => {
  const device = openBox();
  const machine = openMachine(device);
  machine.run(20, 0.3, 10);
  assert.deepEqual(alarmsOf(device), []);
  machine.run(6, 0.3);
  machine.run(10, 0.9, 2);
  assert.deepEqual(alarmsOf(device), ['cpu_usage box critical: 10 frames were left out: the processors have no time']);
  machine.run(20, 0.5);
  assert.equal(alarmsOf(device).length, 1, 'told for half a minute');
  machine.run(25, 0.5);
  assert.deepEqual(alarmsOf(device), []);
});
