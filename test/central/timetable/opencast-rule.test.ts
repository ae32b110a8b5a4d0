import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecurrenceError } from '#lib/calendar/rules/rule-text.ts';
import { ianaZone, UTC } from '#lib/calendar/zones/zoned-time.ts';
import { expandOpencastRule, numbered, ruledSlots } from '#central/timetable/opencast-rule.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
const hour = 3_600_000;
const paris = { zone: ianaZone('Europe/Paris') ?? UTC, durationMs: 2 * hour };
const begins = (periods: { startsAtMs: number }[]): string[] =>
  periods.map(({ startsAtMs }) => new Date(startsAtMs).toISOString().slice(0, 16));

test('BYHOUR is UTC of the first day, and the wall clock stays', () => {
  const periods = expandOpencastRule({
    ...paris,
    rule: 'FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=6;BYMINUTE=30',
    startsAtMs: at('2026-10-19T06:30'),
    endsAtMs: at('2026-10-28T08:30'),
  });
  assert.deepEqual(begins(periods), ['2026-10-19T06:30', '2026-10-21T06:30', '2026-10-26T07:30', '2026-10-28T07:30']);
  assert.equal((periods[0]?.endsAtMs ?? 0) - (periods[0]?.startsAtMs ?? 0), 2 * hour);
});

test('over the change in spring too, and without an hour in the rule', () => {
  const span = { startsAtMs: at('2026-03-23T07:30'), endsAtMs: at('2026-04-06T10:00') };
  for (const rule of ['FREQ=WEEKLY;BYDAY=MO', 'RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=7;BYMINUTE=30']) {
    const periods = expandOpencastRule({ ...paris, rule, ...span });
    assert.deepEqual(begins(periods), ['2026-03-23T07:30', '2026-03-30T06:30', '2026-04-06T06:30'], rule);
  }
});

test('days are those of the hall', () => {
  const periods = expandOpencastRule({
    zone: ianaZone('America/Los_Angeles') ?? UTC,
    durationMs: hour,
    rule: 'FREQ=WEEKLY;BYDAY=MO;BYHOUR=1;BYMINUTE=0',
    startsAtMs: at('2026-09-08T01:00'),
    endsAtMs: at('2026-09-16T00:00'),
  });
  assert.deepEqual(begins(periods), ['2026-09-08T01:00', '2026-09-15T01:00'], 'Monday evening there is Tuesday in UTC');
});

test('what makes no sense is told', () => {
  const span = { startsAtMs: at('2026-03-23T07:30'), endsAtMs: at('2026-04-06T10:00') };
  for (const [rule, durationMs] of [
    ['FREQ=WEEKLY;BYDAY=MO;BYHOUR=7,9;BYMINUTE=30', hour],
    ['FREQ=WEEKLY;BYDAY=MO;BYHOUR=25;BYMINUTE=30', hour],
    ['FREQ=DAILY;BYHOUR=7;BYMINUTE=30', 25 * hour],
    ['HELLO', hour],
  ] as const) {
    assert.throws(() => expandOpencastRule({ zone: paris.zone, durationMs, rule, ...span }), RecurrenceError, rule);
  }
});

const week = { startsAtMs: at('2026-10-19T06:30'), endsAtMs: at('2026-10-23T12:00') };

test('an hour alone keeps the minute of the beginning, and a minute its hour', () => {
  const first = (rule: string): string | undefined => begins(expandOpencastRule({ ...paris, rule, ...week }))[0];
  assert.equal(first('FREQ=DAILY;BYHOUR=7'), '2026-10-19T07:30');
  assert.equal(first('FREQ=DAILY;BYMINUTE=45'), '2026-10-19T06:45');
  assert.equal(first('byhour=9;FREQ=DAILY;byminute=5;BYSECOND=30'), '2026-10-19T09:05', 'seconds are none');
});

test('a rule as people type it is that rule', () => {
  const begun = (rule: string): string[] => begins(expandOpencastRule({ ...paris, rule, ...week }));
  const days = begun('FREQ=WEEKLY;BYDAY=TU,TH');
  assert.equal(days.length, 2);
  for (const rule of [
    'freq=weekly;byday=tu,th',
    ' FREQ=WEEKLY ; BYDAY=TU, TH;',
    'RRULE:freq=Weekly;;byday=TU,TH;WKST=LU',
  ])
    assert.deepEqual(begun(rule), days, rule);
  for (const rule of ['FREQ=WEEKLY;BYDAY=', 'FREQ=WEEKLY;COUNT=0', 'FREQ=WEEKLY;BYDAY=LU'])
    assert.throws(() => begun(rule), RecurrenceError, rule);
});

test('nothing begins before the span or after it', () => {
  const rule = 'FREQ=DAILY;BYHOUR=6;BYMINUTE=0';
  const from = { ...paris, rule, startsAtMs: at('2026-10-19T06:30') };
  assert.deepEqual(begins(expandOpencastRule({ ...from, endsAtMs: at('2026-10-21T06:00') })), [
    '2026-10-20T06:00',
    '2026-10-21T06:00',
  ]);
  assert.equal(expandOpencastRule({ ...from, endsAtMs: at('2026-10-21T05:59') }).length, 1);
});

test('one may begin when the one before it ends, and no sooner', () => {
  const of = (durationMs: number) => expandOpencastRule({ ...paris, rule: 'FREQ=DAILY', durationMs, ...week });
  assert.equal(of(24 * hour).length, 5);
  assert.throws(() => of(24 * hour + 1), { message: /the event of 2026-10-20T06:30:00\.000Z would begin before/ });
});

test('the slots of a rule are in its hall; what is wrong with it is the fault of whoever asks', () => {
  const rule = { ...paris, ...week, rule: 'FREQ=DAILY;COUNT=2', agentId: 'Amphi_D' };
  assert.deepEqual(ruledSlots(rule), [
    { agentId: 'Amphi_D', startsAtMs: week.startsAtMs, endsAtMs: week.startsAtMs + 2 * hour },
    { agentId: 'Amphi_D', startsAtMs: week.startsAtMs + 24 * hour, endsAtMs: week.startsAtMs + 26 * hour },
  ]);
  for (const [wrong, message] of [
    ['FREQ=HOURLY', /needs FREQ/],
    ['FREQ=DAILY;BYMINUTE=60', /has BYMINUTE=60: numbers are 0 to 59/],
    ['FREQ=WEEKLY;BYDAY=SU', /names no day between start and end/],
  ] as const)
    assert.throws(() => ruledSlots({ ...rule, rule: wrong }), { statusCode: 400, message }, wrong);
  const broken = { ...paris.zone, wallOf: () => assert.fail('a fault of ours') };
  assert.throws(() => ruledSlots({ ...rule, zone: broken }), assert.AssertionError, 'that stays what it is');
});

test('events of a rule are numbered from 01', () => {
  assert.deepEqual(
    [0, 8, 9, 99].map((n) => numbered('Anatomie', n)),
    ['Anatomie 01', 'Anatomie 09', 'Anatomie 10', 'Anatomie 100'],
  );
});
