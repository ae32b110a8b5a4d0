import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DISK_DEFAULTS, freePercent, hoursLeft, isLow, spaceFor, toClean } from '#agent/recorder/storage/disk.ts';
import type { Recording, RecordingStatus } from '#agent/device/recording.ts';
import { partOf, recordingOf } from '../samples.ts';

const rules = { warnFreePercent: 15, cleanFreePercent: 10, checkEveryMs: 1000 };
const delivered = (id: string, startedAtMs: number, bytes: number, more: Partial<Recording> = {}): Recording =>
  recordingOf({ id, startedAtMs, deliveredAtMs: 1, parts: [partOf(1, { bytes })], ...more });
const chosen = (all: Recording[], freeBytes: number, destination = 'internal'): string[] =>
  toClean(destination, { freeBytes, totalBytes: 1000 }, all, rules).map(({ id }) => id);

test('no more is deleted than makes room again', () => {
  const all = [delivered('c', 3, 40), delivered('a', 1, 40), delivered('b', 2, 40)];
  assert.deepEqual(chosen(all, 100), []);
  assert.deepEqual(chosen(all, 60), ['a'], 'exactly 10 % is enough');
  assert.deepEqual(chosen(all, 59), ['a', 'b']);
  assert.deepEqual(chosen(all, 19), ['a', 'b', 'c']);
});

test('a disk without inodes is cleaned too, one recording at a time', () => {
  const all = [delivered('b', 2, 40), delivered('a', 1, 40)];
  const of = (freeInodesPercent: number, freeBytes = 500): string[] =>
    toClean('internal', { freeBytes, totalBytes: 1000, freeInodesPercent }, all, rules).map(({ id }) => id);
  assert.deepEqual([of(10), of(9.9), of(0, 50)], [[], ['a'], ['a', 'b']]);
});

test('what is open, being finished, or not handed over is never deleted', () => {
  const statuses: RecordingStatus[] = ['setup', 'recording', 'paused', 'finalizing', 'finished', 'partial', 'failed'];
  const all = statuses.map((status, index) => delivered(status, index, 1, { status }));
  assert.deepEqual(chosen(all, 0), ['finished', 'partial', 'failed']);
  const kept = delivered('kept', 0, 1);
  delete kept.deliveredAtMs;
  assert.deepEqual(chosen([kept], 0), []);
});

test('what counts is what a recording has in this destination', () => {
  const both = delivered('both', 1, 0, {
    parts: [partOf(1, { bytes: 30 }), partOf(2, { bytes: 500, destination: 'usb' })],
  });
  const all = [both, delivered('internal alone', 2, 30)];
  assert.deepEqual(chosen(all, 45), ['both', 'internal alone'], '30 bytes of the first are here');
  assert.deepEqual(chosen(all, 45, 'usb'), ['both']);
  assert.deepEqual(chosen(all, 0, 'network'), []);
});

test('a part that is lost makes no room', () => {
  const all = [
    delivered('lost', 1, 0, { parts: [partOf(1, { bytes: 900, state: 'lost' })] }),
    delivered('there', 2, 90),
  ];
  assert.deepEqual(chosen(all, 90), ['lost', 'there']);
});

test('a share of a disk is what is left of it, and never more than the disk has', () => {
  const disk = { freeBytes: 500, totalBytes: 1000 };
  assert.deepEqual(spaceFor(disk, 80, undefined), disk);
  assert.deepEqual(spaceFor(disk, 0, 5000), { freeBytes: 500, totalBytes: 1000 });
  assert.deepEqual(spaceFor(disk, 300, 200), { freeBytes: 0, totalBytes: 200 });
});

test('low is below the limit; an unknown disk has nothing free', () => {
  assert.deepEqual(
    [14, 15, 16].map((percent) => isLow({ freeBytes: percent, totalBytes: 100 }, DISK_DEFAULTS)),
    [true, false, false],
  );
  assert.equal(freePercent({ freeBytes: 25, totalBytes: 200 }), 12.5);
  assert.equal(freePercent({ freeBytes: 25, totalBytes: 0 }), 0);
});

test('hours that are left, also at no bit rate at all', () => {
  assert.equal(hoursLeft(450_000_000, 1000), 1);
  assert.equal(hoursLeft(450_000, 0), 1, 'counted with 1 kbit/s');
});

test('inodes count as bytes do: of which there is less', () => {
  const space = { freeBytes: 90, totalBytes: 100 };
  assert.equal(freePercent({ ...space, freeInodesPercent: 3 }), 3);
  assert.equal(isLow({ ...space, freeInodesPercent: 3 }, DISK_DEFAULTS), true);
  assert.equal(isLow({ ...space, freeInodesPercent: 60 }, DISK_DEFAULTS), false);
  assert.equal(isLow(spaceFor({ ...space, freeInodesPercent: 3 }, 0, 95), DISK_DEFAULTS), true);
});
