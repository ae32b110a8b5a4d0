import assert from 'node:assert/strict';
import { test } from 'node:test';
import { momentsOf, RuleError, wallsOf } from '#lib/calendar/recurrence.ts';
import { wallIn } from '#lib/calendar/zone.ts';

const zone = 'Europe/Paris';
const at = (text: string): number => Date.parse(`${text}Z`);
const texts = (moments: readonly number[]): string[] => moments.map((ms) => new Date(ms).toISOString().slice(0, 16));

test('a lecture at 08:30 stays at 08:30 over both changes of the clock', () => {
  const autumn = momentsOf({ rule: 'FREQ=WEEKLY;COUNT=3', from: at('2026-10-19T08:30'), zone });
  assert.deepEqual(texts(autumn), ['2026-10-19T06:30', '2026-10-26T07:30', '2026-11-02T07:30']);
  const spring = momentsOf({ rule: 'FREQ=DAILY;COUNT=3', from: at('2026-03-28T08:30'), zone });
  assert.deepEqual(texts(spring), ['2026-03-28T07:30', '2026-03-29T06:30', '2026-03-30T06:30']);
  const year = momentsOf({
    rule: 'FREQ=WEEKLY;BYDAY=MO,SU;UNTIL=20270901T000000Z',
    from: at('2026-09-06T08:30'),
    zone,
  });
  assert.ok(year.length > 100);
  for (const ms of year) assert.equal(new Date(wallIn(zone, ms)).toISOString().slice(11, 16), '08:30');
});

test('days of the week, intervals, exclusions', () => {
  const rule = { rule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=4', from: at('2026-09-07T14:00'), zone };
  assert.deepEqual(texts(wallsOf(rule)), [
    '2026-09-07T14:00',
    '2026-09-09T14:00',
    '2026-09-21T14:00',
    '2026-09-23T14:00',
  ]);
  const except = [at('2026-09-21T14:00')];
  assert.equal(wallsOf({ ...rule, except }).length, 3);
});

test('the end of a rule: UNTIL in UTC, as a date, and the period', () => {
  const from = at('2026-09-07T08:30');
  const count = (rule: string, to?: number): number => wallsOf({ rule, from, zone, ...(to ? { to } : {}) }).length;
  assert.equal(count('FREQ=DAILY;UNTIL=20260909T063000Z'), 3, '08:30 in Paris is 06:30 UTC');
  assert.equal(count('FREQ=DAILY;UNTIL=20260909T062959Z'), 2);
  assert.equal(count('FREQ=DAILY;UNTIL=20260909'), 3);
  assert.equal(count('FREQ=DAILY;UNTIL=20260909T083000'), 3);
  assert.equal(count('FREQ=DAILY', at('2026-09-10T23:00')), 4);
});

test('rules that cannot be followed are told', () => {
  const from = at('2026-09-07T08:30');
  for (const [rule, why] of [
    ['FREQ=WEEKLY', /never ends/],
    ['BYDAY=MO;COUNT=2', /FREQ is missing/],
    ['FREQ=SOMETIMES;COUNT=2', /no rule/],
    ['FREQ=WEEKLY;COUNT=0.5', /no rule|never ends/],
    ['FREQ=DAILY;UNTIL=20990101T000000Z', /more than 5000/],
    ['FREQ=MINUTELY;COUNT=2', /DAILY/],
    ['nonsense', /no rule/],
  ] as const) {
    assert.throws(
      () => wallsOf({ rule, from, zone }),
      (error) => error instanceof RuleError && why.test(error.message),
      rule,
    );
  }
});
