import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { RecorderRefusal } from '#agent/recorder/recorder.ts';
import { until } from '#test/support/until.ts';
import { fedRecorder, finishedFolders, picturesOf, type FedRecorder } from './fed-recorder.ts';

const SECOND = 15;
const isStopped = ({ recorder }: FedRecorder): boolean => recorder.seen().take === undefined;
const ended = (fed: FedRecorder): Promise<void> =>
  until('it is finished', () => fed.recorder.list()[0]?.status === 'finished');

test('a recording ends by itself at its second', async (t) => {
  const fed = await fedRecorder(t);
  const beganMs = fed.clock.nowMs();
  fed.recorder.start({ endsAtMs: beganMs + 4000 });
  await fed.feed(4 * SECOND - 1);
  assert.equal(isStopped(fed), false);
  await fed.feed(1);
  fed.clock.advance(1);
  assert.equal(isStopped(fed), true);
  await fed.feed(5);
  await ended(fed);
  const [info] = fed.recorder.list();
  assert.ok(Math.abs((info?.endedAtMs ?? 0) - beganMs - 4000) <= 67, `${(info?.endedAtMs ?? 0) - beganMs} ms`);
});

test('an end is set, moved, and taken away while it runs', async (t) => {
  const fed = await fedRecorder(t);
  const beganMs = fed.clock.nowMs();
  const { id } = fed.recorder.start({});
  await fed.feed(SECOND);
  assert.equal(fed.recorder.endAt(beganMs + 2000.4), true);
  assert.equal(fed.recorder.find(id)?.endsAtMs, beganMs + 2000);
  assert.equal(fed.recorder.endAt(beganMs + 6000), true);
  await fed.feed(2 * SECOND);
  assert.equal(isStopped(fed), false, 'the former end does not count');
  fed.recorder.endAt(undefined);
  assert.ok(!('endsAtMs' in (fed.recorder.find(id) ?? {})));
  await fed.feed(5 * SECOND);
  assert.equal(isStopped(fed), false, 'never');
  fed.recorder.endAt(fed.clock.nowMs() + 1000);
  await fed.feed(SECOND + 1);
  assert.equal(isStopped(fed), true);
});

test('an end that has passed is now', async (t) => {
  const fed = await fedRecorder(t);
  fed.recorder.start({});
  await fed.feed(SECOND);
  fed.recorder.endAt(fed.clock.nowMs() - 5);
  fed.clock.advance(0);
  assert.equal(isStopped(fed), true);
  assert.equal(fed.recorder.endAt(fed.clock.nowMs() + 5000), false, 'and it is over then');
});

test('the end is waited for by the monotonic clock: a wall clock that is set moves nothing', async (t) => {
  const fed = await fedRecorder(t);
  fed.recorder.start({ endsAtMs: fed.clock.nowMs() + 10_000 });
  await fed.feed(SECOND);
  fed.clock.setWall(fed.clock.nowMs() + 3_600_000);
  fed.clock.advance(8900);
  assert.equal(isStopped(fed), false);
  fed.clock.advance(200);
  assert.equal(isStopped(fed), true);
});

test('an end in hours does not come with the first of its timers', async (t) => {
  const fed = await fedRecorder(t);
  const hoursMs = 2.5 * 3_600_000;
  fed.recorder.start({ endsAtMs: fed.clock.nowMs() + hoursMs });
  await fed.feed(SECOND);
  fed.clock.advance(hoursMs - 2000);
  assert.equal(isStopped(fed), false);
  fed.clock.advance(2000);
  assert.equal(isStopped(fed), true);
});

test('a stop that no picture follows ends after the patience, with what there is', async (t) => {
  const fed = await fedRecorder(t);
  fed.recorder.start({});
  await fed.feed(11);
  const stopped = fed.recorder.stop();
  assert.equal(fed.recorder.seen().state, 'finalizing');
  fed.clock.advance(2999);
  fed.clock.advance(1);
  const info = await fed.settled(stopped);
  assert.equal(info?.parts[0]?.pictures, 10);
});

test('closing leaves the recording as one in progress, which goes on under its name', async (t) => {
  const fed = await fedRecorder(t);
  const { id } = fed.recorder.start({ metadata: { title: 'T' } });
  await fed.feed(2 * SECOND + 1);
  await fed.recorder.close();
  assert.throws(() => fed.recorder.start({}), new RecorderRefusal('the recorder is closing'));
  const second = fed.again();
  const [taken] = await second.recover();
  assert.deepEqual([taken?.info.id, taken?.inProgress], [id, true]);
  assert.equal(taken?.info.breaks.length, 1);
  fed.recorder = second;
  const { id: same } = second.start({ continueTake: id, endsAtMs: fed.clock.nowMs() + 5000.5 });
  assert.equal(same, id);
  await fed.feed(2 * SECOND);
  const info = await fed.stop();
  assert.deepEqual(
    info.parts.map(({ number, name }) => [number, name]),
    [
      [1, `${id}_S1R1.mp4`],
      [2, `${id}_S1R2.mp4`],
    ],
  );
  assert.equal(Number.isInteger(info.endsAtMs), true);
  await finishedFolders(fed);
  for (const { folder, name } of info.parts) assert.equal(await picturesOf(join(folder, name)), 2 * SECOND, name);
});

test('a recording is removed when it has ended, and refused while it runs', async (t) => {
  const fed = await fedRecorder(t);
  const { id, finished } = fed.recorder.start({});
  await fed.feed(SECOND);
  await assert.rejects(fed.recorder.remove(id), RecorderRefusal);
  assert.throws(() => fed.recorder.describe(id, { title: 'x' }), RecorderRefusal);
  await fed.stop();
  await finished;
  assert.equal(fed.recorder.describe(id, { title: 'New' }), true);
  assert.deepEqual([fed.recorder.find(id)?.metadata.title, fed.recorder.markDelivered(id)], ['New', true]);
  fed.recorder.list()[0]!.metadata.title = 'changed outside';
  assert.equal(fed.recorder.find(id)?.metadata.title, 'New', 'what is given is a copy');
  assert.equal(await fed.recorder.remove(id), true);
  assert.deepEqual(await readdir(join(fed.root, 'internal')), []);
});

test('a full disk lets the oldest go that was handed over, when the disks are looked at', async (t) => {
  const fed = await fedRecorder(t, {
    disk: { warnFreePercent: 100, cleanFreePercent: 100, checkEveryMs: 10_000 },
  });
  const ids: string[] = [];
  for (let count = 0; count < 2; count++) {
    const { id, finished } = fed.recorder.start({});
    ids.push(id);
    await fed.feed(SECOND);
    await fed.stop();
    await finished;
  }
  await fed.recorder.lookAtDisks();
  assert.equal(fed.recorder.list().length, 2, 'nothing was handed over');
  fed.recorder.markDelivered(ids[1] ?? '');
  await fed.recorder.lookAtDisks();
  assert.deepEqual(
    fed.recorder.list().map(({ id }) => id),
    [ids[0]],
  );
});
