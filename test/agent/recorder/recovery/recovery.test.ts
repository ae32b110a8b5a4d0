import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { manifestOf } from '#agent/recorder/catalog/manifest.ts';
import type { Recording, RecordingPart } from '#agent/device/recording.ts';
import { scanRecordings, type Place } from '#agent/recorder/recovery/recovery.ts';
import type { Destination } from '#agent/recorder/storage/destinations.ts';
import { folderFor, IDENTITY, keepingLog, partOf, recordingOf } from '../samples.ts';

interface Drives {
  root: string;
  drives: Destination[];
  /** Writes a manifest into the folder of its base. */
  keep: (drive: string, info: Recording) => Promise<void>;
  file: (path: string, text?: string) => Promise<void>;
  scan: (names?: string[], readable?: string[]) => Promise<Recording[]>;
  lines: string[];
  /** What could not be read in the last scans. */
  unread: Place[];
}

async function drivesFor(t: TestContext): Promise<Drives> {
  const root = await folderFor(t);
  const drives = ['internal', 'usb'].map((name) => ({ name, folder: join(root, name), minFreeBytes: 0 }));
  const { log, lines } = keepingLog();
  const unread: Place[] = [];
  const named = (names: string[]): Destination[] => drives.filter(({ name }) => names.includes(name));
  const file = async (path: string, text = 'data'): Promise<void> => {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  };
  return {
    root,
    drives,
    lines,
    unread,
    file,
    keep: (drive, info) => file(`${drive}/${info.base}/${info.base}.json`, manifestOf(info, IDENTITY)),
    scan: (names = ['internal', 'usb'], readable = names) =>
      scanRecordings(
        named(names).map((destination) => ({ destination })),
        log,
        named(readable),
        unread,
      ),
  };
}

const oneOf = (found: Recording[]): Recording => {
  assert.equal(found.length, 1);
  return found[0]!;
};
const states = ({ parts }: Recording): [number, string, RecordingPart['state']][] =>
  parts.map(({ number, destination, state }) => [number, destination, state]);

test('a recording is read by its manifest, with the folder where it is now', async (t) => {
  const { root, keep, file, scan } = await drivesFor(t);
  const info = recordingOf({ parts: [partOf(1, { folder: '/moved/away/B' })] });
  await keep('internal', info);
  await file('internal/B/B_S1R1.mp4');
  const folder = join(root, 'internal', 'B');
  assert.deepEqual(await scan(), [{ ...info, parts: [partOf(1, { folder })] }]);
});

test('drives that are not there have no recordings, and folders that are none of ours stay', async (t) => {
  const { root, file, scan } = await drivesFor(t);
  assert.deepEqual(await scan(), []);
  await file('internal/lost+found/x.tmp');
  await file('internal/.hidden/.hidden_S1R1.mp4');
  await file('internal/loose_S1R1.mp4');
  assert.deepEqual(await scan(), []);
  assert.deepEqual(await readdir(join(root, 'internal', 'lost+found')), ['x.tmp']);
});

test('of two manifests the newer counts, on whatever drive it is', async (t) => {
  const { keep, scan } = await drivesFor(t);
  const parts = [partOf(1), partOf(2, { destination: 'usb' })];
  await keep('internal', recordingOf({ revision: 9, owner: 'new', parts }));
  await keep('usb', recordingOf({ revision: 8, owner: 'old', parts: [partOf(1)] }));
  const found = oneOf(await scan());
  assert.deepEqual([found.owner, found.parts.length], ['new', 2]);
  await keep('usb', recordingOf({ revision: 10, owner: 'newest', parts }));
  assert.equal(oneOf(await scan()).owner, 'newest');
});

test('parts on a drive that cannot be read are lost until it is back', async (t) => {
  const { root, keep, file, scan } = await drivesFor(t);
  const parts = [partOf(1), partOf(2, { destination: 'usb' })];
  const thumbnails = ['internal', 'usb'].map((name) => ({
    offsetMs: 0,
    folder: join(root, name, 'B'),
    name: `${name}.jpg`,
    title: '',
  }));
  await keep('internal', recordingOf({ parts, thumbnails }));
  const without = oneOf(await scan(['internal']));
  assert.deepEqual(states(without), [
    [1, 'internal', 'final'],
    [2, 'usb', 'lost'],
  ]);
  assert.equal(without.parts[1]?.folder, '');
  assert.deepEqual(
    without.thumbnails.map(({ name }) => name),
    ['internal.jpg'],
  );
  await keep('usb', { ...without, revision: 5 });
  await file('usb/B/B_S1R2.mp4');
  assert.deepEqual(states(oneOf(await scan(['usb'], ['internal', 'usb']))), [
    [1, 'internal', 'final'],
    [2, 'usb', 'writing'],
  ]);
  await rm(join(root, 'usb', 'B', 'B_S1R2.mp4'));
  assert.equal(oneOf(await scan()).parts[1]?.state, 'lost', 'the drive is back, the file is not');
});

test('files that no manifest knows are taken up in their place', async (t) => {
  const { keep, file, scan } = await drivesFor(t);
  await keep('internal', recordingOf({ parts: [partOf(1), partOf(3)] }));
  for (const number of [1, 2, 3]) await file(`internal/B/B_S1R${number}.mp4`, 'x'.repeat(number));
  const found = oneOf(await scan());
  assert.deepEqual(
    found.parts.map(({ number, state, bytes }) => [number, state, bytes]),
    [
      [1, 'final', 1_000_000],
      [2, 'writing', 2],
      [3, 'final', 1_000_000],
    ],
  );
});

test('a folder with files alone is a recording that was cut short', async (t) => {
  const { root, file, scan } = await drivesFor(t);
  const beforeMs = Date.now() - 2000;
  await file('internal/Cours/Cours_S1R10.mp4', '12345');
  await file('internal/Cours/Cours_S1R2.mp4');
  await file('internal/Cours/Cours_S1R0.mp4');
  const found = oneOf(await scan());
  assert.deepEqual([found.id, found.base, found.status, found.dbId], ['Cours', 'Cours', 'recording', 0]);
  assert.equal(found.metadata.title, 'Cours');
  assert.deepEqual(
    found.parts.map(({ number, name, state, folder }) => [number, name, state, folder]),
    [
      [1, 'Cours_S1R0.mp4', 'writing', join(root, 'internal', 'Cours')],
      [2, 'Cours_S1R2.mp4', 'writing', join(root, 'internal', 'Cours')],
      [10, 'Cours_S1R10.mp4', 'writing', join(root, 'internal', 'Cours')],
    ],
  );
  assert.equal(found.parts[2]?.bytes, 5);
  assert.ok(found.startedAtMs >= beforeMs && found.startedAtMs <= Date.now() + 2000);
  assert.equal(found.startedAtMs, Math.min(...found.parts.map(({ createdAtMs }) => createdAtMs)));
});

test('a manifest that cannot be read is kept aside; its files still count', async (t) => {
  const { root, file, scan, lines } = await drivesFor(t);
  await file('internal/B/B.json', '{"amphi": 5');
  await file('internal/B/B_S1R1.mp4');
  const found = oneOf(await scan());
  assert.deepEqual([found.base, found.status], ['B', 'recording']);
  assert.equal(await readFile(join(root, 'internal', 'B', 'B.json.bad'), 'utf8'), '{"amphi": 5');
  assert.deepEqual(lines, ['manifest not readable; kept as .bad']);
});

test('a folder in the place of a manifest is none: the files count at once, and nothing is read again', async (t) => {
  const { root, file, scan, unread } = await drivesFor(t);
  await mkdir(join(root, 'internal', 'B', 'B.json'), { recursive: true });
  await file('internal/B/B_S1R1.mp4');
  assert.deepEqual(states(oneOf(await scan())), [[1, 'internal', 'writing']]);
  assert.deepEqual(unread, []);
});

test('a manifest of another recording does not count', async (t) => {
  const { keep, file, scan, root } = await drivesFor(t);
  await keep('internal', recordingOf());
  await file('internal/C/C_S1R1.mp4');
  await file('internal/C/C.json', await readFile(join(root, 'internal', 'B', 'B.json'), 'utf8'));
  const found = await scan();
  assert.deepEqual(
    found.map(({ base, owner, status }) => [base, owner, status]),
    [
      ['B', '', 'finished'],
      ['C', '', 'recording'],
    ],
  );
});

test('what was being made when the box stopped is removed, other files are not', async (t) => {
  const { keep, file, scan, root } = await drivesFor(t);
  await keep('internal', recordingOf());
  const gone = ['B_S1R1.mp4.final.tmp', 'B.json.12.3.tmp', 'thumbnail-1-77.tmp'];
  const kept = ['other.tmp', 'B_S1R1.mp4', 'B_S1R1.mp4.sha256', '00014900.jpg'];
  for (const name of [...gone, ...kept]) await file(`internal/B/${name}`);
  await scan();
  assert.deepEqual((await readdir(join(root, 'internal', 'B'))).toSorted(), [...kept, 'B.json'].toSorted());
});

test('a link in a folder of recordings leads nowhere: neither to a recording, a part nor a manifest', async (t) => {
  const { root, keep, file, scan } = await drivesFor(t);
  await file('elsewhere/B_S1R1.mp4');
  await file('elsewhere/B.json', manifestOf(recordingOf(), IDENTITY));
  await mkdir(join(root, 'internal', 'B'), { recursive: true });
  await symlink(join(root, 'elsewhere'), join(root, 'internal', 'C'));
  await symlink(join(root, 'elsewhere', 'B.json'), join(root, 'internal', 'B', 'B.json'));
  await symlink(join(root, 'elsewhere', 'B_S1R1.mp4'), join(root, 'internal', 'B', 'B_S1R1.mp4'));
  assert.deepEqual(await scan(), []);
  await rm(join(root, 'internal', 'B'), { recursive: true });
  await keep('internal', recordingOf({ parts: [partOf(1)] }));
  await symlink(join(root, 'elsewhere', 'B_S1R1.mp4'), join(root, 'internal', 'B', 'B_S1R2.mp4'));
  assert.deepEqual(states(oneOf(await scan())), [[1, 'internal', 'final']]);
});

test('a finished copy whose original is gone is the recording; beside its original it goes', async (t) => {
  const { root, keep, file, scan } = await drivesFor(t);
  await keep('internal', recordingOf({ parts: [partOf(1), partOf(2)] }));
  await file('internal/B/B_S1R1.mp4.final.tmp', 'the only one');
  await file('internal/B/B_S1R2.mp4.final.tmp');
  await file('internal/B/B_S1R2.mp4');
  await scan();
  assert.deepEqual(await readdir(join(root, 'internal', 'B')), ['B.json', 'B_S1R1.mp4', 'B_S1R2.mp4']);
  assert.equal(await readFile(join(root, 'internal', 'B', 'B_S1R1.mp4'), 'utf8'), 'the only one');
});

test('a file that took the place of a part is no part, and an empty one is none', async (t) => {
  const { keep, file, scan } = await drivesFor(t);
  const lost = partOf(1, { state: 'lost' });
  await keep('internal', recordingOf({ parts: [lost, partOf(2)], foreign: ['B_S1R1.mp4'] }));
  for (const name of ['B_S1R1.mp4', 'B_S1R2.mp4']) await file(`internal/B/${name}`);
  await file('internal/B/B_S1R3.mp4', '');
  assert.deepEqual(states(oneOf(await scan())), [
    [1, 'internal', 'lost'],
    [2, 'internal', 'final'],
  ]);
});
