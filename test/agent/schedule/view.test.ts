import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Device } from '#agent/device/device.ts';
import { openScheduleAlarms } from '#agent/schedule/alarms.ts';
import { newHandOver, type HandOver } from '#agent/schedule/hand-over/hand-over.ts';
import type { HandOverQueue, Waiting } from '#agent/schedule/hand-over/queue.ts';
import { isSettled, partsOf } from '#agent/schedule/recordings.ts';
import { viewOf, type ViewParts } from '#agent/schedule/view.ts';
import { uniqueBookings } from '#agent/schedule/timetable/unique-bookings.ts';
import { timetableOf } from '#agent/schedule/timetable/timetable.ts';
import { minuteOfDayIn, timeTextIn } from '#agent/schedule/timetable/hall-time.ts';
import { at, DAY_MS, EIGHT, partOf, plannedOf, recordingOf, sourceOf } from './samples.ts';

const view = (more: Partial<ViewParts>) =>
  viewOf({
    sources: [],
    bookings: uniqueBookings(
      (more.sources ?? []).flatMap((source) => source.bookings()),
      new Map(),
    ),
    server: undefined,
    timetable: { slots: [], overlaps: [] },
    queue: undefined,
    isStopped: () => false,
    running: undefined,
    nowMs: EIGHT,
    ...more,
  });

test('events are shown in order, once, until a day after they ended', () => {
  const long = plannedOf('long ago', -3000, -1441);
  const bookings = [plannedOf('late', 60, 120), long, plannedOf('over', -120, -60), plannedOf('early', 10, 20)];
  const { events, sources } = view({
    sources: [sourceOf('one', bookings, { goodAtMs: 5, error: 'away' }), sourceOf('two', [plannedOf('early', 11, 20)])],
  });
  assert.deepEqual(
    events.map(({ id, state, startsAtMs }) => [id, state, startsAtMs]),
    [
      ['over', 'over', at(-120)],
      ['early', 'upcoming', at(10)],
      ['late', 'upcoming', at(60)],
    ],
  );
  const one = { name: 'one', place: 'https://one.example.org', goodAtMs: 5, error: 'away', events: 4, complaints: [] };
  assert.deepEqual(sources[0], one);
});

test('no more than 2000 events and 100 complaints are shown', () => {
  const many = Array.from({ length: 2100 }, (_, index) => plannedOf(`e${index}`, index, index + 1));
  const complaints = Array.from({ length: 150 }, () => ({ text: 'no end', weight: 'lost' as const }));
  const { events, sources } = view({ sources: [sourceOf('one', many, { complaints })] });
  assert.deepEqual([events.length, events.at(-1)?.id, sources[0]?.complaints.length], [2000, 'e1999', 100]);
});

test('the state of an event, and when it is recorded', () => {
  const bookings = [plannedOf('a', 0, 60), plannedOf('b', 30, 90), plannedOf('c', 100, 110), plannedOf('d', -5, 0)];
  const timetable = timetableOf(bookings.slice(0, 3), { leadInMs: 0, leadOutMs: 0 });
  const made = view({
    sources: [sourceOf('one', bookings)],
    timetable,
    running: 'a',
    isStopped: (id) => id === 'b' || id === 'a',
    server: { url: 'https://oc', agent: 'D' },
  });
  const shown = Object.fromEntries(made.events.map(({ id, state, records }) => [id, [state, records]]));
  assert.deepEqual(shown, {
    a: ['recording', [{ fromMs: at(0), toMs: at(60) }]],
    b: ['stopped by hand', [{ fromMs: at(60), toMs: at(90) }]],
    c: ['upcoming', [{ fromMs: at(100), toMs: at(110) }]],
    d: ['over', undefined],
  });
  assert.deepEqual(made.overlaps, [{ event: 'b', to: 'a', lostMs: 30 * 60_000 }]);
  assert.deepEqual(made.server, { url: 'https://oc', agent: 'D' });
});

test('an event that somebody extended ends when it does now, without lead-out', () => {
  const bookings = [plannedOf('a', 0, 60)];
  const memory = { stopped: [], extended: [{ booking: 'a', plannedEndMs: at(60), endsAtMs: at(75) }] };
  const timetable = timetableOf(bookings, { leadInMs: 0, leadOutMs: 120_000 }, memory, 'a');
  const { events } = view({ sources: [sourceOf('one', bookings)], timetable, running: 'a', nowMs: at(70) });
  assert.deepEqual(
    events.map(({ state, endsAtMs, records }) => [state, endsAtMs, records]),
    [['recording', at(75), [{ fromMs: at(0), toMs: at(77) }]]],
  );
});

test('a hand-over is shown with what it waits for; one that is done without its last error', () => {
  const waiting = (more: Partial<HandOver & Waiting>): Waiting => ({
    ...newHandOver('take-1', EIGHT),
    recording: undefined,
    ...more,
  });
  const handOvers = (more: Partial<HandOver & Waiting>) =>
    view({ queue: { list: () => [waiting(more)] } as unknown as HandOverQueue }).handOvers[0];
  const plain = { recording: 'take-1', name: 'take-1', title: '', step: 'recording', attempt: 0, held: false };
  assert.deepEqual(handOvers({}), plain);
  const recording = recordingOf('take-1');
  recording.metadata.title = 'Cours';
  assert.deepEqual(
    handOvers({
      recording,
      step: 'tracks',
      attempt: 2,
      nextAtMs: 7,
      error: 'busy',
      waitsFor: 'busy',
      held: 'why',
      sentBytes: 0,
      totalBytes: 9,
      booking: plannedOf('a', 0, 1),
    }),
    {
      recording: 'take-1',
      name: 'B',
      title: 'Cours',
      step: 'tracks',
      attempt: 2,
      held: true,
      booking: 'a',
      nextAtMs: 7,
      waitsFor: 'busy',
      error: 'busy',
      sentBytes: 0,
      totalBytes: 9,
    },
  );
  const done = handOvers({ step: 'done', attempt: 1, error: 'old', deliveredAtMs: 8, booking: plannedOf('a', 0, 1) });
  assert.deepEqual(done, { ...plain, title: 'Title of a', step: 'done', attempt: 1, booking: 'a', deliveredAtMs: 8 });
});

/** What the alarms tell the device, as `name about: text`; without text where one ends. */
function alarms(): { told: string[]; open: ReturnType<typeof openScheduleAlarms> } {
  const told: string[] = [];
  const device = {
    observe(fact: { raise?: { name: string; about: string; text: string }; clear?: { name: string; about: string } }) {
      const { raise, clear } = fact;
      told.push(raise ? `${raise.name} ${raise.about}: ${raise.text}` : `${clear?.name} ${clear?.about}`);
    },
  } as unknown as Pick<Device, 'observe'>;
  return { told, open: openScheduleAlarms(device, (ms) => `T${(ms - EIGHT) / 60_000}`) };
}

test('a source that fails is told with what is kept of it', () => {
  const { told, open } = alarms();
  open.sources([
    sourceOf('good'),
    sourceOf('new', [], { error: 'nobody listens there' }),
    sourceOf('old', [], { error: 'away', goodAtMs: at(-5) }),
  ]);
  assert.deepEqual(told, [
    'sched_server calendar/good',
    'schedule events/good',
    'sched_server calendar/new: the calendar of https://new.example.org: nobody listens there; there is none to go on with',
    'schedule events/new',
    'sched_server calendar/old: the calendar of https://old.example.org: away; that of T-5 is kept',
    'schedule events/old',
  ]);
});

test('of many complaints and overlaps three are told, and how many more', () => {
  const { told, open } = alarms();
  const complaints = ['a', 'b', 'c', 'd', 'e'].map((text) => ({ text, weight: 'lost' as const }));
  open.sources([sourceOf('x', [], { complaints: complaints.slice(0, 3) }), sourceOf('y', [], { complaints })]);
  assert.deepEqual(
    told.filter((line) => line.startsWith('schedule')),
    [
      'schedule events/x: events that cannot be recorded as they are: a; b; c',
      'schedule events/y: events that cannot be recorded as they are: a; b; c and 2 more',
    ],
  );
});

test('an overlap is told while its event is not over, in whole minutes', () => {
  const { told, open } = alarms();
  const [first, second] = [plannedOf('a', 0, 60), plannedOf('b', 59.8, 90)];
  const timetable = timetableOf([first, second], { leadInMs: 0, leadOutMs: 0 });
  open.overlaps(timetable, at(89));
  open.overlaps(timetable, at(90));
  const text = '"Title of b" (T59.8) loses 1 min to "Title of a" (T0), which began first';
  assert.deepEqual(told, [`schedule overlaps: ${text}`, 'schedule overlaps']);
  open.handOver('B waits');
  open.handOver(undefined);
  assert.deepEqual(told.slice(2), ['publish_failure hand-over: B waits', 'publish_failure hand-over']);
});

test('times are those of the clock in the hall', () => {
  assert.equal(timeTextIn('Europe/Paris')(EIGHT), '20 November 09:00');
  assert.equal(timeTextIn('America/New_York')(EIGHT + DAY_MS), '21 November 03:00');
  assert.equal(minuteOfDayIn('Europe/Paris')(EIGHT + 61_000), 9 * 60 + 1);
  assert.equal(minuteOfDayIn('Europe/Paris')(Date.UTC(2026, 6, 1, 22, 30)), 30, 'in summer');
  assert.equal(minuteOfDayIn('no zone')(EIGHT), 8 * 60);
});

test('what can be handed over of a recording', () => {
  const states = ['writing', 'written', 'final', 'lost', 'failed'] as const;
  const parts = [...states.map((state, index) => partOf(index + 1, { state })), partOf(6, { bytes: 0 })];
  assert.deepEqual(
    partsOf(recordingOf('a', { parts })).map(({ state }) => state),
    ['written', 'final'],
  );
  const statuses = ['setup', 'recording', 'paused', 'finalizing', 'finished', 'partial', 'failed'] as const;
  assert.deepEqual(
    statuses.filter((status) => isSettled(recordingOf('a', { status }))),
    ['finished', 'partial', 'failed'],
  );
});
