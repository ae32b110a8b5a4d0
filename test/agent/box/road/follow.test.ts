import assert from 'node:assert/strict';
import test from 'node:test';
import { openRoadRig } from '#test/support/road.ts';

test('a box that starts is shown, offered, pushed and saved before anything changes', () => {
  const { told } = openRoadRig();
  assert.deepEqual(
    told.map(([word]) => word),
    ['show', 'streams', 'pushes', 'save'],
  );
});

test('one change is carried out in one order, and those who listen hear of it when it is done', () => {
  const rig = openRoadRig();
  rig.told.length = 0;
  rig.device.subscribe(() => rig.told.push(['listener']));
  rig.ask('record.start', { metadata: { title: 'T' } });
  assert.deepEqual(
    rig.told.map(([word]) => word),
    ['start', 'show', 'save', 'listener'],
  );
});

test('a step that fails is logged with its because, and stops neither the later ones nor those who listen', () => {
  const rig = openRoadRig({}, { show: new Error('no room for pictures') });
  rig.told.length = 0;
  let heard = 0;
  rig.device.subscribe(() => heard++);
  rig.ask('hall.set', { hall: 'B' });
  assert.deepEqual(
    rig.told.map(([word]) => word),
    ['show', 'save'],
  );
  assert.equal(heard, 1);
  const [failed, saved] = rig.road.last().slice(-2);
  assert.deepEqual(
    [failed?.what, failed?.error, saved?.what, saved?.error],
    ['show scene', 'no room for pictures', 'save settings', undefined],
  );
  assert.equal(failed?.because, 'test asked over HTTP: Name the hall (hall.set)');
});

test('the last hundred steps are known, with their time; what is only told is no step', () => {
  const rig = openRoadRig();
  const before = rig.road.last().length;
  rig.device.observe({ fact: 'frames', seen: { composed: 1, late: 0, dropped: 0 } });
  assert.equal(rig.road.last().length, before);
  for (let n = 1; n <= 60; n++) {
    rig.clock.advance(1000);
    rig.ask('hall.set', { hall: `Hall ${n}` });
  }
  const steps = rig.road.last();
  assert.equal(steps.length, 100);
  assert.equal(steps.at(-1)?.atMs, rig.clock.nowMs());
  assert.equal(steps[0]?.atMs, rig.clock.nowMs() - 49_000);
});
