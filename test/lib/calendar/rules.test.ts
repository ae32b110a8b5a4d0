import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startsOf } from '#lib/calendar/rules/recurrence.ts';
import { readRule, RecurrenceError } from '#lib/calendar/rules/rule-text.ts';
import { calendar, hours, hoursOf, lecture, NOUMEA, readWith } from './forms.ts';

const ruled = (rule: string, ...more: string[]): string => calendar(lecture(`RRULE:${rule}`, ...more));
const MONDAYS = ['10-05 08:30 120', '10-12 08:30 120', '10-19 08:30 120'];

test('a rule in any writing is that rule', async () => {
  for (const rule of [
    'FREQ=WEEKLY;COUNT=3',
    'freq=weekly; count=3',
    ' FREQ = Weekly ; COUNT = 3 ;',
    'FREQ=WEEKLY;;COUNT=3,',
    '"FREQ=WEEKLY;COUNT=3"',
    'FREQ=WEEKLY\\;COUNT=3',
    'RRULE:FREQ=WEEKLY;COUNT=3',
    'FREQ=WEEKLY;COUNT=3;WKST=LU',
    'FREQ=WEEKLY;COUNT=3;X-PART=1;FOO=BAR',
    'FREQ=WEEKLY;INTERVAL=0;COUNT=+3',
    'RSCALE=GREGORIAN;FREQ=WEEKLY;COUNT=3;SKIP=OMIT',
    'FREQ=WEEKLY;UNTIL=2026-10-19T08:30:00',
    'FREQ=WEEKLY;UNTIL=2026-10-19 08:30',
    'FREQ=WEEKLY;UNTIL=2026-10-19',
    'FREQ=WEEKLY;UNTIL=20261019T083000+0200',
    'FREQ=WEEKLY;UNTIL=20261019T063000z;COUNT=9',
    'FREQ=WEEKLY;UNTIL=bald;COUNT=3',
    'FREQ=WEEKLY;COUNT=0;UNTIL=20261019',
    'FREQ=WEEKLY;BYDAY=mo, ;COUNT=3',
  ])
    assert.deepEqual(await hours(ruled(rule)), MONDAYS, rule);
});

test('a rule that cannot be followed leaves its first start, and says why', async () => {
  for (const rule of [
    '',
    'COUNT=3',
    'FREQ=HEBDO',
    'FREQ=WEEKLY;BYDAY=',
    'FREQ=WEEKLY;BYDAY=LU;COUNT=3',
    'FREQ=WEEKLY;COUNT=0',
    'FREQ=WEEKLY;COUNT=-1',
    'FREQ=WEEKLY;COUNT=trois',
    'FREQ=WEEKLY;UNTIL=20261131',
    'FREQ=WEEKLY;COUNT=3;COUNT=4',
    'FREQ=WEEKLY;BYDAY=2MO;COUNT=3',
    'FREQ=DAILY;BYHOUR=25;COUNT=3',
    'FREQ=MONTHLY;BYMONTHDAY=32;COUNT=3',
    'FREQ=SECONDLY;COUNT=3',
    'RSCALE=HEBREW;FREQ=WEEKLY;COUNT=3',
    `FREQ=WEEKLY;BYDAY=${'MO,'.repeat(2000)}`,
  ]) {
    const reading = await readWith(ruled(rule));
    assert.deepEqual(hoursOf(reading), ['10-05 08:30 120'], rule);
    assert.ok(
      reading.complaints.some(
        ({ weight, text, line }) => weight === 'doubt' && /first start alone/.test(text) && line === 9,
      ),
      rule,
    );
    assert.throws(() => readRule(rule), RecurrenceError);
  }
});

test('days of months and years', () => {
  const named = (rule: string): string[] =>
    startsOf({ rule, firstWallMs: Date.UTC(2026, 9, 5, 8, 30), wallOf: (ms) => ms }, 0, Date.UTC(2040, 0)).map((ms) =>
      new Date(ms).toISOString().slice(0, 10),
    );
  const expected: Record<string, string[]> = {
    'FREQ=MONTHLY;BYDAY=1MO;COUNT=3': ['2026-10-05', '2026-11-02', '2026-12-07'],
    'FREQ=MONTHLY;BYDAY=-1FR;COUNT=2': ['2026-10-30', '2026-11-27'],
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3': ['2026-10-30', '2026-11-30', '2026-12-31'],
    'FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3': ['2026-10-31', '2026-12-31', '2027-01-31'],
    'FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2': ['2026-10-31', '2026-11-30'],
    'FREQ=MONTHLY;COUNT=2': ['2026-10-05', '2026-11-05'],
    'FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU;COUNT=3': ['2026-10-25', '2027-03-28', '2027-10-31'],
    'FREQ=YEARLY;BYYEARDAY=-1;COUNT=2': ['2026-12-31', '2027-12-31'],
    'FREQ=YEARLY;BYWEEKNO=53;COUNT=2': ['2026-12-28', '2032-12-27'],
    'FREQ=YEARLY;BYDAY=2MO;COUNT=2': ['2027-01-11', '2028-01-10'],
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=2': ['2028-02-29', '2032-02-29'],
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU;COUNT=3': ['2026-10-05', '2026-10-18', '2026-10-19'],
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;COUNT=3': ['2026-10-05', '2026-10-11', '2026-10-19'],
    'FREQ=DAILY;BYDAY=MO,FR;BYMONTH=10;UNTIL=20261020': [
      '2026-10-05',
      '2026-10-09',
      '2026-10-12',
      '2026-10-16',
      '2026-10-19',
    ],
    'FREQ=HOURLY;INTERVAL=24;COUNT=2': ['2026-10-05', '2026-10-06'],
  };
  for (const [rule, days] of Object.entries(expected)) assert.deepEqual(named(rule), days, rule);
});

test('a rule that names nothing, or without end, is looked through within limits', () => {
  const used = (rule: string): number => {
    const began = process.cpuUsage();
    try {
      startsOf({ rule, firstWallMs: Date.UTC(2026, 9, 5, 8, 30), wallOf: (ms) => ms }, 0, Number.POSITIVE_INFINITY);
    } catch (error) {
      assert.ok(error instanceof RecurrenceError);
    }
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
  for (const rule of [
    'FREQ=DAILY;INTERVAL=7;BYDAY=TU',
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=HOURLY;BYHOUR=5;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=WEEKLY;INTERVAL=10000',
    'FREQ=DAILY;COUNT=9999999',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2',
  ])
    assert.ok(used(rule) < 3000, rule);
});

describe('a start in UTC', () => {
  const utc = (...lines: string[]) => hours(calendar(lecture('DTSTART:20260906T210000Z', ...lines)), NOUMEA);
  const weeks = (...days: string[]): string[] => days.map((day) => `09-${day} 08:00 120`);

  test('has the days of the hall, or of UTC if its rule names those', async () => {
    assert.deepEqual(await utc('RRULE:FREQ=WEEKLY;BYDAY=SU;COUNT=3'), weeks('07', '14', '21'));
    assert.deepEqual(await utc('RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3'), weeks('07', '14', '21'));
    assert.deepEqual(await utc('RRULE:FREQ=WEEKLY;BYDAY=SU,TU;COUNT=3'), weeks('07', '09', '14'));
    assert.deepEqual(await utc('RRULE:FREQ=DAILY;BYHOUR=21;COUNT=2'), weeks('07', '08'));
    assert.deepEqual(await utc('RRULE:FREQ=MONTHLY;BYDAY=1SU;COUNT=2'), ['09-07 08:00 120', '10-05 08:00 120']);
  });

  test('ends with the day of UNTIL, in whatever clock that is', async () => {
    for (const until of ['20260920T210000Z', '20260920', '20260921', '20260921T000000Z', '20260920T235959Z'])
      assert.deepEqual(await utc(`RRULE:FREQ=WEEKLY;UNTIL=${until}`), weeks('07', '14', '21'), until);
    assert.deepEqual(await utc('RRULE:FREQ=WEEKLY;UNTIL=20260920T205959Z'), weeks('07', '14'));
    const paris = (until: string) => hours(ruled(`FREQ=WEEKLY;UNTIL=${until}`, 'DTSTART:20261019T063000Z'));
    for (const until of ['20261102T063000Z', '20261102T073000Z', '20261102T000000Z'])
      assert.deepEqual(await paris(until), ['10-19 08:30 120', '10-26 08:30 120', '11-02 08:30 120'], until);
    assert.deepEqual(await paris('20261101T235959Z'), ['10-19 08:30 120', '10-26 08:30 120']);
  });

  test('is excluded by its instant, by the hour of UTC all year, or by its day', async () => {
    for (const excluded of [
      'EXDATE:20260913T210000Z',
      'EXDATE;VALUE=DATE:20260914',
      'EXDATE;TZID=Europe/Paris:20260913T230000',
      'EXDATE;TZID=Pacific/Noumea:20260914T080000',
      'EXDATE:20260914T000000Z',
    ])
      assert.deepEqual(await utc('RRULE:FREQ=WEEKLY;COUNT=3', excluded), weeks('07', '21'), excluded);
    const reading = await readWith(
      calendar(lecture('DTSTART:20260906T210000Z', 'RRULE:FREQ=WEEKLY;COUNT=3', 'EXDATE:20260916T210000Z')),
      { zone: NOUMEA },
    );
    assert.deepEqual(
      [hoursOf(reading, NOUMEA).length, reading.complaints.map(({ weight }) => weight)],
      [3, ['trifle']],
    );
  });
});
