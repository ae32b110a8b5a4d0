import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  blocksOf,
  fieldMoment,
  fieldText,
  hoursOf,
  momentOf,
  wallClock,
  weekOf,
} from '#agent/web/pages/device/schedule/week.ts';

const PARIS = 'Europe/Paris';
const at = (text: string): number => Date.parse(text);

test('the clock of the hall, to and fro, also over the change of the clocks', () => {
  assert.deepEqual(wallClock(at('2016-10-06T08:00:00Z'), PARIS), {
    year: 2016,
    month: 10,
    day: 6,
    hour: 10,
    minute: 0,
  });
  for (const text of ['2016-03-27T00:30:00Z', '2016-03-27T01:30:00Z', '2016-10-30T02:30:00Z', '2026-01-01T00:00:00Z']) {
    assert.equal(momentOf(wallClock(at(text), PARIS), PARIS), at(text), text);
  }
  assert.equal(fieldMoment('2016-10-06T10:00', PARIS), at('2016-10-06T08:00:00Z'));
  assert.equal(fieldText(at('2016-10-06T08:00:00Z'), PARIS), '2016-10-06T10:00');
  assert.equal(fieldMoment('', PARIS), undefined);
});

test('a week begins on Monday there, whatever day it is here', () => {
  // Sunday evening in UTC is Monday in Auckland.
  const sunday = at('2016-10-02T20:00:00Z');
  assert.equal(weekOf(sunday, 'UTC')[0]?.day, 26);
  assert.equal(weekOf(sunday, 'Pacific/Auckland')[0]?.day, 3);
  const days = weekOf(at('2016-10-27T10:00:00Z'), PARIS);
  assert.deepEqual(
    days.map(({ day }) => day),
    [24, 25, 26, 27, 28, 29, 30],
  );
  assert.equal(weekOf(at('2016-10-27T10:00:00Z'), PARIS, 1)[0]?.day, 31);
});

test('events at the same time stand side by side, and those over midnight on both days', () => {
  const event = (id: string, from: string, to: string) => ({ id, startsAtMs: at(from), endsAtMs: at(to) });
  const events = [
    event('a', '2016-10-06T08:00:00Z', '2016-10-06T10:00:00Z'),
    event('b', '2016-10-06T09:00:00Z', '2016-10-06T10:00:00Z'),
    event('c', '2016-10-06T10:00:00Z', '2016-10-06T11:00:00Z'),
    event('d', '2016-10-06T21:00:00Z', '2016-10-06T23:30:00Z'),
  ];
  const [, , , thursday, friday] = weekOf(events[0]?.startsAtMs ?? 0, PARIS);
  assert.ok(thursday && friday);
  const blocks = blocksOf(events, thursday, PARIS);
  assert.deepEqual(
    blocks.map(({ event: { id }, from, to, lane, lanes }) => [id, from, to, lane, lanes]),
    [
      ['a', 600, 720, 0, 2],
      ['b', 660, 720, 1, 2],
      ['c', 720, 780, 0, 1],
      ['d', 1380, 1440, 0, 1],
    ],
  );
  const night = blocksOf(events, friday, PARIS);
  assert.deepEqual([night[0]?.event.id, night[0]?.from, night[0]?.to], ['d', 0, 90]);
  assert.deepEqual(hoursOf(blocks), { first: 8, last: 24 });
});
