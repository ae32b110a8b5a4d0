import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openDevice, type Device } from '#agent/device/device.ts';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import { metadataOf } from '#agent/device/metadata.ts';
import type { Session } from '#agent/device/outcome.ts';
import { openConductor, type Conductor } from '#agent/schedule/timetable/conductor.ts';
import type { StopReason } from '#agent/schedule/timetable/decision.ts';
import { openGathering } from '#agent/schedule/timetable/gathering.ts';
import type { Source } from '#agent/schedule/timetable/source.ts';
import { NO_MEMORY, type ManualChanges, type Planned } from '#agent/schedule/timetable/timetable.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { virtualClock, type VirtualClock } from '../../../support/virtual-clock.ts';

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 20, 8);
const at = (minutes: number): number => START + minutes * MINUTE_MS;
const PERSON: Session = { id: 'tablet', via: 'panel', access: 'user' };
const FRAME_MS = 1000 / 15;

interface Stage {
  clock: VirtualClock;
  device: Device;
  conductor: Conductor;
  /** What the calendar says from now on, having been asked once more. */
  say(...bookings: Planned[]): void;
  /** Goes on to so many minutes after 08:00. */
  goTo(minute: number): void;
  /** `start a @0`, `stop done @60`: what was done, and at which minute. */
  done: string[];
  extended: string[];
  memory: ManualChanges;
}

const booking = (id: string, from: number, to: number, more: Partial<Planned> = {}): Planned => ({
  id,
  uid: id,
  title: `Title of ${id}`,
  presenters: ['M. Dupont'],
  workflowConfiguration: {},
  devices: [],
  source: 'opencast',
  from: 'opencast',
  startsAtMs: at(from),
  endsAtMs: at(to),
  ...more,
});

function open(startMinute: number, ...first: Planned[]): Stage {
  const clock = virtualClock(0, at(startMinute));
  let take = 0;
  const device = openDevice({
    initial: initialState(factoryWanted(factoryLayouts)),
    factoryLayouts,
    clock,
    log: silentLog,
    newId: () => `take-${++take}`,
  });
  let said = first;
  const source = { name: 'opencast', polls: 2, bookings: () => said } as unknown as Source & { polls: number };
  const notes = new Map<string, Planned>();
  const minute = (): number => Math.round((clock.nowMs() - START) / 1000) / 60;
  const stage: Stage = { clock, device, done: [], extended: [], memory: NO_MEMORY } as unknown as Stage;
  const tell = (what: string): void => void stage.done.push(`${what} @${Math.round(minute() * 100) / 100}`);
  stage.conductor = openConductor({
    device,
    clock,
    log: silentLog,
    rules: { leadInMs: 0, leadOutMs: 0 },
    gathering: openGathering([source], () => false),
    manual: {
      memory: () => stage.memory,
      stopped: (id, atMs) =>
        (stage.memory = { ...stage.memory, stopped: [...stage.memory.stopped, { booking: id, atMs }] }),
      extended: (id, plannedEndMs, endsAtMs) =>
        (stage.memory = { ...stage.memory, extended: [{ booking: id, plannedEndMs, endsAtMs }] }),
      close: async () => undefined,
    },
    takes: {
      begin: (id, planned) => {
        notes.set(id, planned);
        tell(`start ${planned.id}`);
      },
      bookingOf: (id) => notes.get(id),
      update: (id, planned) => void notes.set(id, planned),
      ended: (_, why: StopReason) => tell(`stop ${why}`),
      unfinished: () => undefined,
      close: () => Promise.resolve(),
    },
    onExtended: ({ id }, endsAtMs) => stage.extended.push(`${id} @${(endsAtMs - START) / MINUTE_MS}`),
    onTimetable: () => undefined,
  });
  stage.say = (...bookings) => {
    said = bookings;
    source.polls++;
    stage.conductor.look();
  };
  stage.goTo = (to) => clock.advance(at(to) - clock.nowMs());
  return stage;
}

const wanted = ({ device }: Stage) => device.state().wanted;

describe('the box records what the timetable says', () => {
  test('at the second, with what is known of the event, and no gap to the next one', () => {
    const stage = open(-10, booking('a', 0, 60), booking('b', 60, 90));
    stage.goTo(-0.01);
    assert.deepEqual(stage.done, []);
    stage.goTo(1);
    const { recording } = wanted(stage);
    const metadata = metadataOf(wanted(stage));
    assert.deepEqual([recording.bookingId, recording.endsAtMs, recording.startedAtMs], ['a', at(60), at(0)]);
    assert.deepEqual([metadata.title, metadata.presenter, metadata.identifier], ['Title of a', 'M. Dupont', 'a']);
    stage.goTo(100);
    assert.deepEqual(stage.done, ['start a @0', 'stop done @60', 'start b @60', 'stop done @90']);
    assert.deepEqual([wanted(stage).recording.state, metadataOf(wanted(stage)).title], ['stopped', '']);
  });

  test('half a frame before, so that the frame that comes next is the nearest', () => {
    const stage = open(-1, booking('a', 0, 60));
    stage.clock.advance(MINUTE_MS - FRAME_MS / 2 - 1);
    assert.equal(stage.done.length, 0);
    stage.clock.advance(1.5);
    assert.equal(stage.done.length, 1);
  });

  test('changes of what runs are followed', () => {
    const stage = open(0, booking('a', 0, 60));
    stage.goTo(30);
    stage.say(booking('a', 0, 90, { title: 'Another title' }));
    assert.deepEqual([wanted(stage).recording.endsAtMs, metadataOf(wanted(stage)).title], [at(90), 'Another title']);
    stage.goTo(70);
    stage.say(booking('a', 0, 75));
    stage.goTo(80);
    assert.deepEqual(stage.done, ['start a @0', 'stop done @75']);
  });

  test('cancelled, or moved to another hall: it ends when that was said twice', () => {
    const stage = open(0, booking('a', 0, 60));
    stage.goTo(10);
    stage.say();
    stage.goTo(11);
    assert.deepEqual(stage.done, ['start a @0']);
    stage.say();
    assert.deepEqual(stage.done, ['start a @0', 'stop cancelled @11']);
  });

  test('a calendar that stumbles once stops nothing', () => {
    const stage = open(0, booking('a', 0, 60));
    stage.say();
    stage.say(booking('a', 0, 60));
    stage.say();
    stage.goTo(59);
    assert.deepEqual(stage.done, ['start a @0']);
  });

  test('moved to later: it ends, and is recorded then', () => {
    const stage = open(0, booking('a', 0, 60));
    stage.goTo(10);
    stage.say(booking('a', 120, 180));
    stage.goTo(200);
    assert.deepEqual(stage.done, ['start a @0', 'stop moved @10', 'start a @120', 'stop done @180']);
  });

  test('a box that starts in the middle records the rest', () => {
    const stage = open(25, booking('a', 0, 60));
    stage.goTo(70);
    assert.deepEqual(stage.done, ['start a @25', 'stop done @60']);
  });
});

describe('what people do by hand', () => {
  test('a stop is for good; the next event is recorded', () => {
    const stage = open(0, booking('a', 0, 60), booking('b', 60, 90));
    stage.goTo(20);
    stage.device.request({ name: 'record.stop', params: {}, session: PERSON });
    stage.goTo(61);
    assert.deepEqual(stage.done, ['start a @0', 'stop done @20', 'start b @60']);
  });

  test('an extension goes up to the next event, and the scheduler is told', () => {
    const stage = open(0, booking('a', 0, 60), booking('b', 70, 90));
    stage.goTo(50);
    stage.device.request({ name: 'record.extend', params: { minutes: 5 }, session: PERSON });
    stage.goTo(55);
    assert.deepEqual([wanted(stage).recording.endsAtMs, stage.extended], [at(65), ['a @65']]);
    stage.device.request({ name: 'record.extend', params: { minutes: 30 }, session: PERSON });
    stage.goTo(56);
    assert.equal(wanted(stage).recording.endsAtMs, at(70));
    stage.goTo(71);
    assert.deepEqual(stage.done, ['start a @0', 'stop done @70', 'start b @70']);
  });

  test('a recording that somebody started ends when an event begins', () => {
    const stage = open(-10, booking('a', 0, 60));
    stage.device.request({ name: 'record.start', params: {}, session: PERSON });
    stage.goTo(1);
    assert.deepEqual(stage.done, ['stop by hand @0', 'start a @0']);
  });

  test('what ends by itself is begun again', () => {
    const stage = open(0, booking('a', 0, 60));
    stage.goTo(10);
    stage.device.request({ name: 'record.stop', params: {}, session: { id: 'box', via: 'boot', access: 'admin' } });
    stage.goTo(11);
    assert.deepEqual(stage.done, ['start a @0', 'start a @10.08']);
  });
});

describe('the clock on the wall', () => {
  test('set back by an hour while something is recorded: it goes on to its end', () => {
    const stage = open(0, booking('a', 0, 60));
    stage.goTo(30);
    stage.clock.setWall(at(-30));
    stage.goTo(61);
    assert.deepEqual(stage.done, ['start a @0', 'stop done @60']);
  });

  test('set on by an hour into an event: it is recorded at once', () => {
    const stage = open(-60, booking('a', 0, 60));
    stage.clock.advance(5000);
    stage.clock.setWall(at(5));
    stage.clock.advance(1000);
    assert.equal(stage.done.length, 1);
  });
});
