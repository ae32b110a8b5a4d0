import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecurrenceError } from '#lib/opencast/calendars/recurrence.ts';
import { ianaZone, UTC } from '#lib/opencast/calendars/zoned-time.ts';
import { expandOpencastRule } from '#central/timetable/opencast-rule.ts';

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
