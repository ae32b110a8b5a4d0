import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slotRow } from '#agent/device/push-servers.ts';
import { openRoadRig, type Failures, type RoadRig } from '#test/support/road.ts';

const running = ({ device }: RoadRig): string[] =>
  device
    .state()
    .wanted.pushes.filter(({ enabled }) => enabled)
    .map(({ id }) => id);

function boxWithPushes(failures: Failures = {}): RoadRig {
  const push = (stream: 'archive' | 'confidence', enabled: boolean) => ({
    id: stream,
    name: stream,
    stream,
    enabled,
    url: `rtmp://127.0.0.1/live/${stream}`,
  });
  const rig = openRoadRig({ pushes: [push('archive', false), push('confidence', true)] }, failures);
  keep(rig, 1, 1);
  return rig;
}
const keep = (rig: RoadRig, number: number, pub_while_record: 0 | 1): void =>
  rig.ask('sis.keep', { row: slotRow(number), values: { pub_while_record } });

test('pushes that are to run while a recording does begin and end with it; the others are left alone', () => {
  const rig = boxWithPushes();
  rig.ask('record.start', {});
  assert.deepEqual(running(rig), ['archive', 'confidence']);
  rig.ask('record.pause', {});
  assert.deepEqual(running(rig), ['archive', 'confidence'], 'a pause ends no stream');
  rig.ask('record.stop', {});
  assert.deepEqual(running(rig), ['confidence']);
  keep(rig, 1, 0);
  rig.ask('record.start', {});
  assert.deepEqual(running(rig), ['confidence']);
});

test('everybody hears of the recording before they hear of the push that follows from it', () => {
  const rig = boxWithPushes();
  const heard: (string | undefined)[] = [];
  rig.device.subscribe(({ request }) => heard.push(request?.name));
  rig.ask('record.start', {});
  assert.deepEqual(heard, ['record.start', 'push.enable']);
});

test('a recording that could not begin leaves no push running', () => {
  const rig = boxWithPushes({ start: new Error('no disk') });
  rig.ask('record.start', {});
  assert.equal(rig.device.state().wanted.recording.state, 'stopped');
  assert.deepEqual(running(rig), ['confidence']);
});
