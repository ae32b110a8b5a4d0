import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBacklog } from '#agent/recorder/take/backlog.ts';
import { freePercent, hoursLeft, isLow, spaceFor, toClean } from '#agent/recorder/storage/disk.ts';
import { chaptersOf } from '#agent/recorder/finish/part-chapters.ts';
import { openJobs } from '#agent/recorder/finish/jobs.ts';
import { localTime, zoneNames } from '#agent/recorder/catalog/local-time.ts';
import { manifestOf, parseManifest, thumbnailName } from '#agent/recorder/catalog/manifest.ts';
import { ffmetadata } from '#lib/ffmpeg/finished-file.ts';
import type { Recording, RecordingPart } from '#agent/device/recording.ts';
import { EMPTY_METADATA } from '#agent/recorder/catalog/recording.ts';
import { RECORDER_DEFAULTS, recorderMistakes } from '#agent/recorder/settings.ts';
import { THUMBNAIL_DEFAULTS, thumbnailMoments } from '#agent/recorder/finish/thumbnail-plan.ts';
import type { Packet } from '#lib/media/packet.ts';
import { silentLog } from '#lib/runtime/log.ts';

const identity = { hall: 'Technik-HSD-B', device: 'HSD-Side', deviceId: '', version: '3.001.0002' };
const part = (number: number, more: Partial<RecordingPart> = {}): RecordingPart => ({
  number,
  destination: 'internal',
  folder: '/data/B',
  name: `B_S1R${number}.mp4`,
  state: 'final',
  createdAtMs: Date.UTC(2022, 11, 16, 7, 16, 42),
  durationMs: 60_000,
  pictures: 900,
  bytes: 1_000_000,
  ...more,
});
const recording = (more: Partial<Recording> = {}): Recording => ({
  id: 'B',
  dbId: 243,
  base: 'B',
  status: 'finished',
  hall: identity.hall,
  owner: 'c1234567',
  metadata: { ...EMPTY_METADATA, title: 'VO Lustige Strukturen', series: '4133916', presenter: 'c7031369' },
  startedAtMs: Date.UTC(2022, 11, 16, 7, 16, 42),
  parts: [part(1), part(2)],
  chapters: [{ part: 2, offsetMs: 14_933, title: 'Exercice', kind: 'mark' }],
  thumbnails: [{ offsetMs: 74_933, folder: '/data/B', name: '00074933.jpg', title: 'Exercice' }],
  breaks: [],
  revision: 7,
  ...more,
});

test('the package is that of an SMP 351, field by field', () => {
  const { package: made } = JSON.parse(manifestOf(recording(), identity, 'Europe/Vienna'));
  assert.deepEqual(Object.keys(made), [
    'version',
    'name',
    'location',
    'db_id',
    'event_id',
    'owner',
    'source_device',
    'device_id',
    'record_mode',
    'package_size',
    'streams',
    'metadata',
    'local_time',
    'utc_time',
    'timezone',
  ]);
  assert.equal(made.db_id, '243');
  assert.equal(made.package_size, 2_000_000);
  assert.equal(made.local_time, '2022-12-16T08:16:42+01:00');
  assert.equal(made.utc_time, '2022-12-16T07:16:42Z');
  assert.deepEqual(made.timezone, { id: 'CET', description: '(UTC+01:00) Central European Standard Time' });
  const [stream] = made.streams;
  assert.deepEqual(stream.recordings[1], {
    number: 2,
    name: 'B_S1R2.mp4',
    created: '2022-12-16T08:16:42+01:00',
    start: '00:01:00',
    start_ms: 60_000,
    duration: '00:01:00',
    duration_ms: 60_000,
    file_size: 1_000_000,
  });
  assert.deepEqual(stream.chapters, [{ timestamp: 74_933, name: '00074933.jpg', title: 'Exercice' }]);
  assert.deepEqual(stream.thumbnails, [{ timestamp: 74_933, name: '00074933.jpg', title: 'Exercice' }]);
  assert.deepEqual(Object.keys(made.metadata).length, 16);
  assert.equal(made.metadata['dc:creator'], 'c7031369');
  assert.equal(made.metadata['dc:relation'], '4133916');
  assert.equal(made.metadata['dc:identifier'], 'B');
  assert.equal(made.metadata['dc:date'], '2022-12-16T07:16:42Z');
});

test('a manifest is read back, a foreign one is refused', () => {
  const info = recording({ bookingId: 'b', endsAtMs: 5, deliveredAtMs: 6 });
  assert.deepEqual(parseManifest(manifestOf(info, identity)), info);
  const spoilt = (change: object): string => JSON.stringify({ amphi: { ...info, ...change } });
  for (const bad of ['', '{}', '[]', spoilt({ base: '../up' }), spoilt({ id: '.hidden' }), spoilt({ status: 'what' })])
    assert.throws(() => parseManifest(bad), bad);
  assert.throws(() => parseManifest(spoilt({ parts: [part(1, { name: 'a/b.mp4' })] })));
  assert.throws(() => parseManifest(spoilt({ parts: [part(1, { durationMs: -1 })] })));
});

test('thumbnails: 15 s, then each minute, and the marks; from the middle of a short take', () => {
  const at = (startMs: number, durationMs: number, only = false, marks: { offsetMs: number; title: string }[] = []) =>
    thumbnailMoments({ startMs, durationMs, only, marks }, THUMBNAIL_DEFAULTS).map(({ offsetMs }) => offsetMs);
  assert.deepEqual(at(0, 140_000), [14_900, 74_900, 134_900]);
  assert.deepEqual(at(60_000, 60_000), [14_900], 'the second part goes on with the row of the first');
  assert.deepEqual(at(0, 10_000), []);
  assert.deepEqual(at(0, 10_000, true), [5000]);
  assert.deepEqual(
    at(0, 30_000, false, [
      { offsetMs: 3000, title: 'M' },
      { offsetMs: 99_999, title: 'late' },
    ]),
    [3000, 14_900],
  );
  assert.equal(thumbnailName(14_933), '00014933.jpg');
});

test('chapters of a file: its begin, its marks, to its end', () => {
  assert.deepEqual(chaptersOf(recording(), part(2)), [
    { startMs: 0, endMs: 14_933, title: 'VO Lustige Strukturen, part 2' },
    { startMs: 14_933, endMs: 60_000, title: 'Exercice' },
  ]);
  assert.equal(
    ffmetadata({ tags: { title: 'a=b;c#d\\e\nf', artist: '' }, chapters: [] }),
    ';FFMETADATA1\ntitle=a\\=b\\;c\\#d\\\\e\\\nf\n',
  );
});

test('room is made from delivered recordings alone, the oldest first', () => {
  const rules = { warnFreePercent: 20, cleanFreePercent: 10, checkEveryMs: 1 };
  const one = (id: string, startedAtMs: number, more: Partial<Recording>): Recording =>
    recording({ id, startedAtMs, deliveredAtMs: 1, parts: [part(1, { bytes: 30 })], ...more });
  const undelivered = one('undelivered', 1, {});
  delete undelivered.deliveredAtMs;
  const all = [
    one('newer', 5, {}),
    undelivered,
    one('at work', 2, { status: 'finalizing' }),
    one('elsewhere', 3, { parts: [part(1, { destination: 'usb' })] }),
    one('older', 4, {}),
  ];
  const ids = (freeBytes: number): string[] =>
    toClean('internal', { freeBytes, totalBytes: 1000 }, all, rules).map(({ id }) => id);
  assert.deepEqual(ids(100), []);
  assert.deepEqual(ids(99), ['older']);
  assert.deepEqual(ids(50), ['older', 'newer']);
  assert.deepEqual(ids(0), ['older', 'newer'], 'and no more, however full it is');
  assert.equal(isLow({ freeBytes: 199, totalBytes: 1000 }, rules), true);
  assert.equal(isLow({ freeBytes: 200, totalBytes: 1000 }, rules), false);
  assert.deepEqual(spaceFor({ freeBytes: 500, totalBytes: 1000 }, 80, 100), { freeBytes: 20, totalBytes: 100 });
  assert.equal(freePercent({ freeBytes: 0, totalBytes: 0 }), 0);
  assert.equal(Math.round(hoursLeft(360e6, 800)), 1);
});

test('the backlog is what the disk may still lose, from a key picture on', () => {
  const packet = (number: number, key: boolean): Packet => ({
    track: 'video',
    ptsTicks: number,
    dtsTicks: number,
    key,
    units: [Buffer.alloc(10)],
    ts: Buffer.alloc(0),
  });
  const backlog = openBacklog();
  backlog.add(packet(-1, false), 0);
  assert.equal(backlog.bytes, 0, 'nothing begins without a key picture');
  for (let number = 0; number < 9; number++) backlog.add(packet(number, number % 3 === 0), 100 + number * 10);
  assert.equal(backlog.offset, 100);
  backlog.durable(129);
  assert.equal(backlog.offset, 100, 'the second group begins at 130: the first may be needed');
  backlog.durable(135);
  assert.deepEqual(
    backlog.packets.map(({ ptsTicks }) => ptsTicks),
    [3, 4, 5, 6, 7, 8],
  );
  assert.equal(backlog.offset, 130);
  backlog.durable(1e9);
  assert.deepEqual(backlog.packets.length, 3, 'the newest stays: a file that breaks goes back to it');
  backlog.limit(1);
  assert.equal(backlog.bytes, 30);
});

test('all mistakes of the settings at once, each with its place', () => {
  const good = {
    ...RECORDER_DEFAULTS,
    identity,
    destinations: [{ name: 'internal', folder: '/data', minFreeBytes: 0 }],
  };
  assert.deepEqual(recorderMistakes(good), []);
  const destinations = [
    { name: 'in ternal', folder: 'data', minFreeBytes: 0 },
    { name: 'a', folder: '/a', minFreeBytes: 0 },
    { name: 'a', folder: '/b', minFreeBytes: 0 },
  ];
  const bad = {
    ...good,
    pattern: '{title}.mp4',
    maxFileBytes: 5,
    titleLimit: 0,
    timeZone: 'Europe/Atlantis',
    destinations,
  };
  const places = recorderMistakes(bad).map((mistake) => mistake.slice(0, mistake.indexOf(':')));
  assert.deepEqual(places, [
    'pattern',
    'maxFileBytes',
    'titleLimit',
    'destinations[0].name',
    'destinations[0].folder',
    'destinations[2].name',
    'timeZone',
  ]);
});

test('the hour that comes twice is told apart by its offset', () => {
  const before = localTime(Date.UTC(2026, 9, 25, 0, 30), 'Europe/Paris');
  const after = localTime(Date.UTC(2026, 9, 25, 1, 30), 'Europe/Paris');
  assert.deepEqual([before.iso, after.iso], ['2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00']);
  assert.equal(localTime(0, 'UTC').iso, '1970-01-01T00:00:00+00:00');
  assert.match(zoneNames(0, 'America/St_Johns').description, /^\(UTC-03:30\)/);
});

test('background work comes one after the other, whatever becomes of it', async () => {
  const jobs = openJobs(silentLog);
  const order: string[] = [];
  void jobs.push('a', async () => void order.push('a'));
  void jobs.push('b', () => Promise.reject(new Error('no')));
  await jobs.push('c', async () => void order.push('c'));
  assert.deepEqual(order, ['a', 'c']);
  const running = jobs.push(
    'd',
    (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
  );
  const after = jobs.push('e', async () => void order.push('e'));
  assert.equal(jobs.waiting, 2);
  await jobs.close();
  await Promise.all([running, after]);
  assert.deepEqual(order, ['a', 'c']);
});
