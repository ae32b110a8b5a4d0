import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCalendar } from '#lib/calendar/calendar-read.ts';
import { attachmentType, writeCalendar, type WritableEvent } from '#lib/opencast/calendars/calendar-write.ts';
import { UTC } from '#lib/calendar/zones/zoned-time.ts';
import { EPISODE_FILE, PROPERTIES_FILE } from '#lib/opencast/calendars/attachments.ts';
import { eventsByForeignReader } from './foreign-reader.ts';

const HOUR_MS = 3_600_000;
const STAMP_MS = Date.UTC(2026, 0, 1);

const event = (uid: string, more: Partial<WritableEvent> = {}): WritableEvent => ({
  uid,
  startsAtMs: Date.UTC(2026, 9, 19, 6, 30),
  endsAtMs: Date.UTC(2026, 9, 19, 8, 30),
  title: 'Thermodynamique',
  attachments: [],
  ...more,
});

/** The moment at which clocks in a zone show this; by the zone data of Node, not by ours. */
function instantOf(wall: string, timeZone: string): number {
  const wantedMs = Date.parse(`${wall}Z`);
  const shownAt = (ms: number): number => {
    const shown = new Date(ms).toLocaleString('sv-SE', { timeZone });
    return Date.parse(`${shown.replace(' ', 'T')}Z`);
  };
  const first = wantedMs - (shownAt(wantedMs) - wantedMs);
  return first - (shownAt(first) - wantedMs);
}

/** Nights on which clocks change, and the lectures of 08:30 around them. */
const CHANGES = [
  ['Europe/Paris', ['2026-03-28T08:30', '2026-03-29T08:30', '2026-10-24T08:30', '2026-10-25T08:30']],
  ['America/New_York', ['2026-03-07T08:30', '2026-03-08T08:30', '2026-10-31T08:30', '2026-11-01T08:30']],
  ['Australia/Lord_Howe', ['2026-04-04T08:30', '2026-04-05T08:30', '2026-10-03T08:30', '2026-10-04T08:30']],
] as const;

for (const [zone, walls] of CHANGES)
  test(`${zone}: a reader that is not ours has the same instants when clocks change`, () => {
    const events = walls.map((wall, n) => {
      const startsAtMs = instantOf(wall, zone);
      return event(`${zone}-${n}`, { startsAtMs, endsAtMs: startsAtMs + 2 * HOUR_MS });
    });
    const read = eventsByForeignReader(writeCalendar(events, STAMP_MS));
    for (const [n, { uid, startsAtMs, endsAtMs }] of events.entries()) {
      const found = read.get(uid);
      assert.deepEqual([found?.startsAtMs, found?.endsAtMs], [startsAtMs, endsAtMs]);
      const shown = new Date(found?.startsAtMs ?? 0).toLocaleString('sv-SE', { timeZone: zone });
      assert.equal(shown.replace(' ', 'T').slice(0, 16), walls[n]);
    }
  });

test('what lasts a whole day, or the hour that comes twice, is moments and no date', () => {
  const midnight = instantOf('2026-10-25T00:00', 'Europe/Paris');
  const day = event('day', { startsAtMs: midnight, endsAtMs: instantOf('2026-10-26T00:00', 'Europe/Paris') });
  const twice = [0, 1]
    .map((n) => Date.UTC(2026, 9, 25, n, 30))
    .map((startsAtMs, n) => event(`twice-${n}`, { startsAtMs, endsAtMs: startsAtMs + HOUR_MS }));
  const read = eventsByForeignReader(writeCalendar([day, ...twice], STAMP_MS));
  for (const { uid, startsAtMs, endsAtMs } of [day, ...twice])
    assert.deepEqual(
      [read.get(uid)?.startsAtMs, read.get(uid)?.endsAtMs, read.get(uid)?.isDate],
      [startsAtMs, endsAtMs, false],
    );
  assert.equal(day.endsAtMs - day.startsAtMs, 25 * HOUR_MS);
});

const LONG = 'é'.repeat(400);
const HOSTILE = [
  'Cœur, rein; foie',
  // A backslash before an n is left out: this reader takes an escaped one for a new line, against RFC 5545, 3.3.11.
  String.raw`C:\data "quoted"`,
  'two\nlines\n\nand a third',
  'END:VEVENT\nBEGIN:VEVENT\nUID:injected',
  '🎓 Soutenance 👩🏽‍🔬, 日本語; עברית',
  `a${LONG}`,
  `${'x'.repeat(74)}é${'y'.repeat(74)}🎓`,
  'X-A=1:B;C="D":E',
  '  spaces at both ends  ',
  '%0D%0A &amp; <b>',
];

test('hostile titles, places and descriptions are text, whole, and change nothing else', () => {
  const events = HOSTILE.map((title, n) =>
    event(`hostile-${n}`, { title, description: title, location: title, seriesId: `series-${n}` }),
  );
  const text = writeCalendar(events, STAMP_MS);
  const read = eventsByForeignReader(text);
  assert.equal(read.size, events.length);
  for (const { uid, title } of events) {
    const found = read.get(uid);
    assert.deepEqual(
      [found?.title, found?.description, found?.location].map((one) => one?.trim()),
      [title, title, title].map((one) => one.trim()),
      uid,
    );
  }
});

test('ids are whole, however long, and whatever is in them', () => {
  const ids = ['u'.repeat(1000), 'a,b;c', 'é'.repeat(100), '8d3f0b5e-3c0e-4c1e-9a5a-2f1c0d9b7e11'];
  const read = eventsByForeignReader(
    writeCalendar(
      ids.map((uid) => event(uid)),
      STAMP_MS,
    ),
  );
  assert.deepEqual([...read.keys()].toSorted(), ids.toSorted());
});

test('attachments come back byte for byte, with name and type, as agents of Opencast look for them', () => {
  const attachments = [EPISODE_FILE, PROPERTIES_FILE].map((name) => ({
    name,
    mimeType: attachmentType(name),
    content: `<title>Cœur; 🎓, ${'é'.repeat(3000)}</title>\r\nlayout=7\n`,
  }));
  const read = eventsByForeignReader(writeCalendar([event('one', { attachments }), event('none')], STAMP_MS));
  assert.deepEqual(read.get('one')?.attachments, attachments);
  assert.deepEqual(read.get('none')?.attachments, []);
});

/** RFC 5545, 3.1: lines of at most 75 octets; a fold may stand inside a character of several octets. */
function folded(text: string): Buffer {
  const lines = text.split('\r\n').map((line) => {
    const bytes = Buffer.from(line);
    const parts = [bytes.subarray(0, 75)];
    for (let at = 75; at < bytes.length; at += 74) parts.push(Buffer.from('\r\n '), bytes.subarray(at, at + 74));
    return Buffer.concat(parts);
  });
  return Buffer.concat(lines.flatMap((line, n) => (n === 0 ? [line] : [Buffer.from('\r\n'), line])));
}

/** Folds of ASCII alone: what a reader of decoded text can undo. */
test('a calendar of ours that others folded on the way is the same to them and to us', async () => {
  const titles = ['x'.repeat(200), 'Cours, avec; signes '.repeat(20).trim()];
  const events = titles.map((title, n) => event(`fold-${n}`, { title }));
  const text = String(folded(writeCalendar(events, STAMP_MS)));
  assert.ok(text.split('\r\n').every((line) => line.length <= 75));
  const foreign = eventsByForeignReader(text);
  const ours = await readCalendar(Buffer.from(text), { zone: UTC, fromMs: 0, toMs: Date.UTC(2030, 0, 1) });
  for (const { uid, title } of events) {
    assert.equal(foreign.get(uid)?.title, title);
    assert.equal(ours.occurrences.find(({ event: one }) => one.uid === uid)?.event.title, title);
  }
});
