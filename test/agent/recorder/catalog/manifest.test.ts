import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localTime, zoneNames } from '#agent/recorder/catalog/local-time.ts';
import { manifestOf, parseManifest, thumbnailName } from '#agent/recorder/catalog/manifest.ts';
import type { Recording } from '#agent/device/recording.ts';
import { EMPTY_METADATA } from '#agent/recorder/catalog/recording.ts';
import { IDENTITY, partOf, recordingOf, STARTED_AT_MS } from '../samples.ts';

const packageOf = (more: Partial<Recording>, zone = 'Europe/Paris') =>
  JSON.parse(manifestOf(recordingOf(more), IDENTITY, zone)).package;

test('each field of the description stands in its place of Dublin Core', () => {
  const names = Object.keys(EMPTY_METADATA);
  const metadata = Object.fromEntries(names.map((name) => [name, `the ${name}`])) as unknown as typeof EMPTY_METADATA;
  const { metadata: core } = packageOf({ metadata });
  const renamed: Record<string, string> = { presenter: 'creator', series: 'relation' };
  for (const name of names) assert.equal(core[`dc:${renamed[name] ?? name}`], `the ${name}`);
  assert.equal(core['dc:date'], '2026-11-20T08:00:00Z');
});

test('the name of the system that a controller gave is kept, and is no field of the description', () => {
  assert.equal(Object.keys(packageOf({ systemName: 'Rack 4' }).metadata).length, 16, 'as the device has them');
  const kept = parseManifest(manifestOf(recordingOf({ systemName: 'Rack 4' }), IDENTITY, 'Europe/Paris'));
  assert.equal(kept.systemName, 'Rack 4');
});

test('the event is that of the booking, else the recording itself', () => {
  assert.equal(packageOf({ bookingId: 'b-1' }).event_id, 'b-1');
  assert.equal(packageOf({}).event_id, 'B');
  assert.equal(packageOf({}).metadata['dc:identifier'], 'B');
});

test('who recorded it, and where', () => {
  const made = packageOf({ dbId: 12, owner: 'c1' });
  const { version, name, location, db_id, owner, source_device, device_id, record_mode } = made;
  assert.deepEqual(
    { version, name, location, db_id, owner, source_device, device_id, record_mode },
    {
      version: '3.06',
      name: 'B',
      location: 'Amphi D',
      db_id: '12',
      owner: 'c1',
      source_device: 'SMP-351',
      device_id: 'A1',
      record_mode: '0',
    },
  );
});

test('parts that are not there are neither listed nor counted, and their chapters are left out', () => {
  const { streams, package_size } = packageOf({
    parts: [
      partOf(1, { durationMs: 3_725_999, bytes: 7 }),
      partOf(2, { state: 'lost', durationMs: 500_000, bytes: 900 }),
      partOf(3, { durationMs: 61_000, bytes: 8 }),
      partOf(4, { state: 'failed' }),
    ],
    chapters: [
      { part: 3, offsetMs: 10, title: 'C', kind: 'resume' },
      { part: 2, offsetMs: 20, title: 'lost', kind: 'mark' },
      { part: 1, offsetMs: 30, title: 'A', kind: 'mark' },
    ],
  });
  assert.equal(package_size, 15);
  const [{ recordings, chapters, number, timedtext }] = streams;
  assert.deepEqual([number, timedtext], [1, []]);
  assert.deepEqual(
    recordings.map((one: Record<string, unknown>) => [one['number'], one['start'], one['start_ms'], one['duration']]),
    [
      [1, '00:00:00', 0, '01:02:05'],
      [3, '01:02:05', 3_725_999, '00:01:01'],
    ],
  );
  assert.deepEqual(chapters, [
    { timestamp: 3_726_009, name: '', title: 'C' },
    { timestamp: 30, name: '', title: 'A' },
  ]);
});

test('a chapter shows the thumbnail of its moment, one millisecond off at most', () => {
  const nameAt = (offsetMs: number): string => {
    const thumbnails = [{ offsetMs: 1000, folder: '/data/B', name: 'shown.jpg', title: '' }];
    const chapters = [{ part: 1, offsetMs, title: 'A', kind: 'mark' as const }];
    return packageOf({ thumbnails, chapters }).streams[0].chapters[0].name;
  };
  assert.deepEqual([998, 999, 1000, 1001, 1002].map(nameAt), ['', 'shown.jpg', 'shown.jpg', 'shown.jpg', '']);
});

test('thumbnails have the name of their millisecond', () => {
  assert.deepEqual([0, 999, 12_345_678, 123_456_789].map(thumbnailName), [
    '00000000.jpg',
    '00000999.jpg',
    '12345678.jpg',
    '123456789.jpg',
  ]);
});

test('a manifest with a wrong or missing value is refused at its place', () => {
  const whole = recordingOf({
    chapters: [{ part: 1, offsetMs: 0, title: '', kind: 'mark' }],
    thumbnails: [{ offsetMs: 0, folder: '/data/B', name: 'a.jpg', title: '' }],
    breaks: [{ atMs: 1, reason: 'r' }],
  });
  const refused = (change: (info: Record<string, never>) => void, place: string): void => {
    const amphi = structuredClone(whole) as unknown as Record<string, never>;
    change(amphi);
    assert.throws(() => parseManifest(JSON.stringify({ amphi })), new RegExp(`"${place}"`), place);
  };
  for (const name of Object.keys(whole)) refused((info) => delete info[name], name);
  const part = (name: string, value: unknown): void =>
    refused((info) => Object.assign((info['parts'] as unknown as object[])[0]!, { [name]: value }), name);
  part('number', 0);
  part('state', 'done');
  part('bytes', -1);
  part('pictures', 1.5);
  part('name', '..');
  part('folder', undefined);
  part('sha256', 5);
  refused((info) => Object.assign(info, { startedAtMs: '5' }), 'startedAtMs');
  refused((info) => Object.assign(info, { revision: -1 }), 'revision');
  refused((info) => Object.assign((info['chapters'] as unknown as object[])[0]!, { kind: 'other' }), 'kind');
  refused((info) => Object.assign((info['thumbnails'] as unknown as object[])[0]!, { name: 'a/b.jpg' }), 'name');
  assert.deepEqual(parseManifest(JSON.stringify({ amphi: whole })), whole);
});

test('what a later version adds is left out, not refused', () => {
  const amphi = { ...recordingOf(), later: 1 };
  assert.deepEqual(parseManifest(JSON.stringify({ amphi })), recordingOf());
});

test('local time: midnight is 00, the zone may be of half hours or beyond the date line', () => {
  const rows: [number, string, string][] = [
    [Date.UTC(2026, 0, 1), 'UTC', '2026-01-01T00:00:00+00:00'],
    [Date.UTC(2026, 11, 31, 23), 'Europe/Paris', '2027-01-01T00:00:00+01:00'],
    [Date.UTC(2026, 6, 1, 12), 'Asia/Kolkata', '2026-07-01T17:30:00+05:30'],
    [Date.UTC(2026, 6, 1, 12), 'Pacific/Kiritimati', '2026-07-02T02:00:00+14:00'],
    [Date.UTC(2026, 6, 1, 2, 3, 4), 'America/New_York', '2026-06-30T22:03:04-04:00'],
  ];
  for (const [atMs, zone, iso] of rows) {
    const at = localTime(atMs, zone);
    assert.equal(at.iso, iso);
    assert.equal(`${at.date}${at.time}`, iso.slice(0, 19).replaceAll(/[-T:]/g, ''));
    assert.equal(at.offset, iso.slice(19));
  }
  assert.throws(() => localTime(0, 'Europe/Atlantis'), RangeError);
});

test('the zone has its name of the season', () => {
  const summer = Date.UTC(2026, 6, 1);
  assert.equal(zoneNames(STARTED_AT_MS, 'Europe/Paris').id, 'CET');
  assert.deepEqual(zoneNames(summer, 'Europe/Paris'), {
    id: 'CEST',
    description: '(UTC+02:00) Central European Summer Time',
  });
});
