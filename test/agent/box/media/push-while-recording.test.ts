import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDevice, type Device } from '#agent/device/device.ts';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import type { Session } from '#agent/device/outcome.ts';
import { slotRow } from '#agent/device/push-servers.ts';
import { keepPushesWhileRecording } from '#agent/box/media/push-while-recording.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { shippedPersonality } from '../../../lib/sis/device.ts';

const session: Session = { id: 't', via: 'http', access: 'admin' };

function boxWith(pushes: readonly { id: string; stream: 'archive' | 'confidence'; enabled: boolean }[]): Device {
  let ids = 0;
  const wanted = factoryWanted(factoryLayouts);
  const urls = pushes.map((push) => ({ ...push, name: push.id, url: `rtmp://127.0.0.1/live/${push.id}` }));
  const initial = initialState({ ...wanted, pushes: urls });
  return openDevice({ initial, factoryLayouts, clock: realClock, newId: () => `take-${++ids}`, log: silentLog });
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const running = (device: Device): string[] =>
  device
    .state()
    .wanted.pushes.filter(({ enabled }) => enabled)
    .map(({ id }) => id);

test('pushes that are to run while a recording does begin and end with it; the others are left alone', async () => {
  const device = boxWith([
    { id: 'archive', stream: 'archive', enabled: false },
    { id: 'confidence', stream: 'confidence', enabled: true },
  ]);
  const stop = keepPushesWhileRecording(device, shippedPersonality());
  const keep = (number: number, pub_while_record: 0 | 1) =>
    device.request({ name: 'sis.keep', params: { row: slotRow(number), values: { pub_while_record } }, session });
  keep(1, 1);
  device.request({ name: 'record.start', params: {}, session });
  await settled();
  assert.deepEqual(running(device), ['archive', 'confidence']);
  device.request({ name: 'record.pause', params: {}, session });
  await settled();
  assert.deepEqual(running(device), ['archive', 'confidence'], 'a pause ends no stream');
  device.request({ name: 'record.stop', params: {}, session });
  await settled();
  assert.deepEqual(running(device), ['confidence']);
  keep(1, 0);
  device.request({ name: 'record.start', params: {}, session });
  await settled();
  assert.deepEqual(running(device), ['confidence']);
  stop();
});
