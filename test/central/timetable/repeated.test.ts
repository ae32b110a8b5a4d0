import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecurrenceError } from '#lib/calendar/rules/rule-text.ts';
import { ianaZone, UTC } from '#lib/calendar/zones/zoned-time.ts';
import { wallsOf, type Repetition } from '#central/timetable/repeated.ts';

const wall = (text: string): number => Date.parse(`${text}Z`);
const DAY_MS = 86_400_000;
/** Monday, 19 October 2026; the clocks change on the 25th. */
const first = { firstWallMs: wall('2026-10-19T08:30'), zone: ianaZone('Europe/Paris') ?? UTC };
const walls = (rule: string, more: Partial<Repetition> = {}): string[] =>
  wallsOf({ ...first, rule, ...more }).map((at) => new Date(at).toISOString().slice(0, 16));

test('a rule goes by the clock on the wall, with or without its name before it', () => {
  const expected = ['2026-10-19T08:30', '2026-10-21T08:30', '2026-10-26T08:30', '2026-10-28T08:30'];
  for (const rule of ['FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4', 'rrule:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4'])
    assert.deepEqual(walls(rule), expected);
});

test('the last moment is one of them, and what is later is none', () => {
  const lastWallMs = wall('2026-10-21T08:30');
  const days = ['2026-10-19T08:30', '2026-10-20T08:30', '2026-10-21T08:30'];
  assert.deepEqual(walls('FREQ=DAILY', { lastWallMs }), days);
  assert.deepEqual(walls('FREQ=DAILY', { lastWallMs: lastWallMs - 1 }), days.slice(0, 2));
  assert.deepEqual(walls('FREQ=DAILY;COUNT=2', { lastWallMs }), days.slice(0, 2), 'the rule may end before');
});

test('UNTIL in UTC is an instant, and a day is the whole of it', () => {
  // 07:30 in UTC is 08:30 in Paris once the clocks have changed.
  assert.equal(walls('FREQ=DAILY;UNTIL=20261026T073000Z').at(-1), '2026-10-26T08:30');
  assert.equal(walls('FREQ=DAILY;UNTIL=20261026T072959Z').at(-1), '2026-10-25T08:30');
  assert.equal(walls('FREQ=DAILY;UNTIL=20261026').at(-1), '2026-10-26T08:30');
});

test('frequencies are those of timetables', () => {
  for (const frequency of ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'])
    assert.equal(walls(`INTERVAL=1;FREQ=${frequency};COUNT=2`).length, 2, frequency);
  for (const rule of ['FREQ=HOURLY;COUNT=2', 'FREQ=SECONDLY;COUNT=2', 'BYDAY=MO;COUNT=2', 'XFREQ=DAILY;COUNT=2', ''])
    assert.throws(() => walls(rule), { message: /needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY/ }, rule);
});

test('a rule must end: by itself, or where it is used', () => {
  assert.throws(() => walls('FREQ=WEEKLY;BYDAY=MO'), { message: /never ends: give it UNTIL or COUNT/ });
  assert.equal(walls('FREQ=WEEKLY;BYDAY=MO', { lastWallMs: first.firstWallMs + 7 * DAY_MS }).length, 2);
});

test('more than a hall holds in ten years is refused, with how many', () => {
  const count = (n: number): number => wallsOf({ ...first, rule: `FREQ=DAILY;COUNT=${n}` }).length;
  assert.equal(count(5000), 5000);
  assert.throws(() => count(5001), RecurrenceError);
  assert.throws(() => count(5001), { message: /names more than 5000 events/ });
});
