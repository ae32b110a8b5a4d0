import assert from 'node:assert/strict';
import { appendFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseManifest } from '#agent/recorder/catalog/manifest.ts';
import { filesOf } from '#agent/recorder/catalog/recording.ts';
import type { Recording, RecordingPart } from '#agent/device/recording.ts';
import { smallDisk } from '#test/support/disks.ts';
import { until } from '#test/support/until.ts';
import { fedRecorder, finishedFolders, picturesOf } from './fed-recorder.ts';
import { alarmsIn, folderFor } from './samples.ts';

/** Names and pictures of files, as they are read from the disk. */
const filled = (parts: readonly RecordingPart[] = []): Promise<[string, number][]> =>
  Promise.all(
    parts.map(async ({ folder, name }): Promise<[string, number]> => [name, await picturesOf(join(folder, name))]),
  );

interface Manifest {
  package: { streams: { number: number; recordings: { name: string }[] }[] };
}

/** Writes a file of somebody else until no byte fits any more. */
async function fillUp(folder: string): Promise<void> {
  for (const bytes of [64 << 10, 4 << 10, 1])
    for (;;) {
      const isFull = await appendFile(join(folder, 'other people.bin'), Buffer.alloc(bytes)).then(
        () => false,
        () => true,
      );
      if (isFull) break;
    }
}

test('a recording of both streams: a file of each, from the same frame to the same frame', async (t) => {
  const fed = await fedRecorder(t);
  await fed.feed(5);
  const { id, finished } = fed.recorder.start({ metadata: { title: 'Cours' }, withSecond: true });
  await fed.feed(31);
  await fed.stop();
  const done = await finished;
  assert.equal(done.status, 'finished');
  assert.deepEqual(await filled(done.parts), [[`${id}_S1R1.mp4`, 31]]);
  assert.deepEqual(await filled(done.second?.parts), [[`${id}_S2R1.mp4`, 31]]);
  assert.deepEqual(await finishedFolders(fed), [
    id,
    ...['.json', '_S1R1.mp4', '_S1R1.mp4.sha256', '_S2R1.mp4', '_S2R1.mp4.sha256'].map((end) => `${id}/${id}${end}`),
  ]);
  const json = await readFile(join(fed.root, 'internal', id, `${id}.json`), 'utf8');
  const { streams } = (JSON.parse(json) as Manifest).package;
  assert.deepEqual(
    streams.map(({ number, recordings }) => [number, recordings.map(({ name }) => name)]),
    [
      [1, [`${id}_S1R1.mp4`]],
      [2, [`${id}_S2R1.mp4`]],
    ],
  );
  assert.deepEqual(parseManifest(json).second, done.second);
});

test('without the wish there is one stream, whatever channel B gives', async (t) => {
  const fed = await fedRecorder(t);
  const { finished } = fed.recorder.start({});
  await fed.feed(10);
  await fed.stop();
  const done = await finished;
  assert.deepEqual([done.second, done.parts.length], [undefined, 1]);
});

test('channel B alone: its file and no other, which goes on after a crash, and is known without its manifest', async (t) => {
  const fed = await fedRecorder(t);
  // Nothing of it depends on the archive's pictures.
  fed.first.runs = false;
  const request = { withSecond: true, withoutFirst: true };
  const { id, started } = fed.recorder.start(request);
  await fed.feed(31);
  await started;
  fed.recorder.mark('Exercise');
  await fed.feed(5);
  await until('it is on the disk', () => filesOf(fed.recorder.list()[0]!).every(({ bytes }) => bytes > 0));
  const closing = fed.recorder.close();
  await fed.feed(3);
  await fed.settled(closing);
  const again = fed.again();
  await fed.settled(again.recover());
  const { finished } = again.start({ ...request, continueTake: id });
  await fed.feed(20);
  const stopped = again.stop();
  await fed.feed(3);
  await fed.settled(stopped);
  const done = await finished;
  const names = ['_S2R1', '_S2R2'].map((end) => `${id}${end}.mp4`);
  assert.deepEqual(
    done.parts.map(({ name, stream, state }) => [name, stream, state]),
    names.map((name) => [name, 2, 'final']),
  );
  assert.deepEqual([done.second, done.chapters.map(({ title }) => title)], [undefined, ['Exercise']]);
  assert.ok((await filled(done.parts)).every(([, pictures]) => pictures >= 20));
  const path = join(fed.root, 'internal', id, `${id}.json`);
  const told = async (): Promise<[number, string[]][]> => {
    const json = JSON.parse(await readFile(path, 'utf8')) as Manifest;
    return json.package.streams.map(({ number, recordings }) => [number, recordings.map(({ name }) => name)]);
  };
  await finishedFolders({ ...fed, recorder: again });
  assert.deepEqual(await told(), [[2, names]], 'controllers know it as stream 2');
  await fed.settled(again.close());
  await rm(path);
  const third = fed.again();
  await third.recover();
  await until('it has its state', () => third.find(id)?.status === 'partial');
  const found = third.find(id)!;
  assert.deepEqual([found.parts.map(({ name }) => name), found.second], [names, undefined]);
  assert.ok(found.parts.every(({ stream, state }) => stream === 2 && state === 'final'));
});

test('a disk that fills up under both channels: each goes on elsewhere, and no picture of either is lost', async (t) => {
  const full = await smallDisk(t, 512 << 10);
  if (!full) return t.skip('no small disk can be mounted here (root needed)');
  const other = await folderFor(t);
  const destinations = [full, other].map((folder) => ({
    name: folder === full ? 'full' : 'other',
    folder,
    minFreeBytes: 0,
  }));
  const fed = await fedRecorder(t, { destinations });
  const firstFed = fed.next;
  const { finished } = fed.recorder.start({ withSecond: true });
  await fed.feed(31);
  await until('both are there', () => filesOf(fed.recorder.list()[0]!).every(({ bytes }) => bytes > 0));
  await fillUp(full);
  const goOn = ({ parts, second }: Recording): boolean =>
    [parts, second?.parts ?? []].every(({ length }) => length === 2);
  await until('both go on elsewhere', async () => {
    await fed.feed(15);
    return goOn(fed.recorder.list()[0]!);
  });
  await fed.feed(30);
  const fedPictures = fed.next - firstFed;
  await fed.stop();
  const done = await finished;
  for (const { parts } of [done, done.second!]) {
    assert.deepEqual(
      parts.map(({ destination, number }) => [destination, number]),
      [
        ['full', 1],
        ['other', 2],
      ],
    );
    const pictures = (await filled(parts)).reduce((sum, [, count]) => sum + count, 0);
    assert.ok(pictures >= fedPictures, `${pictures} of ${fedPictures}`);
  }
  assert.ok(alarmsIn(fed.facts).includes('+disk_space full'), alarmsIn(fed.facts).join());
});

test('the only disk fills up under both channels: both halt, and go on with every picture when there is room', async (t) => {
  const full = await smallDisk(t, 512 << 10);
  if (!full) return t.skip('no small disk can be mounted here (root needed)');
  const fed = await fedRecorder(t, { destinations: [{ name: 'full', folder: full, minFreeBytes: 0 }] });
  const firstFed = fed.next;
  const { finished } = fed.recorder.start({ withSecond: true });
  await fed.feed(31);
  await until('both are there', () => filesOf(fed.recorder.list()[0]!).every(({ bytes }) => bytes > 0));
  await fillUp(full);
  await until('it halts', async () => {
    await fed.feed(15);
    return alarmsIn(fed.facts).some((alarm) => alarm.startsWith('+record_halt'));
  });
  await rm(join(full, 'other people.bin'));
  await until('it goes on', async () => {
    await fed.feed(15);
    return alarmsIn(fed.facts).some((alarm) => alarm.startsWith('-record_halt'));
  });
  await fed.feed(30);
  const fedPictures = fed.next - firstFed;
  await fed.stop();
  const done = await finished;
  for (const { parts } of [done, done.second!]) {
    assert.ok(parts.length >= 2, 'what halted goes on as its next file');
    const pictures = (await filled(parts)).reduce((sum, [, count]) => sum + count, 0);
    assert.ok(pictures >= fedPictures, `${pictures} of ${fedPictures}`);
  }
});

test('a pause, a mark and a split by the size are in both, each with its own files', async (t) => {
  const fed = await fedRecorder(t);
  const { finished } = fed.recorder.start({ withSecond: true });
  await fed.feed(11);
  fed.recorder.mark('Exercise');
  await fed.feed(5);
  fed.recorder.pause();
  await fed.feed(30);
  fed.recorder.resume();
  await fed.feed(10);
  fed.recorder.moveTo('usb');
  await fed.feed(10);
  await fed.stop();
  const done = await finished;
  assert.deepEqual(done.second?.chapters, done.chapters);
  assert.ok(done.chapters.some(({ kind }) => kind === 'resume'));
  assert.deepEqual(
    done.second?.parts.map(({ number, destination, pictures }) => [number, destination, pictures]),
    done.parts.map(({ number, destination, pictures }) => [number, destination, pictures]),
  );
  assert.deepEqual(
    done.parts.map(({ destination }) => destination),
    ['internal', 'usb'],
  );
});

test('an encoder of channel B that dies costs channel B alone: it goes on as its next file', async (t) => {
  const fed = await fedRecorder(t);
  const { id, finished } = fed.recorder.start({ withSecond: true });
  await fed.feed(20);
  fed.second.runs = false;
  fed.second.ring.breakOff('the encoder was killed');
  await fed.feed(25);
  fed.second.runs = true;
  await fed.feed(30);
  await fed.stop();
  const done = await finished;
  assert.deepEqual([await filled(done.parts), done.breaks], [[[`${id}_S1R1.mp4`, 75]], []]);
  assert.equal(done.second?.parts.length, 2);
  assert.deepEqual(
    done.second?.breaks.map(({ reason }) => reason),
    ['the encoder was killed'],
  );
  assert.equal(done.status, 'finished');
});

test('a channel B that never gives a picture holds nothing up, and the recording says that it is not whole', async (t) => {
  const fed = await fedRecorder(t);
  fed.second.runs = false;
  const { id, started, finished } = fed.recorder.start({ withSecond: true });
  await fed.feed(31);
  await started;
  assert.equal(fed.recorder.seen().state, 'recording');
  await fed.stop();
  const done = await finished;
  assert.deepEqual([done.status, done.second?.parts], ['partial', []]);
  assert.deepEqual(await filled(done.parts), [[`${id}_S1R1.mp4`, 31]]);
});

test('a file of channel B that somebody removes is its own loss', async (t) => {
  const fed = await fedRecorder(t);
  const { id, finished } = fed.recorder.start({ withSecond: true });
  await fed.feed(30);
  const path = join(fed.root, 'internal', id, `${id}_S2R1.mp4`);
  await until('it is there', async () => (await readFile(path).catch(() => '')).length > 0);
  await rm(path);
  await fed.feed(60);
  await fed.stop();
  const done = await finished;
  assert.deepEqual([await filled(done.parts), done.parts[0]?.state], [[[`${id}_S1R1.mp4`, 90]], 'final']);
  assert.ok((done.second?.parts.length ?? 0) >= 1);
});

test('after a crash both streams are recovered, and the take goes on in both', async (t) => {
  const fed = await fedRecorder(t);
  const { id } = fed.recorder.start({ metadata: { presenter: 'Dupont' }, withSecond: true });
  await fed.feed(31);
  await until('both are on the disk', () => filesOf(fed.recorder.list()[0]!).every(({ bytes }) => bytes > 0));
  const closing = fed.recorder.close();
  await fed.feed(3);
  await fed.settled(closing);
  const again = fed.again();
  const [left] = await fed.settled(again.recover());
  assert.deepEqual([left?.info.id, left?.inProgress, left?.info.second?.parts.length], [id, true, 1]);
  assert.equal(left?.info.metadata.presenter, 'Dupont', 'the manifest was not read');
  const { finished } = again.start({ continueTake: id, withSecond: true });
  await fed.feed(20);
  const stopped = again.stop();
  await fed.feed(3);
  await fed.settled(stopped);
  const done = await finished;
  assert.deepEqual(
    filesOf(done).map(({ name, state }) => [name, state]),
    ['_S1R1', '_S1R2', '_S2R1', '_S2R2'].map((end) => [`${id}${end}.mp4`, 'final']),
  );
  assert.equal(done.second?.breaks[0]?.reason, 'the box stopped');
});

test('without its manifest, files are known by their names; removing takes those of both streams', async (t) => {
  const fed = await fedRecorder(t);
  const { id, finished } = fed.recorder.start({ withSecond: true });
  await fed.feed(20);
  await fed.stop();
  await finished;
  await finishedFolders(fed);
  await fed.settled(fed.recorder.close());
  await rm(join(fed.root, 'internal', id, `${id}.json`));
  const again = fed.again();
  await again.recover();
  await until('it has its state', () => again.find(id)?.status === 'partial');
  const found = again.find(id)!;
  assert.deepEqual(
    [found.parts, found.second?.parts ?? []].map((parts) => parts.map(({ name }) => name)),
    [[`${id}_S1R1.mp4`], [`${id}_S2R1.mp4`]],
  );
  assert.equal(await again.remove(id), true);
  assert.deepEqual(await finishedFolders({ ...fed, recorder: again }), []);
});

test('a pattern that says no stream does not give both files one name', async (t) => {
  const fed = await fedRecorder(t, { pattern: '{date}_{time}-{part}.mp4' });
  const { id, finished } = fed.recorder.start({ withSecond: true });
  await fed.feed(20);
  await fed.stop();
  const done = await finished;
  assert.deepEqual(
    filesOf(done).map(({ name }) => name),
    [`${id}-1.mp4`, `${id}_S2-1.mp4`],
  );
  assert.deepEqual(
    alarmsIn(fed.facts).filter((alarm) => alarm.startsWith('+')),
    [],
  );
});
