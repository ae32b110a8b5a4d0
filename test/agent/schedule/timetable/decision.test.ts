import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { decide, isStopped, nextEdgeMs, type Decision, type Running } from '#agent/schedule/timetable/decision.ts';
import { descriptionOf } from '#agent/schedule/timetable/description.ts';
import { openGathering } from '#agent/schedule/timetable/gathering.ts';
import { openManualChangesStore } from '#agent/schedule/timetable/manual-changes.ts';
import { NO_MEMORY, timetableOf, type ManualChanges, type Planned } from '#agent/schedule/timetable/timetable.ts';
import { at, EIGHT, folderFor, keepingLog, plannedOf, sourceOf } from '../samples.ts';

const RULES = { leadInMs: 0, leadOutMs: 0 };

/** A decision as words: `start a`, `change a done`, `stop moved`, `move end a`, `nothing`. */
const words = (decision: Decision): string =>
  [decision.does, 'slot' in decision ? decision.slot.booking.id : '', 'why' in decision ? decision.why : '']
    .filter(Boolean)
    .join(' ');
const decided = (minute: number, bookings: Planned[], running?: Running, memory: ManualChanges = NO_MEMORY): string =>
  words(decide(timetableOf(bookings, RULES, memory, running?.booking), at(minute), running, memory));
const runs = (booking: string, from: number, to: number): Running => ({
  booking,
  plannedStartMs: at(from),
  endsAtMs: at(to),
});

test('a booking begins at its first millisecond and ends at its last', () => {
  const a = plannedOf('a', 0, 60);
  assert.equal(decided(-1 / 60_000, [a]), 'nothing');
  assert.equal(decided(0, [a]), 'start a');
  assert.equal(decided(60 - 1 / 60_000, [a]), 'start a');
  assert.equal(decided(60, [a]), 'nothing');
  assert.equal(decided(60 - 1 / 60_000, [a], runs('a', 0, 60)), 'nothing');
  assert.equal(decided(60, [a], runs('a', 0, 60)), 'stop done');
});

test('one follows the other without a gap', () => {
  const both = [plannedOf('a', 0, 60), plannedOf('b', 60, 90)];
  assert.equal(decided(60, both, runs('a', 0, 60)), 'change b done');
});

test('an end that moved is followed, as is a booking that is gone or moved away', () => {
  const running = runs('a', 0, 60);
  assert.equal(decided(30, [plannedOf('a', 0, 90)], running), 'move end a');
  assert.equal(decided(30, [plannedOf('a', 0, 20)], running), 'stop done');
  assert.equal(decided(30, [], running), 'stop cancelled');
  assert.equal(decided(30, [plannedOf('a', 100, 160)], running), 'stop moved');
  assert.equal(decided(30, [plannedOf('a', 100, 160), plannedOf('b', 20, 40)], running), 'change b moved');
  assert.equal(decided(-5, [plannedOf('a', 0, 60)], running), 'nothing', 'a clock that was set back stops nothing');
});

test('what somebody began by hand gives way to a booking alone', () => {
  assert.equal(decided(30, [], {}), 'nothing');
  assert.equal(decided(30, [plannedOf('a', 40, 60)], {}), 'nothing');
  assert.equal(decided(40, [plannedOf('a', 40, 60)], {}), 'change a by hand');
});

test('what was stopped by hand is not started again, unless it is moved to later', () => {
  const memory = { ...NO_MEMORY, stopped: [{ booking: 'a', atMs: at(30) }] };
  assert.equal(decided(31, [plannedOf('a', 0, 60)], undefined, memory), 'nothing');
  assert.equal(decided(31, [plannedOf('a', 30, 60)], undefined, memory), 'nothing');
  assert.equal(decided(32, [plannedOf('a', 31, 60)], undefined, memory), 'start a');
  assert.equal(decided(31, [plannedOf('b', 0, 60)], undefined, memory), 'start b');
  const slot = { booking: plannedOf('a', 31, 60), fromMs: at(29), toMs: at(60) };
  assert.equal(isStopped(slot, memory), true, 'its lead-in began before');
});

test('the next edge is the next begin or end', () => {
  const timetable = timetableOf([plannedOf('a', 0, 60), plannedOf('b', 90, 100)], RULES);
  const edges = [-5, 0, 59, 60, 90, 100].map((minute) => {
    const edgeMs = nextEdgeMs(timetable, at(minute));
    return edgeMs === undefined ? undefined : (edgeMs - EIGHT) / 60_000;
  });
  assert.deepEqual(edges, [0, 60, 60, 90, 100, undefined]);
});

test('sources are joined: a booking once, that of the box before the server before feeds', () => {
  const [box, server, feed] = (['box', 'opencast', 'ical'] as const).map((source) =>
    plannedOf('a', 0, 60, { source, title: source }),
  );
  const bookings = (...sources: Planned[][]): string[] =>
    openGathering(
      sources.map((own, index) => sourceOf(`s${index}`, own)),
      (uid) => uid === 'ours',
    )
      .bookings(undefined)
      .map(({ id, title }) => `${id} ${title}`);
  assert.deepEqual(bookings([feed!], [server!], [box!, plannedOf('b', 0, 1)]), ['a box', 'b Title of b']);
  assert.deepEqual(bookings([feed!], [server!]), ['a opencast']);
  assert.deepEqual(bookings([plannedOf('x', 0, 1, { uid: 'ours' })]), [], 'an event that the box made at the server');
});

test('the running booking stays until its source was read once more and still has it not', () => {
  let said: Planned[] = [];
  const source = { ...sourceOf('opencast'), polls: 2, bookings: () => said };
  const gathering = openGathering([source], () => false);
  const running = plannedOf('a', 0, 60, { from: 'opencast' });
  const isThere = (): boolean => gathering.bookings(running).some(({ id }) => id === 'a');
  assert.equal(isThere(), true);
  assert.equal(isThere(), true, 'not read since');
  said = [running];
  source.polls++;
  assert.equal(isThere(), true);
  said = [];
  source.polls++;
  assert.equal(isThere(), true, 'missing anew');
  source.polls++;
  assert.equal(isThere(), false, 'missing twice');
});

test('after a start a source has to be read twice; one that is not there any more says nothing', () => {
  const source = { ...sourceOf('files'), polls: 0 };
  const gathering = openGathering([source], () => false);
  const of = (more: Partial<Planned>): number => gathering.bookings(plannedOf('a', 0, 60, more)).length;
  assert.equal(of({ from: 'files/hall.ics', source: 'ical' }), 1);
  source.polls = 1;
  assert.equal(of({ from: 'files/hall.ics', source: 'ical' }), 1);
  source.polls = 2;
  assert.equal(of({ from: 'files/hall.ics', source: 'ical' }), 0);
  assert.equal(of({ from: 'removed', source: 'ical' }), 1);
  const box = openGathering([sourceOf('box')], () => false);
  assert.equal(box.bookings(plannedOf('a', 0, 60, { source: 'box' })).length, 0, 'what is removed on the box is');
});

test('the description of a booking has one line a field, cut by characters', () => {
  const made = descriptionOf(
    plannedOf('a', 0, 1, {
      title: `  First\r\n  second\u0007 ${'é'.repeat(200)}`,
      presenters: ['A', 'B'],
      description: '😀'.repeat(1500),
      hall: 'D',
      rights: 'CC',
      subject: 'S',
      language: 'fra',
      series: 'UE1',
    }),
  );
  assert.equal(made.title, `First second ${'é'.repeat(127 - 13)}`);
  assert.equal(made.description, '😀'.repeat(1000));
  const { title: _, description: __, ...others } = made;
  assert.deepEqual(others, {
    presenter: 'A, B',
    series: 'UE1',
    identifier: 'a',
    language: 'fra',
    subject: 'S',
    rights: 'CC',
    coverage: 'D',
  });
  assert.equal(descriptionOf(plannedOf('a', 0, 1)).series, '');
});

test('what people did by hand is kept, also over a restart and whatever the clock says; the oldest go', async (t) => {
  const file = join(await folderFor(t), 'by-hand.json');
  const { log, lines } = keepingLog();
  const open = () => openManualChangesStore(file, log);
  const store = await open();
  assert.deepEqual(store.memory(), NO_MEMORY);
  store.stopped('a', at(0));
  store.extended('b', at(60), at(70));
  store.extended('b', at(60), at(80));
  store.extended('c', at(60), at(61));
  const memory = {
    stopped: [{ booking: 'a', atMs: at(0) }],
    extended: [
      { booking: 'b', plannedEndMs: at(60), endsAtMs: at(80) },
      { booking: 'c', plannedEndMs: at(60), endsAtMs: at(61) },
    ],
  };
  assert.deepEqual(store.memory(), memory, 'of one booking the last extension');
  await store.close();
  const again = await open();
  assert.deepEqual(again.memory(), memory);
  // A clock that was set to 2069, and is right again.
  const wrongMs = Date.UTC(2069, 0, 1);
  again.stopped('d', wrongMs);
  assert.deepEqual(again.memory(), { ...memory, stopped: [...memory.stopped, { booking: 'd', atMs: wrongMs }] });
  for (let n = 0; n < 500; n++) again.stopped(`n${n}`, at(n));
  await again.close();
  assert.deepEqual([again.memory().stopped.length, again.memory().stopped[0]?.booking], [500, 'n0']);
  await writeFile(file, '{');
  assert.deepEqual(
    [(await open()).memory(), lines],
    [NO_MEMORY, ['what people did by hand: the file is damaged and was set aside']],
  );
});

test('a wall clock that jumps ends no lecture; one that drifts is followed', () => {
  const YEAR = 365 * 24 * 60;
  const both = [plannedOf('a', 0, 60), plannedOf('b', 90, 120)];
  const running = (leftMinutes: number): Running => ({ ...runs('a', 0, 60), leftMs: leftMinutes * 60_000 });
  for (const minute of [43 * YEAR, YEAR, 800, -56 * YEAR, -800]) {
    assert.equal(decided(minute, both, running(30)), 'nothing', `${minute} minutes away`);
    assert.equal(decided(minute, [], running(30)), 'nothing', 'the calendar of another year says nothing of it');
  }
  assert.equal(decided(43 * YEAR, both, running(0)), 'stop done', 'its own time is over');
  assert.equal(decided(-56 * YEAR, both, running(0)), 'stop done', 'also where its slot lies ahead for years');
  assert.equal(decided(70, both, running(30)), 'nothing', 'nothing else is due');
  assert.equal(decided(95, both, running(30)), 'change b done', 'the next one is');
  assert.equal(decided(60, both, running(0.01)), 'stop done', 'a clock that is kept right');
  assert.equal(decided(30, [], running(30)), 'stop cancelled');
});

test('a lead-in and a lead-out take no time from a neighbour', () => {
  const rules = { leadInMs: 10 * 60_000, leadOutMs: 5 * 60_000 };
  const { slots, overlaps } = timetableOf(
    [plannedOf('a', 0, 60), plannedOf('b', 63, 90), plannedOf('c', 120, 130)],
    rules,
  );
  assert.deepEqual(
    slots.map(({ booking, fromMs, toMs }) => [booking.id, (fromMs - EIGHT) / 60_000, (toMs - EIGHT) / 60_000]),
    [
      ['a', -10, 60],
      ['b', 60, 95],
      ['c', 110, 135],
    ],
  );
  assert.deepEqual(overlaps, []);
});
