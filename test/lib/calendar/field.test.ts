// Covers agent/schedule/calendars, central/timetable/import.
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readCalendarFile } from '#agent/schedule/calendars/calendar-reading.ts';
import { readLectures } from '#central/timetable/import/read.ts';
import { ianaZone, type Zone } from '#lib/calendar/zones/zoned-time.ts';

/** Calendars in the forms that public reports of failures show, with made up contents; box and server read each alike. */
const SAMPLES = new URL('../../fixtures/calendars/', import.meta.url);

const weekly = (month: string, clock: string, ...days: string[]): string[] =>
  days.map((day) => `${month}-${day} ${clock}`);
const THREE = ['10-05 08:30 120', '10-06 08:30 120', '10-07 08:30 120'];
const ONE = ['10-05 08:30 120'];
const CHEMISTRY = [...weekly('10', '08:30 120', '05', '12', '19', '26'), '11-02 08:30 120', '11-09 08:30 120'];
const NOUMEA = (...days: string[]): string[] => weekly('09', '08:00 120', ...days);

/** On the wall of the hall: month, day, clock and minutes; `notes` must be among what is told. */
const EXPECTED: Record<string, { hours: string[]; zone?: string; notes?: RegExp; title?: string }> = {
  'no-uid.ics': { hours: ['10-05 08:30 120', '10-06 08:30 120'] },
  'one-uid-for-all.ics': { hours: ['10-05 08:30 120', '10-05 08:30 120', '10-05 11:00 60', '10-06 08:30 120'] },
  'rrule-lowercase-blank.ics': {
    hours: weekly('10', '09:45 90', '05', '12', '19'),
    notes: /EXDATE .* excludes nothing/,
  },
  'bad-exdate.ics': { hours: THREE, notes: /EXDATE "n\/a", which is no date/ },
  'bad-last-modified.ics': { hours: THREE, notes: /LAST-MODIFIED "hier", which is no date/ },
  'description-break.ics': { hours: THREE, notes: /"Groupe 12" is no property/ },
  'empty-exdate.ics': { hours: THREE, notes: /EXDATE with nothing behind it/ },
  'empty-rdate.ics': { hours: THREE, notes: /RDATE with nothing behind it/ },
  'line-without-colon.ics': { hours: THREE, notes: /"X-FOO" is no property/ },
  'location-break.ics': { hours: THREE, notes: /"D, aile nord" is no property/ },
  'unclosed-quote.ics': { hours: THREE, notes: /ORGANIZER has a quote that is never closed/ },
  'valarm-unclosed.ics': { hours: THREE, notes: /VALARM of line 17 has no END/ },
  'fold-cr-only.ics': { hours: ONE, title: 'Algèbre' },
  'fold-crcrlf.ics': { hours: ONE, title: 'Algèbre' },
  'fold-in-e-acute.ics': { hours: ONE, title: `${'A'.repeat(66)}é du rein` },
  'fold-in-e-acute-plus-others.ics': { hours: ONE, title: `${'A'.repeat(66)}é du rein, l’hôpital` },
  'utf16be-bom.ics': { hours: ONE, title: 'Algèbre' },
  'utf16le-bom.ics': { hours: ONE, title: 'Algèbre' },
  'windows-1252.ics': { hours: ONE, title: 'Algèbre – œdème' },
  'cancelled-exception-without-end.ics': { hours: ['09-07 08:30 60', '09-21 08:30 60'] },
  'exception-says-only-time.ics': { hours: ['09-07 08:30 60', '09-14 14:00 60', '09-21 08:30 60'], title: 'TP' },
  'rdate-period.ics': { hours: ['09-07 08:30 60', '09-08 08:30 180', '09-09 08:30 180'] },
  'two-hours-a-day.ics': {
    hours: ['09-07 08:30 60', '09-07 14:30 60', '09-14 08:30 60', '09-14 16:00 60', '09-21 08:30 60', '09-21 14:30 60'],
  },
  'two-versions-of-an-exception.ics': { hours: ['09-07 08:30 60', '09-14 16:00 60', '09-21 08:30 60'] },
  'master-utc-byday-su.ics': { zone: 'Pacific/Noumea', hours: NOUMEA('07', '14', '21', '28') },
  'master-utc-exdate-date.ics': { zone: 'Pacific/Noumea', hours: NOUMEA('07', '21', '28') },
  'master-utc-rid-noumea.ics': {
    zone: 'Pacific/Noumea',
    hours: [...NOUMEA('07'), '09-14 10:00 120', ...NOUMEA('21', '28')],
  },
  'master-utc-rid-utc.ics': {
    zone: 'Pacific/Noumea',
    hours: [...NOUMEA('07'), '09-14 10:00 120', ...NOUMEA('21', '28')],
  },
  'rid-paris-cancelled.ics': { zone: 'Pacific/Noumea', hours: NOUMEA('07', '21', '28') },
  'rid-utc.ics': { zone: 'Pacific/Noumea', hours: [...NOUMEA('07'), '09-14 10:00 120', ...NOUMEA('21', '28')] },
  'tzid-utc-names.ics': { hours: CHEMISTRY },
  'utc-rule-exdate-nothing.ics': { hours: CHEMISTRY, notes: /EXDATE of 2026-11-03 06:30 that excludes nothing/ },
  'utc-rule-exdate-winter.ics': { hours: CHEMISTRY.filter((hour) => !hour.startsWith('11-02')) },
  'utc-rule-until.ics': { hours: CHEMISTRY },
  'utc-winter-start.ics': { hours: [...weekly('03', '08:30 120', '15', '22', '29'), '04-05 08:30 120'] },
  'series-bad-byday.ics': { hours: ['09-07 08:30 120'], notes: /stands with its first start alone.*BYDAY=/ },
  'series-good.ics': {
    hours: [...weekly('09', '08:30 120', '07', '14', '21', '28'), ...weekly('10', '08:30 120', '05', '12', '19', '26')],
  },
  'method-cancel.ics': { hours: [] },
  'outlook-canceled-title.ics': { hours: ['10-07 08:30 120'], title: 'Annulé ou reporté : le droit' },
  'dtstart-not-in-rule.ics': {
    hours: ['10-05 08:30 120', '10-06 08:30 120', '10-13 08:30 120'],
    notes: /counts as the first/,
  },
  'exrule.ics': { hours: ['10-12 08:30 120', '10-26 08:30 120', '11-09 08:30 120'] },
  'end-vevent-missing.ics': { hours: THREE, notes: /VEVENT of line 11 has no END/ },
  'thisandfuture-cancelled.ics': { hours: ['10-05 08:30 120', '10-12 08:30 120'] },
  'vtz-exchange-unquoted.ics': {
    zone: 'Pacific/Noumea',
    hours: ['10-19 17:30 120', '10-26 18:30 120'],
    notes: /read as Europe\/Brussels/,
  },
  'vtz-without-rules-x-lic.ics': { zone: 'Pacific/Noumea', hours: ['10-19 17:30 120', '10-26 18:30 120'] },
};

interface Hour {
  startsAtMs: number;
  endsAtMs: number;
}

const hoursOf = (all: readonly Hour[], zone: Zone): string[] =>
  all
    .map(({ startsAtMs, endsAtMs }) => {
      const wall = new Date(zone.wallOf(startsAtMs)).toISOString();
      return `${wall.slice(5, 16).replace('T', ' ')} ${(endsAtMs - startsAtMs) / 60_000}`;
    })
    .toSorted();

describe('box and server have the same hours of', () => {
  let folder = '';
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'amphi-field-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [name, { hours, zone: zoneName = 'Europe/Paris', notes, title }] of Object.entries(EXPECTED)) {
    test(name, async () => {
      const zone = ianaZone(zoneName)!;
      const arrived = join(folder, `${name}.part`);
      await copyFile(new URL(name, SAMPLES), arrived);
      const window = { nowMs: Date.UTC(2026, 0), fromMs: Date.UTC(2026, 0), toMs: Date.UTC(2028, 0) };
      const task = { file: join(folder, name), zone: zoneName, ...window, source: 'ical', from: 'files/a' } as const;
      const box = await readCalendarFile({ ...task, arrived });
      const server = await readLectures(await readFile(new URL(name, SAMPLES)), { zone, hall: 'Amphi_D' });
      assert.deepEqual(server.mistakes, []);
      assert.deepEqual(hoursOf(box.bookings, zone), hours.toSorted(), 'the box');
      assert.deepEqual(
        hoursOf(
          server.lectures.filter(({ cancelled }) => !cancelled),
          zone,
        ),
        hours.toSorted(),
        'the server',
      );
      assert.equal(new Set(box.bookings.map(({ id }) => id)).size, hours.length, 'each has an id of its own');
      if (title !== undefined) assert.ok(box.bookings.every((one) => one.title === title));
      if (!notes) return;
      assert.ok(
        box.complaints.some(({ text, line = 0 }) => notes.test(text) && line > 3),
        'the box tells it with its line',
      );
      assert.ok(server.notes.some((note) => notes.test(note)));
    });
  }

  test('all that is there', async () => {
    assert.deepEqual((await readdir(SAMPLES)).toSorted(), Object.keys(EXPECTED).toSorted());
  });
});
