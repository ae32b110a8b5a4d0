import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide, nextEdgeMs, type Running } from '#agent/schedule/timetable/decision.ts';
import { NO_MEMORY, timetableOf, type ManualChanges, type Planned } from '#agent/schedule/timetable/timetable.ts';

const MINUTE_MS = 60_000;
/** Minutes after 08:00. */
const at = (minutes: number): number => Date.UTC(2026, 10, 20, 8) + minutes * MINUTE_MS;

const booking = (id: string, from: number, to: number, more: Partial<Planned> = {}): Planned => ({
  id,
  uid: id,
  title: id,
  presenters: [],
  workflowConfiguration: {},
  devices: [],
  source: 'opencast',
  startsAtMs: at(from),
  endsAtMs: at(to),
  ...more,
});
const PLAIN = { leadInMs: 0, leadOutMs: 0 };
const minutes = (ms: number): number => (ms - at(0)) / MINUTE_MS;
const shown = (...all: Parameters<typeof timetableOf>): [string, number, number][] =>
  timetableOf(...all).slots.map(({ booking: { id }, fromMs, toMs }) => [id, minutes(fromMs), minutes(toMs)]);

describe('the timetable', () => {
  test('is in order, whatever the order of the calendar', () => {
    assert.deepEqual(shown([booking('b', 60, 120), booking('a', 0, 60)], PLAIN), [
      ['a', 0, 60],
      ['b', 60, 120],
    ]);
  });

  test('what began first is recorded to its end, the other one after it', () => {
    const { slots, overlaps } = timetableOf([booking('a', 0, 60), booking('b', 45, 100), booking('c', 50, 55)], PLAIN);
    assert.deepEqual(
      slots.map((slot) => [slot.booking.id, minutes(slot.fromMs), minutes(slot.toMs)]),
      [
        ['a', 0, 60],
        ['b', 60, 100],
      ],
    );
    assert.deepEqual(
      overlaps.map((one) => [one.booking.id, one.to.id, one.lostMs / MINUTE_MS]),
      [
        ['b', 'a', 15],
        ['c', 'b', 5],
      ],
    );
  });

  test('what runs counts as first, even if another one is put before it', () => {
    assert.deepEqual(shown([booking('a', 30, 60), booking('new', 20, 90)], PLAIN, NO_MEMORY, 'a'), [
      ['new', 20, 30],
      ['a', 30, 60],
      ['new', 60, 90],
    ]);
  });

  test('of two at the same time what was entered on the box goes first, then Opencast', () => {
    const all = [booking('i', 0, 60, { source: 'ical' }), booking('o', 0, 60), booking('b', 0, 60, { source: 'box' })];
    const { slots, overlaps } = timetableOf(all, PLAIN);
    assert.deepEqual(
      slots.map((slot) => slot.booking.id),
      ['b'],
    );
    assert.deepEqual(
      overlaps.map((one) => one.booking.id),
      ['o', 'i'],
    );
  });

  test('leads take no time from a booking, and no lead-out from a lead-in', () => {
    const leads = { leadInMs: 5 * MINUTE_MS, leadOutMs: 10 * MINUTE_MS };
    assert.deepEqual(
      shown([booking('a', 0, 60), booking('b', 60, 120), booking('c', 127, 150), booking('d', 200, 210)], leads),
      [
        ['a', -5, 60],
        ['b', 60, 122],
        ['c', 122, 160],
        ['d', 195, 220],
      ],
    );
  });

  test('an extension by hand ends where the next one begins, and counts until the booking itself is changed', () => {
    const memory = (planned: number): ManualChanges => ({
      stopped: [],
      extended: [{ booking: 'a', plannedEndMs: at(planned), endsAtMs: at(80) }],
    });
    assert.deepEqual(shown([booking('a', 0, 60)], PLAIN, memory(60)), [['a', 0, 80]]);
    assert.deepEqual(shown([booking('a', 0, 60), booking('b', 70, 90)], PLAIN, memory(60)), [
      ['a', 0, 70],
      ['b', 70, 90],
    ]);
    assert.deepEqual(shown([booking('a', 0, 50)], PLAIN, memory(60)), [['a', 0, 50]]);
  });

  test('of 5 000 bookings is made in no time', () => {
    const many = Array.from({ length: 5000 }, (_, n) => booking(`e${n}`, n, n + 2));
    assert.equal(timetableOf(many, PLAIN, NO_MEMORY, 'e2500').slots.length > 2000, true);
  });
});

describe('what should I be recording now?', () => {
  const now = (minute: number, bookings: Planned[], running?: Running, memory = NO_MEMORY) => {
    const decision = decide(timetableOf(bookings, PLAIN, memory, running?.booking), at(minute), running, memory);
    return 'slot' in decision
      ? `${decision.does} ${decision.slot.booking.id}`
      : [decision.does, 'why' in decision ? decision.why : ''].join(' ').trim();
  };
  const a: Running = { booking: 'a', plannedStartMs: at(0), endsAtMs: at(60) };

  test('begins and ends with the second', () => {
    assert.equal(now(-0.001, [booking('a', 0, 60)]), 'nothing');
    assert.equal(now(0, [booking('a', 0, 60)]), 'start a');
    assert.equal(now(59.999, [booking('a', 0, 60)], a), 'nothing');
    assert.equal(now(60, [booking('a', 0, 60)], a), 'stop done');
    assert.equal(now(60, [booking('a', 0, 60)]), 'nothing');
  });

  test('one after the other without a gap', () => {
    assert.equal(now(60, [booking('a', 0, 60), booking('b', 60, 120)], a), 'change b');
  });

  test('a box that starts in the middle records the rest', () => {
    assert.equal(now(30, [booking('a', 0, 60)]), 'start a');
  });

  test('changes of what runs are followed', () => {
    assert.equal(now(30, [booking('a', 0, 90)], a), 'move end a');
    assert.equal(now(30, [booking('a', 0, 45)], a), 'move end a');
    assert.equal(now(30, [booking('a', 0, 20)], a), 'stop done');
    assert.equal(now(30, [], a), 'stop cancelled');
    assert.equal(now(30, [booking('a', 120, 180)], a), 'stop moved');
    assert.equal(now(30, [booking('a', 10, 90)], a), 'move end a');
    assert.equal(now(30, [booking('b', 0, 60)], a), 'change b');
  });

  test('what was stopped by hand is not started again, unless it is moved to later', () => {
    const memory: ManualChanges = { stopped: [{ booking: 'a', atMs: at(20) }], extended: [] };
    assert.equal(now(21, [booking('a', 0, 60)], undefined, memory), 'nothing');
    assert.equal(now(21, [booking('a', 0, 120)], undefined, memory), 'nothing');
    assert.equal(now(61, [booking('a', 60, 120)], undefined, memory), 'start a');
    assert.equal(now(60, [booking('a', 0, 60), booking('b', 60, 90)], undefined, memory), 'start b');
  });

  test('a recording by hand goes on, until a booking begins', () => {
    const byHand: Running = {};
    assert.equal(now(-1, [booking('a', 0, 60)], byHand), 'nothing');
    assert.equal(now(0, [booking('a', 0, 60)], byHand), 'change a');
  });

  test('a clock that is set back stops nothing; one that is set on does what is due then', () => {
    assert.equal(now(-55, [booking('a', 0, 60)], a), 'nothing');
    assert.equal(now(65, [booking('a', 0, 60)], a), 'stop done');
    assert.equal(now(6, [booking('a', 0, 60)]), 'start a');
  });

  test('over midnight, and over the nights when the clocks change, instants are what counts', () => {
    const night = booking('n', 0, 0, { startsAtMs: Date.UTC(2026, 9, 24, 22), endsAtMs: Date.UTC(2026, 9, 25, 2) });
    const table = timetableOf([night], PLAIN);
    assert.equal(decide(table, Date.UTC(2026, 9, 25, 1, 30), undefined, NO_MEMORY).does, 'start');
    assert.equal(decide(table, Date.UTC(2026, 9, 25, 2), undefined, NO_MEMORY).does, 'nothing');
  });

  test('the next moment to ask', () => {
    const table = timetableOf([booking('a', 0, 60), booking('b', 60, 90)], PLAIN);
    assert.deepEqual(
      [-5, 0, 59, 60, 90].map((minute) => nextEdgeMs(table, at(minute))),
      [at(0), at(60), at(60), at(90), undefined],
    );
  });
});
