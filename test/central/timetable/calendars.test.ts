import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { calendarBytes, select, type AgentCalendar, type Entry } from '#central/timetable/calendars.ts';
import { wallsOf } from '#central/timetable/repeated.ts';
import { numbered, ruledSlots } from '#central/timetable/opencast-rule.ts';
import { nearNames, openNames } from '#central/timetable/import/known.ts';
import { columnsOf, headingsOf, plain } from '#central/timetable/import/columns.ts';
import { dateOrderOf, readDate, readInstant, readWeekdays, splitMoment } from '#central/timetable/import/dates.ts';
import { ianaZone, UTC } from '#lib/calendar/zones/zoned-time.ts';

const HOUR_MS = 3_600_000;
const entry = (id: string, startHour: number, some: Partial<Entry> = {}): Entry =>
  ({
    id,
    startsAtMs: startHour * HOUR_MS,
    endsAtMs: (startHour + 1) * HOUR_MS,
    series: null,
    text: `BEGIN:VEVENT\r\nUID:${id}\r\nEND:VEVENT\r\n`,
    ...some,
  }) as Entry;
const calendar = (...entries: Entry[]): AgentCalendar => ({ revisionMs: 1, entries, made: new Map() });
const ids = (of: AgentCalendar, question: Parameters<typeof select>[1]): string =>
  select(of, question)
    .chosen.map(({ id }) => id)
    .join('');

describe('what of a calendar is told', () => {
  const all = calendar(entry('a', 0), entry('b', 2, { series: 'UE5' }), entry('c', 4), entry('d', 6));

  test('everything that is not over for an hour', () => {
    assert.equal(ids(all, { nowMs: 0 }), 'abcd');
    assert.equal(ids(all, { nowMs: 2 * HOUR_MS - 1 }), 'abcd');
    assert.equal(ids(all, { nowMs: 2 * HOUR_MS }), 'bcd');
    assert.equal(ids(all, { nowMs: 100 * HOUR_MS }), '');
  });

  test('what begins before the cutoff', () => {
    for (const [cutoff, expected] of [
      [0, ''],
      [1, 'a'],
      [2 * HOUR_MS, 'a'],
      [2 * HOUR_MS + 1, 'ab'],
      [6 * HOUR_MS, 'abc'],
      [7 * HOUR_MS, 'abcd'],
    ] as const) {
      assert.equal(ids(all, { nowMs: 0, cutoffMs: cutoff }), expected, String(cutoff));
      assert.equal(select(all, { nowMs: 0, cutoffMs: cutoff }).before, expected.length);
    }
  });

  test('of one series alone', () => assert.equal(ids(all, { nowMs: 0, series: 'UE5' }), 'b'));

  test('is made once, and again when another part of it is asked for', () => {
    const first = calendarBytes(all, { nowMs: 0 });
    assert.equal(calendarBytes(all, { nowMs: 1 }), first);
    assert.match(first.toString(), /^BEGIN:VCALENDAR\r\n[\s\S]*UID:a[\s\S]*UID:d[\s\S]*END:VCALENDAR\r\n$/);
    const later = calendarBytes(all, { nowMs: 2 * HOUR_MS });
    assert.doesNotMatch(later.toString(), /UID:a/);
    assert.match(calendarBytes(all, { nowMs: 0, series: 'UE5' }).toString(), /UID:b/);
    for (let hour = 1; hour < 20; hour++) calendarBytes(all, { nowMs: 0, cutoffMs: hour * HOUR_MS });
    assert.ok(all.made.size <= 4, 'memory is bounded');
  });
});

describe('a rule', () => {
  const zone = ianaZone('Europe/Paris')!;
  const firstWallMs = Date.UTC(2026, 9, 19, 8, 30);

  test('must end, and say how often', () => {
    for (const rule of ['FREQ=WEEKLY', 'FREQ=HOURLY;COUNT=3', 'COUNT=3', 'nonsense'])
      assert.throws(() => wallsOf({ rule, firstWallMs, zone }), /needs FREQ|never ends/, rule);
    assert.equal(wallsOf({ rule: 'RRULE:FREQ=WEEKLY;COUNT=3', firstWallMs, zone }).length, 3);
    assert.equal(wallsOf({ rule: 'FREQ=DAILY', firstWallMs, lastWallMs: firstWallMs + 48 * HOUR_MS, zone }).length, 3);
  });

  test('names 5000 events at most', () => {
    assert.equal(wallsOf({ rule: 'FREQ=DAILY;COUNT=5000', firstWallMs, zone }).length, 5000);
    assert.throws(() => wallsOf({ rule: 'FREQ=DAILY;COUNT=5001', firstWallMs, zone }), /more than 5000/);
  });

  test('that names nothing, or too long lectures, is the mistake of whoever sent it', () => {
    const asked = { agentId: 'D', startsAtMs: firstWallMs, endsAtMs: firstWallMs + 48 * HOUR_MS, zone: UTC };
    const of = (rule: string, durationMs = HOUR_MS) => ruledSlots({ ...asked, rule, durationMs });
    assert.equal(of('FREQ=DAILY').length, 3);
    assert.throws(() => of('FREQ=WEEKLY;BYDAY=SU'), { statusCode: 400, message: /names no day/ });
    assert.throws(() => of('FREQ=DAILY', 25 * HOUR_MS), { statusCode: 400, message: /make them shorter/ });
    assert.throws(() => of('FREQ=DAILY;BYHOUR=8,9'), { statusCode: 400, message: /BYHOUR is one number/ });
    assert.throws(() => of('FREQ=DAILY;BYMINUTE=61'), { statusCode: 400 });
    assert.deepEqual([numbered('T', 0), numbered('T', 9), numbered('T', 99)], ['T 01', 'T 10', 'T 100']);
  });
});

describe('names as people write them', () => {
  const halls = [{ names: ['Amphi_D', 'Amphithéâtre D'] }, { names: ['Amphi_E'] }];

  test('are found as they are, else whatever the case, the accents and the signs', () => {
    const find = openNames(halls, ({ names }) => names);
    for (const text of ['Amphi_D', 'amphi d', ' AMPHI-D ', 'amphitheatre d']) assert.equal(find(text), halls[0], text);
    assert.equal(find('Amphi'), undefined);
    assert.equal(find('amphi.e'), halls[1]);
  });

  test('that nobody knows are like some that are known', () => {
    const names = ['Amphi_D', 'Amphi_E', 'Salle 12', 'Foyer'];
    assert.deepEqual(nearNames('Amfi D', names), ['Amphi_D']);
    assert.deepEqual(nearNames('Amphi F', names), ['Amphi_D', 'Amphi_E']);
    assert.deepEqual(nearNames('Bibliothèque', names), []);
    assert.equal(nearNames('Amphi F', names, 1).length, 1);
  });

  test('of columns are found in French and English; those that nobody knows are left over', () => {
    assert.equal(plain('Heure de début (h)'), 'heure de debut');
    const { columns, unused } = columnsOf([
      'Salle',
      'Date',
      'Heure de début',
      'Durée',
      'Enseignant 1',
      'Enseignant 2',
      'Météo',
    ]);
    assert.deepEqual(columns, { hall: [0], date: [1], start: [2], duration: [3], presenters: [4, 5] });
    assert.deepEqual(unused, ['Météo']);
    assert.match(headingsOf('hall'), /^salle, /);
  });
});

describe('days as people write them', () => {
  const day = (text: string, order: 'day first' | 'month first' = 'day first'): string | undefined => {
    const ms = readDate(text, order);
    return ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 10);
  };

  test('in figures and in words', () => {
    for (const text of [
      '12/09/2016',
      '2016-09-12',
      '20160912',
      'lundi 12 septembre 2016',
      'Mon, 12-09-16',
      'Sep 12, 2016',
    ])
      assert.equal(day(text), '2016-09-12', text);
    assert.equal(day('09/12/2016', 'month first'), '2016-09-12');
    assert.equal(day('1er août 2026'), '2026-08-01');
  });

  test('that there are not are none', () => {
    for (const text of ['31/02/2026', '12/13/2016', '2016', 'demain', '1/1/1889', '2016-00-10', '12 brumaire 2016'])
      assert.equal(day(text), undefined, text);
  });

  test('day first, unless only the American order makes dates of all', () => {
    assert.equal(dateOrderOf(['03/04/2026', '05/06/2026']), 'day first');
    assert.equal(dateOrderOf(['03/04/2026', '05/26/2026']), 'month first');
    assert.equal(dateOrderOf(['26/05/2026', '05/26/2026']), 'day first');
    assert.equal(dateOrderOf([]), 'day first');
  });

  test('with a clock, with a zone, and days of the week', () => {
    assert.deepEqual(splitMoment('12/09/2016 à 8h30', 'day first'), { dayMs: Date.UTC(2016, 8, 12), clock: '8h30' });
    assert.deepEqual(splitMoment('2016-09-12T08:30', 'day first'), { dayMs: Date.UTC(2016, 8, 12), clock: '08:30' });
    assert.deepEqual(splitMoment('12/09/2016', 'day first'), { dayMs: Date.UTC(2016, 8, 12), clock: '' });
    assert.equal(splitMoment('8h30', 'day first'), undefined);
    assert.equal(readInstant('2016-09-12T08:30:00+02:00'), Date.UTC(2016, 8, 12, 6, 30));
    assert.equal(readInstant('2016-09-12 06:30Z'), Date.UTC(2016, 8, 12, 6, 30));
    assert.equal(readInstant('2016-09-12T08:30'), undefined);
    assert.equal(readWeekdays('lundi, mercredi et vendredi'), 'MO,WE,FR');
    assert.equal(readWeekdays('Mon and Mon'), 'MO');
    assert.equal(readWeekdays('lundi, jamais'), undefined);
  });
});
