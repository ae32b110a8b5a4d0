import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartState, RecordingStatus } from '#agent/device/recording.ts';
import {
  bytesOfRecording,
  closedStatus,
  durationMsOf,
  EMPTY_METADATA,
  isOpen,
  isSettled,
  isThere,
  kbpsOf,
  startMsOf,
} from '#agent/recorder/catalog/recording.ts';
import { newRecording } from '#agent/recorder/catalog/new-recording.ts';
import { RECORDER_DEFAULTS } from '#agent/recorder/settings.ts';
import { IDENTITY, partOf, recordingOf, STARTED_AT_MS } from '../samples.ts';

const STATUSES: RecordingStatus[] = ['setup', 'recording', 'paused', 'finalizing', 'finished', 'partial', 'failed'];
const STATES: PartState[] = ['writing', 'written', 'final', 'lost', 'failed'];

test('a recording is open until it has ended', () => {
  assert.deepEqual(
    STATUSES.filter((status) => isOpen(recordingOf({ status }))),
    ['setup', 'recording', 'paused'],
  );
});

test('a part is there unless it is lost or failed', () => {
  assert.deepEqual(
    STATES.filter((state) => isThere(partOf(1, { state }))),
    ['writing', 'written', 'final'],
  );
});

test('nothing remains to be done when it has ended and no part is unfinished', () => {
  assert.deepEqual(
    STATUSES.filter((status) => isSettled(recordingOf({ status }))),
    ['finished', 'partial', 'failed'],
  );
  assert.deepEqual(
    STATES.filter((state) => isSettled(recordingOf({ parts: [partOf(1), partOf(2, { state })] }))),
    ['final', 'lost', 'failed'],
  );
});

test('length, size and place of parts leave out what is not there', () => {
  const parts = [
    partOf(3, { durationMs: 300, bytes: 30 }),
    partOf(1, { durationMs: 100, bytes: 10 }),
    partOf(2, { durationMs: 200, bytes: 20, state: 'lost' }),
    partOf(4, { durationMs: 400, bytes: 40, state: 'failed' }),
    partOf(5, { durationMs: 500, bytes: 50, state: 'writing' }),
  ];
  const info = recordingOf({ parts });
  assert.deepEqual([durationMsOf(info), bytesOfRecording(info)], [900, 90]);
  assert.deepEqual(
    [1, 3, 5].map((number) => startMsOf(info, partOf(number))),
    [0, 100, 400],
  );
});

test('the final state tells whether something is missing for good', () => {
  const rows: [PartState[], boolean, RecordingStatus][] = [
    [[], false, 'failed'],
    [['lost'], false, 'failed'],
    [['lost', 'failed'], true, 'failed'],
    [['final'], false, 'finished'],
    [['final', 'written'], false, 'finished'],
    [['final'], true, 'partial'],
    [['final', 'lost'], false, 'partial'],
    [['failed', 'final'], false, 'partial'],
  ];
  for (const [states, cutShort, status] of rows) {
    const parts = states.map((state, index) => partOf(index + 1, { state }));
    assert.equal(closedStatus(recordingOf({ parts }), cutShort), status, `${states.join(' ')} ${cutShort}`);
  }
});

test('a bit rate is told after five seconds', () => {
  const rate = (durationMs: number): number | undefined =>
    kbpsOf(recordingOf({ parts: [partOf(1, { durationMs, bytes: 1_000_000 })] }));
  assert.equal(rate(5000), undefined);
  assert.equal(rate(8000), 1000);
});

const settings = {
  ...RECORDER_DEFAULTS,
  timeZone: 'Europe/Paris',
  identity: IDENTITY,
  destinations: [],
};
const none = (): boolean => false;

test('a new recording has the name of its second, and what was asked for', () => {
  const request = {
    metadata: { title: 'Cours', series: 'UE1' },
    bookingId: 'b-1',
    owner: 'c1',
    startedAtMs: STARTED_AT_MS,
    endsAtMs: STARTED_AT_MS + 1000.6,
  };
  assert.deepEqual(newRecording(request, STARTED_AT_MS + 99, settings, none), {
    id: 'UE1_Cours_20261120_090000',
    dbId: 0,
    base: 'UE1_Cours_20261120_090000',
    status: 'setup',
    hall: 'Amphi D',
    owner: 'c1',
    bookingId: 'b-1',
    metadata: { ...EMPTY_METADATA, title: 'Cours', series: 'UE1' },
    startedAtMs: STARTED_AT_MS,
    endsAtMs: STARTED_AT_MS + 1001,
    parts: [],
    chapters: [],
    thumbnails: [],
    breaks: [],
    revision: 0,
  });
});

test('without more it begins now, has no end and no booking', () => {
  const info = newRecording({}, STARTED_AT_MS, settings, none);
  assert.deepEqual([info.base, info.startedAtMs, info.owner], ['Amphi_D_20261120_090000', STARTED_AT_MS, '']);
  assert.ok(!('endsAtMs' in info) && !('bookingId' in info));
});

test('a name that is taken gets the next number that is free', () => {
  const taken = new Set(['Amphi_D_20261120_090000', 'Amphi_D_20261120_090000_2']);
  const info = newRecording({}, STARTED_AT_MS, settings, (base) => taken.has(base));
  assert.deepEqual([info.id, info.base], ['Amphi_D_20261120_090000_3', 'Amphi_D_20261120_090000_3']);
});

test('a take that is to be continued and is gone begins anew under its id', () => {
  const info = newRecording({ continueTake: 'take-7' }, STARTED_AT_MS, settings, none);
  assert.deepEqual([info.id, info.base], ['take-7', 'Amphi_D_20261120_090000']);
});
