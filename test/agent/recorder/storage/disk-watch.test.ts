import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Catalog } from '#agent/recorder/catalog/catalog.ts';
import type { Recording } from '#agent/device/recording.ts';
import type { RecorderFact } from '#agent/recorder/facts.ts';
import type { DestinationSeen } from '#agent/recorder/storage/destinations.ts';
import { startDiskWatch, type DiskWatch } from '#agent/recorder/storage/disk-watch.ts';
import type { Storage } from '#agent/recorder/storage/storage.ts';
import { virtualClock, type VirtualClock } from '#test/support/virtual-clock.ts';
import { alarmsIn, keepingLog, partOf, recordingOf } from '../samples.ts';

interface Watched {
  clock: VirtualClock;
  watch: DiskWatch;
  facts: RecorderFact[];
  lines: string[];
  low: Set<string>;
  removed: string[];
  seen: DestinationSeen[][];
  /** How many of 1000 bytes are free. */
  free: number;
  total: number;
  failing: boolean;
  undeletable: string | undefined;
}

function watched(recordings: Recording[] = [], maxBytes?: number): Watched {
  const clock = virtualClock();
  const { log, lines } = keepingLog();
  const state = { facts: [], lines, low: new Set(), removed: [], seen: [], clock } as unknown as Watched;
  Object.assign(state, { free: 500, total: 1000, failing: false, undeletable: undefined });
  const destination = { name: 'internal', folder: '/data', minFreeBytes: 0, ...(maxBytes ? { maxBytes } : {}) };
  const storage = {
    destinations: [destination],
    inspect: async () => {
      if (state.failing) throw new Error('no');
      const space = { freeBytes: state.free, totalBytes: state.total };
      return [{ destination: 'internal', folder: '/data', usable: true, ...space }];
    },
  } as unknown as Storage;
  state.watch = startDiskWatch({
    storage,
    catalog: { list: () => recordings, bytesIn: () => 80 } as unknown as Catalog,
    clock,
    log,
    rules: { warnFreePercent: 15, cleanFreePercent: 10, checkEveryMs: 10_000 },
    onFact: (fact) => state.facts.push(fact),
    kbps: () => 1000,
    async remove(id) {
      if (id === state.undeletable) throw new Error('busy');
      state.removed.push(id);
    },
    onSeen: (seen) => state.seen.push([...seen]),
    low: state.low,
  });
  return state;
}

const delivered = (id: string, startedAtMs: number): Recording =>
  recordingOf({ id, startedAtMs, deliveredAtMs: 1, parts: [partOf(1, { bytes: 30 })] });

test('the disks are looked at at once, and at each interval', async () => {
  const state = watched();
  await state.watch.look();
  const before = state.seen.length;
  assert.equal(before, 2, 'at the start, and as asked for');
  await new Promise((resolve) => setImmediate(resolve));
  state.clock.advance(9999);
  await state.watch.look();
  assert.equal(state.seen.length, 3);
  state.clock.advance(1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(state.seen.length, 4);
  await state.watch.close();
  state.clock.advance(60_000);
  assert.deepEqual([state.seen.length, state.clock.waiting], [4, 0]);
});

test('what is told has the hours that are left at the bit rate of now', async () => {
  const state = watched();
  state.free = 450_000_000;
  state.total = 900_000_000;
  await state.watch.look();
  const fact = state.facts.findLast(({ kind }) => kind === 'disk');
  assert.ok(fact?.kind === 'disk');
  assert.deepEqual(fact.disk, [
    {
      destination: 'internal',
      folder: '/data',
      usable: true,
      freeBytes: 450_000_000,
      totalBytes: 900_000_000,
      hoursLeft: 1,
    },
  ]);
  await state.watch.close();
});

test('a disk that becomes low raises one alarm, and ends it when it has room', async () => {
  const state = watched();
  await state.watch.look();
  state.free = 149;
  await state.watch.look();
  await state.watch.look();
  const [raised] = state.facts.flatMap((fact) => (fact.kind === 'alarm' && 'raise' in fact ? [fact.raise] : []));
  assert.deepEqual(raised, {
    name: 'disk_space',
    about: 'internal',
    level: 'warning',
    text: '14.9 % free in /data',
    sinceMs: state.clock.nowMs(),
  });
  for (const free of [150, 149, 155, 148, 159]) {
    state.free = free;
    await state.watch.look();
  }
  assert.deepEqual(alarmsIn(state.facts), ['+disk_space internal'], 'it does not come and go');
  state.free = 160;
  await state.watch.look();
  await state.watch.look();
  assert.deepEqual(alarmsIn(state.facts), ['+disk_space internal', '-disk_space internal']);
  await state.watch.close();
});

test('a disk that does not tell its size raises no alarm, and nothing of it is deleted', async () => {
  for (const maxBytes of [undefined, 85]) {
    const state = watched([delivered('a', 1), delivered('b', 2)], maxBytes);
    Object.assign(state, { free: 0, total: 0 });
    await state.watch.look();
    // The first look, at the start, saw another disk.
    state.facts.length = 0;
    state.removed.length = 0;
    state.low.clear();
    await state.watch.look();
    assert.deepEqual([alarmsIn(state.facts), state.removed], [[], []]);
    await state.watch.close();
  }
});

test('an alarm that a full disk raised elsewhere is ended here', async () => {
  const state = watched();
  state.low.add('internal');
  await state.watch.look();
  assert.deepEqual(alarmsIn(state.facts), ['-disk_space internal']);
  assert.equal(state.low.size, 0);
  await state.watch.close();
});

test('the oldest that were handed over are deleted, one that cannot be does not keep the next', async () => {
  const open = recordingOf({ id: 'open', status: 'recording', startedAtMs: 0 });
  const state = watched([delivered('c', 3), open, delivered('b', 2), delivered('a', 1)]);
  state.free = 50;
  state.undeletable = 'a';
  await state.watch.look();
  await state.watch.close();
  assert.deepEqual([...new Set(state.removed)], ['b']);
  assert.ok(state.lines.includes('not deleted'));
});

test('a share that is used up makes room though the disk has much', async () => {
  const state = watched([delivered('a', 1), delivered('b', 2)], 85);
  await state.watch.look();
  await state.watch.close();
  assert.deepEqual([...new Set(state.removed)], ['a'], '5 of 85 bytes are left, 8.5 are wanted');
  assert.ok(state.low.has('internal'));
});

test('a destination that cannot be read is neither low nor cleaned', async () => {
  const state = watched([delivered('a', 1)]);
  state.free = 0;
  state.total = 0;
  const before = state.removed.length + state.low.size;
  await state.watch.look();
  state.failing = true;
  await state.watch.look();
  assert.ok(state.lines.includes('the disks could not be looked at'));
  state.failing = false;
  state.total = 1000;
  await state.watch.look();
  assert.deepEqual(state.removed.slice(before), ['a'], 'and it goes on after an error');
  await state.watch.close();
});
