import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { durationMsOf } from '#agent/recorder/catalog/recording.ts';
import { openRecorder, RecorderRefusal } from '#agent/recorder/recorder.ts';
import { RECORDER_DEFAULTS } from '#agent/recorder/settings.ts';
import { openPacketRing } from '#lib/media/packet-ring.ts';
import { until } from '#test/support/until.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';
import { fedRecorder, finishedFolders, picturesOf } from './fed-recorder.ts';
import { alarmsIn, folderFor, FRAME_TICKS, IDENTITY, keepingLog } from './samples.ts';

test('a recording begins with the picture that was current, and ends before that of the stop', async (t) => {
  const fed = await fedRecorder(t);
  await fed.feed(5);
  const { id, started, finished } = fed.recorder.start({ metadata: { title: 'Cours' } });
  const first = fed.next + 1;
  await fed.feed(31);
  assert.deepEqual(await started, { ptsTicks: first * FRAME_TICKS });
  const info = await fed.stop();
  assert.deepEqual([info.id, info.parts.length, info.parts[0]?.pictures, durationMsOf(info)], [id, 1, 31, 2067]);
  const done = await finished;
  assert.equal(done.status, 'finished');
  const [part] = done.parts;
  assert.equal(await picturesOf(join(part?.folder ?? '', part?.name ?? '')), 31);
  assert.deepEqual(await finishedFolders(fed), [
    id,
    `${id}/${id}.json`,
    `${id}/${id}_S1R1.mp4`,
    `${id}/${id}_S1R1.mp4.sha256`,
  ]);
});

test('without a picture there is none: the start is refused after the patience, nothing is left', async (t) => {
  const fed = await fedRecorder(t);
  const { started } = fed.recorder.start({});
  const stopped = fed.recorder.stop();
  fed.clock.advance(2 * RECORDER_DEFAULTS.patienceMs);
  await assert.rejects(started, /no picture came/);
  assert.equal((await stopped)?.parts.length, 0);
  await until('it has its state', () => fed.recorder.list()[0]?.status === 'failed');
});

test('one recording at a time; the next may begin while the last is being finished', async (t) => {
  const fed = await fedRecorder(t);
  const first = fed.recorder.start({});
  assert.throws(() => fed.recorder.start({}), new RecorderRefusal(`already recording ${first.id}`));
  await fed.feed(5);
  const stopped = fed.recorder.stop();
  const second = fed.recorder.start({});
  await fed.feed(5);
  assert.equal((await fed.settled(stopped))?.id, first.id);
  assert.equal(second.id, `${first.id}_2`);
  const found = [first.id, second.id, 'unknown'].map((id) => fed.recorder.find(id)?.id);
  assert.deepEqual(found, [first.id, second.id, undefined]);
  assert.equal((await fed.stop()).id, second.id);
  assert.equal(await fed.recorder.stop(), undefined);
});

test('commands without a recording do nothing and say so', async (t) => {
  const { recorder } = await fedRecorder(t);
  const { pause, resume, mark, endAt, moveTo } = {
    pause: recorder.pause(),
    resume: recorder.resume(),
    mark: recorder.mark(),
    endAt: recorder.endAt(5),
    moveTo: recorder.moveTo('usb'),
  };
  assert.deepEqual([pause, resume, mark, endAt, moveTo], [false, false, false, false, false]);
  assert.deepEqual(recorder.seen(), { state: 'stopped', elapsedMs: 0, bytes: 0 });
  assert.equal(recorder.find('unknown'), undefined);
});

test('a pause is no time of the recording, and its end is a chapter', async (t) => {
  const fed = await fedRecorder(t);
  fed.recorder.start({});
  await fed.feed(11);
  assert.equal(fed.recorder.pause(), true);
  await fed.feed(2);
  assert.equal(fed.recorder.seen().state, 'paused');
  const { elapsedMs } = fed.recorder.seen();
  await fed.feed(30);
  assert.equal(fed.recorder.seen().elapsedMs, elapsedMs);
  fed.recorder.resume();
  await fed.feed(10);
  assert.equal(fed.recorder.seen().state, 'recording');
  const info = await fed.stop();
  assert.deepEqual([info.parts.length, info.parts[0]?.pictures], [1, 21]);
  assert.deepEqual(info.chapters, [{ part: 1, offsetMs: 733, title: 'Resumed', kind: 'resume' }]);
});

test('marks are counted where they have no title, and stand at their picture', async (t) => {
  const fed = await fedRecorder(t);
  fed.recorder.start({});
  await fed.feed(16);
  fed.recorder.mark();
  await fed.feed(15);
  fed.recorder.mark('Exercise');
  fed.recorder.mark('');
  await fed.feed(10);
  fed.recorder.pause();
  await fed.feed(5);
  fed.recorder.mark('in the pause');
  fed.recorder.resume();
  await fed.feed(5);
  fed.recorder.mark('at the end');
  const { chapters } = await fed.stop();
  assert.deepEqual(
    chapters.map(({ title, offsetMs }) => [title, offsetMs]),
    [
      ['Mark 1', 1067],
      ['Exercise', 2067],
      ['Mark 3', 2067],
      ['in the pause', 2733],
      ['Resumed', 2733],
      ['at the end', 3000],
    ],
  );
});

test('what is told: state, length, file; each second, and at each change', async (t) => {
  const fed = await fedRecorder(t);
  const { id } = fed.recorder.start({});
  assert.equal(fed.recorder.seen().state, 'setup');
  await fed.feed(32);
  await until('there is a file', () => fed.recorder.seen().file !== undefined);
  const seen = fed.recorder.seen();
  assert.deepEqual(
    { ...seen, bytes: 0 },
    {
      state: 'recording',
      take: id,
      base: id,
      elapsedMs: 2133,
      bytes: 0,
      file: join(fed.root, 'internal', id, `${id}_S1R1.mp4`),
      destination: 'internal',
    },
  );
  assert.ok(seen.bytes > 31 * 100);
  fed.facts.length = 0;
  fed.clock.advance(3000);
  const told = fed.facts.flatMap((fact) => (fact.kind === 'recording' ? [fact.recording.elapsedMs] : []));
  assert.deepEqual(told, [3000, 4000, 5000]);
});

test('it goes on in another destination with the next part, without a picture less', async (t) => {
  const fed = await fedRecorder(t);
  fed.recorder.start({});
  await fed.feed(11);
  assert.equal(fed.recorder.moveTo('usb'), true);
  await fed.feed(10);
  const info = await fed.stop();
  assert.deepEqual(
    info.parts.map(({ number, destination, folder }) => [number, destination, folder]),
    [
      [1, 'internal', join(fed.root, 'internal', info.base)],
      [2, 'usb', join(fed.root, 'usb', info.base)],
    ],
  );
  await finishedFolders(fed);
  assert.deepEqual(await Promise.all(info.parts.map(({ folder, name }) => picturesOf(join(folder, name)))), [11, 10]);
  assert.deepEqual(info.breaks, []);
});

test('a break of the encoder ends the part, and is written down', async (t) => {
  const fed = await fedRecorder(t);
  fed.recorder.start({});
  await fed.feed(11);
  fed.breakOff(29);
  const atMs = fed.clock.nowMs();
  await fed.feed(20);
  const info = await fed.stop();
  assert.deepEqual(info.breaks, [{ atMs, reason: 'the encoder was killed' }]);
  await finishedFolders(fed);
  assert.deepEqual(
    await Promise.all(info.parts.map(({ folder, name }) => picturesOf(join(folder, name)))),
    [10, 11],
    'the next begins with its first key picture',
  );
});

test('other parameters of the stream need another file', async (t) => {
  const fed = await fedRecorder(t);
  fed.recorder.start({});
  await fed.feed(11);
  const { video } = fed.ring.parameters!;
  fed.ring.setParameters({ video: { ...video!, sps: Buffer.from(video!.sps) } });
  await fed.feed(15);
  fed.ring.setParameters({ video: { ...video!, sps: Buffer.from([0x67, 66, 0, 11]) } });
  await fed.feed(30);
  const info = await fed.stop();
  assert.deepEqual(
    [info.parts.length, info.breaks.map(({ reason }) => reason)],
    [2, ['the stream has other parameters']],
  );
});

test('commands before the first picture take effect when it is there', async (t) => {
  const fed = await fedRecorder(t);
  fed.recorder.start({});
  fed.recorder.pause();
  await fed.feed(20);
  assert.equal(fed.recorder.seen().state, 'paused');
  fed.recorder.resume();
  await fed.feed(10);
  const info = await fed.stop();
  assert.ok(info.parts.length === 1 && (info.parts[0]?.pictures ?? 0) >= 10);
  assert.equal(info.chapters.filter(({ kind }) => kind === 'resume').length, 1);
});

test('no disk at all is an alarm that ends when there is one', async (t) => {
  const fed = await fedRecorder(t, { destinations: [{ name: 'usb', folder: '/dev/null/none', minFreeBytes: 0 }] });
  const { id } = fed.recorder.start({});
  await fed.feed(20);
  await until('it is told', () => alarmsIn(fed.facts).includes(`+record_halt ${id}`));
  await fed.feed(40);
  assert.equal(alarmsIn(fed.facts).filter((one) => one.startsWith('+record_halt')).length, 1, 'once');
  const stopped = fed.recorder.stop();
  for (let count = 0; count < 60; count++) await fed.feed(1);
  fed.clock.advance(60_000);
  await until('it is given up', async () => {
    fed.clock.advance(1000);
    return (await Promise.race([stopped, Promise.resolve(null)])) !== null;
  });
  assert.ok(alarmsIn(fed.facts).includes(`-record_halt ${id}`));
});

test('a receiver of reports that throws does no harm', async (t) => {
  const folder = await folderFor(t);
  const { log, lines } = keepingLog();
  const recorder = openRecorder({
    ring: openPacketRing(),
    markKey: () => 0,
    clock: virtualClock(),
    log,
    ffmpeg: 'ffmpeg',
    ffprobe: 'ffprobe',
    settings: { ...RECORDER_DEFAULTS, identity: IDENTITY, destinations: [{ name: 'a', folder, minFreeBytes: 0 }] },
    onFact: () => {
      throw new Error('a bad listener');
    },
  });
  await recorder.lookAtDisks();
  recorder.start({});
  assert.ok(lines.includes('a fact was not taken'));
  assert.equal(recorder.seen().state, 'setup');
  await recorder.close();
});
