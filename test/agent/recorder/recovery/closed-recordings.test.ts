import { RecorderRefusal } from '#agent/recorder/refusal.ts';
import assert from 'node:assert/strict';
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openCatalog, type Catalog } from '#agent/recorder/catalog/catalog.ts';
import { manifestOf } from '#agent/recorder/catalog/manifest.ts';
import type { Recording, RecordingPart } from '#agent/device/recording.ts';
import { closedStatus } from '#agent/recorder/catalog/recording.ts';
import type { RecorderFact } from '#agent/recorder/facts.ts';
import type { Finalizer } from '#agent/recorder/finish/finalizer.ts';
import { openJobs, type Jobs } from '#agent/recorder/finish/jobs.ts';
import { openClosedRecordings, type ClosedRecordings } from '#agent/recorder/recovery/closed-recordings.ts';
import type { DestinationSeen } from '#agent/recorder/storage/destinations.ts';
import { openStorage } from '#agent/recorder/storage/storage.ts';
import { virtualClock, type VirtualClock } from '#test/support/virtual-clock.ts';
import { alarmsIn, folderFor, IDENTITY, keepingLog, partOf, recordingOf } from '../samples.ts';

interface Room {
  root: string;
  catalog: Catalog;
  closed: ClosedRecordings;
  jobs: Jobs;
  clock: VirtualClock;
  facts: RecorderFact[];
  /** Parts that were given to be finished, as `number repair`. */
  finishing: string[];
  finalized: number;
  /** Where closings wait until the test lets them go on. */
  gate: Promise<void>;
  keep: (drive: string, info: Recording) => Promise<void>;
  /** The state of the drives, those in `names` being there. */
  seen: (...names: string[]) => DestinationSeen[];
  settled: () => Promise<void>;
}

const DRIVES = ['internal', 'usb'];

async function room(t: TestContext): Promise<Room> {
  const root = await folderFor(t);
  const facts: RecorderFact[] = [];
  const { log } = keepingLog();
  const clock = virtualClock();
  const onFact = (fact: RecorderFact): void => void facts.push(fact);
  const catalog = openCatalog({ identity: IDENTITY, log, onFact });
  const drives = DRIVES.map((name) => ({ name, folder: join(root, name), minFreeBytes: 0 }));
  const storage = openStorage(drives, clock, catalog);
  const jobs = openJobs(log);
  const made = { root, catalog, jobs, clock, facts, finishing: [], finalized: 0 } as unknown as Room;
  made.gate = Promise.resolve();
  const finalizer: Finalizer = {
    part(_, part: RecordingPart, repair = false) {
      made.finishing.push(`${part.number}${repair ? ' repair' : ''}`);
      void jobs.push('part', async () => void (part.state = 'final'));
    },
    recording: (info, end) =>
      jobs.push('recording', async () => {
        await made.gate;
        if (end.isLast()) info.status = closedStatus(info, end.cutShort);
      }),
    roomIs: () => undefined,
  };
  made.closed = openClosedRecordings({
    catalog,
    storage,
    finalizer,
    jobs,
    clock,
    log,
    onFact,
    onFinalized: () => made.finalized++,
  });
  made.keep = async (drive, info) => {
    await mkdir(join(root, drive, info.base), { recursive: true });
    await writeFile(join(root, drive, info.base, `${info.base}.json`), manifestOf(info, IDENTITY));
    for (const { name, destination } of info.parts)
      if (destination === drive) await writeFile(join(root, drive, info.base, name), 'data');
  };
  made.seen = (...names) =>
    drives.map(({ name, folder }) => {
      const totalBytes = names.includes(name) ? 1000 : 0;
      return { destination: name, folder, usable: totalBytes > 0, freeBytes: totalBytes, totalBytes };
    });
  made.settled = async () => {
    await jobs.push('wait', async () => undefined);
    await jobs.push('wait', async () => undefined);
    await catalog.settled();
  };
  return made;
}

test('what was recorded when the box stopped is told, broken there, repaired and partial', async (t) => {
  const { catalog, closed, clock, finishing, keep, settled } = await room(t);
  const parts = [partOf(1), partOf(2, { state: 'written' }), partOf(3, { state: 'writing' })];
  await keep('internal', recordingOf({ status: 'recording', parts }));
  const [taken, ...others] = await closed.recover();
  assert.deepEqual([taken?.info.id, taken?.inProgress, others.length], ['B', true, 0]);
  assert.deepEqual(taken?.info.breaks, [{ atMs: clock.nowMs(), reason: 'the box stopped' }]);
  assert.deepEqual([catalog.find('B')?.status, closed.finalizing], ['finalizing', 1]);
  await settled();
  assert.deepEqual(finishing, ['2 repair', '3 repair']);
  assert.deepEqual([catalog.find('B')?.status, closed.finalizing], ['partial', 0]);
});

test('what was being finished goes on, without a break; what is finished is only known', async (t) => {
  const { catalog, closed, finishing, keep, settled } = await room(t);
  await keep('internal', recordingOf({ id: 'A', base: 'A' }));
  const undone = [partOf(1, { name: 'C_S1R1.mp4', state: 'written' })];
  await keep('internal', recordingOf({ id: 'C', base: 'C', status: 'finalizing', parts: undone }));
  const found = await closed.recover();
  assert.deepEqual(
    found.map(({ info, inProgress }) => [info.id, inProgress, info.breaks]),
    [['C', false, []]],
  );
  await settled();
  assert.deepEqual(finishing, ['1 repair']);
  assert.deepEqual(
    catalog.list().map(({ status }) => status),
    ['finished', 'finished'],
  );
});

test('a new number is not one that a later folder has', async (t) => {
  const { catalog, closed, keep } = await room(t);
  await keep('internal', recordingOf({ id: 'A', base: 'A', dbId: 0 }));
  await keep('internal', recordingOf({ id: 'Z', base: 'Z', dbId: 41 }));
  await closed.recover();
  assert.deepEqual([catalog.find('A')?.dbId, catalog.find('Z')?.dbId], [42, 41]);
});

test('a drive that comes later brings its recordings, and a number that is taken is given anew', async (t) => {
  const { catalog, closed, facts, keep, seen, settled, root } = await room(t);
  await keep('internal', recordingOf({ id: 'A', base: 'A', dbId: 5 }));
  closed.disksAre(seen('internal', 'usb'));
  assert.equal(catalog.list().length, 0, 'not before the first look');
  await closed.recover();
  closed.disksAre(seen('internal'));
  const usb = { destination: 'usb', folder: join(root, 'usb', 'U'), name: 'U_S1R1.mp4' };
  await keep('usb', recordingOf({ id: 'U', base: 'U', dbId: 5, parts: [partOf(1, usb)] }));
  facts.length = 0;
  closed.disksAre(seen('internal', 'usb'));
  await settled();
  assert.deepEqual([catalog.find('U')?.status, catalog.find('U')?.dbId], ['finished', 6]);
  assert.deepEqual(
    facts.map((fact) => fact.kind === 'take' && fact.take.id),
    ['U'],
  );
  closed.disksAre(seen('internal', 'usb'));
  await settled();
  assert.equal(facts.length, 1, 'it is read once');
});

test('a part that was lost with its drive is there again when the drive is', async (t) => {
  const { catalog, closed, finishing, keep, seen, settled, root } = await room(t);
  const parts = [partOf(1), partOf(2, { destination: 'usb' })];
  await keep('internal', recordingOf({ status: 'partial', revision: 3, parts }));
  await keep('usb', recordingOf({ status: 'partial', revision: 3, parts }));
  await rename(join(root, 'usb'), join(root, 'away'));
  await writeFile(join(root, 'usb'), 'no drive');
  await closed.recover();
  assert.equal(catalog.find('B')?.parts[1]?.state, 'lost');
  closed.disksAre(seen('internal'));
  await rename(join(root, 'usb'), join(root, 'nothing'));
  await rename(join(root, 'away'), join(root, 'usb'));
  closed.disksAre(seen('internal', 'usb'));
  await settled();
  await settled();
  const [, second] = catalog.find('B')?.parts ?? [];
  assert.deepEqual([second?.state, second?.folder], ['final', join(root, 'usb', 'B')]);
  assert.ok(finishing.includes('2 repair'));
  assert.equal(catalog.find('B')?.status, 'finished');
});

test('a recording that is closed again counts by its last closing', async (t) => {
  const made = await room(t);
  const { catalog, closed, settled } = made;
  const info = recordingOf({ status: 'finalizing' });
  catalog.add(info);
  const open = Promise.withResolvers<void>();
  made.gate = open.promise;
  const first = closed.finalize(info, true);
  const second = closed.finalize(info, false);
  assert.equal(closed.finalizing, 2);
  open.resolve();
  await Promise.all([first, second]);
  await settled();
  assert.deepEqual([info.status, closed.finalizing, made.finalized], ['finished', 0, 2]);
});

test('a recording that is taken up again is open, and its prepared end does not count', async (t) => {
  const made = await room(t);
  const { catalog, closed } = made;
  const info = recordingOf({ status: 'finalizing', endedAtMs: 5, deliveredAtMs: 6 });
  catalog.add(info);
  const open = Promise.withResolvers<void>();
  made.gate = open.promise;
  const ending = closed.finalize(info, false);
  assert.equal(closed.reopen('B'), info);
  assert.deepEqual([info.status, info.endedAtMs, info.deliveredAtMs], ['setup', undefined, undefined]);
  open.resolve();
  await ending;
  assert.equal(info.status, 'setup');
  assert.throws(() => closed.reopen('B'), RecorderRefusal);
  assert.equal(closed.reopen('unknown'), undefined);
});

test('a recording is removed with its folders and its alarms, and nothing else is', async (t) => {
  const { catalog, closed, facts, keep, root } = await room(t);
  const parts = [
    partOf(1, { folder: join(root, 'internal', 'B'), bytes: 4 }),
    partOf(2, { folder: join(root, 'usb', 'B'), destination: 'usb', bytes: 4 }),
  ];
  const info = recordingOf({ parts });
  for (const drive of DRIVES) await keep(drive, info);
  await keep('internal', recordingOf({ id: 'other', base: 'other', parts: [] }));
  catalog.add(info);
  assert.equal(await closed.remove('B'), true);
  assert.deepEqual([await readdir(join(root, 'internal')), await readdir(join(root, 'usb'))], [['other'], []]);
  assert.deepEqual(alarmsIn(facts), ['-disk_error B_S1R1.mp4', '-disk_error B_S1R2.mp4']);
  assert.deepEqual(facts.at(-1), { kind: 'removed', take: 'B' });
  assert.deepEqual([catalog.find('B'), await closed.remove('B')], [undefined, false]);
});

test('a removed recording takes no file along that is not its own', async (t) => {
  const { catalog, closed, keep, root } = await room(t);
  const folder = join(root, 'internal', 'B');
  const parts = [partOf(1, { folder, bytes: 4 }), partOf(2, { folder, bytes: 5 }), partOf(3, { folder, bytes: 4 })];
  const info = recordingOf({ parts, foreign: ['B_S1R3.mp4'] });
  await keep('internal', info);
  for (const name of ['B_S1R1.mp4.sha256', '00014933.jpg', 'notes.txt', 'B_S1R9.mp4'])
    await writeFile(join(folder, name), name);
  catalog.add(info);
  assert.equal(await closed.remove('B'), true);
  assert.deepEqual(
    (await readdir(folder)).toSorted(),
    ['B_S1R2.mp4', 'B_S1R3.mp4', 'B_S1R9.mp4', 'notes.txt'],
    'one of another size, one that took the place of a part, and what was never ours',
  );
});

test('a folder that has the name but is of another recording stays', async (t) => {
  const { catalog, closed, keep, root } = await room(t);
  const info = recordingOf({ parts: [partOf(1, { folder: '/elsewhere/B' })] });
  await keep('internal', info);
  catalog.add(info);
  await closed.remove('B');
  assert.ok(await stat(join(root, 'internal', 'B')));
});

test('what is being recorded is neither removed nor described nor marked as handed over', async (t) => {
  const { catalog, closed } = await room(t);
  for (const status of ['setup', 'recording', 'paused'] as const) {
    const info = recordingOf({ id: status, status });
    catalog.add(info);
    await assert.rejects(closed.remove(status), RecorderRefusal);
    assert.throws(() => closed.describe(status, { title: 'T' }), RecorderRefusal);
    assert.equal(closed.markDelivered(status), false);
    assert.deepEqual([info.metadata.title, info.deliveredAtMs], ['', undefined]);
  }
});

test('one that is being finished is removed after the work on it', async (t) => {
  const made = await room(t);
  const { catalog, closed, jobs } = made;
  catalog.add(recordingOf({ status: 'finalizing' }));
  const order: string[] = [];
  const open = Promise.withResolvers<void>();
  void jobs.push('work', () => open.promise.then(() => void order.push('work')));
  const removed = closed.remove('B').then(() => order.push('removed'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(catalog.find('B'));
  open.resolve();
  await removed;
  assert.deepEqual([order, catalog.find('B')], [['work', 'removed'], undefined]);
});

test('a hand-over is marked once; a description changes what was given and keeps the rest', async (t) => {
  const { catalog, closed, clock } = await room(t);
  const info = recordingOf();
  info.metadata.presenter = 'M. D';
  catalog.add(info);
  const atMs = clock.nowMs();
  assert.equal(closed.markDelivered('B'), true);
  clock.advance(1000);
  closed.markDelivered('B');
  assert.deepEqual([info.deliveredAtMs, closed.markDelivered('unknown')], [atMs, false]);
  const { revision } = info;
  assert.equal(closed.describe('B', { title: 'T' }), true);
  assert.deepEqual([info.metadata.title, info.metadata.presenter, info.revision], ['T', 'M. D', revision + 1]);
  assert.equal(closed.describe('unknown', {}), false);
});
