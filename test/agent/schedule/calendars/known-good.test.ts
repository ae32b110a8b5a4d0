import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { writeCalendar } from '#lib/opencast/calendars/calendar-write.ts';
import { calendar, event } from '#test/lib/calendar/forms.ts';
import { lecture, startOpencast, type OpencastStandIn } from '#test/support/opencast/server.ts';
import { openScheduleRig, type ScheduleRig } from '#test/support/schedule-rig.ts';
import { until } from '#test/support/until.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const known = ({ schedule }: ScheduleRig): string[] => schedule.view().events.map(({ id }) => id);
const alarmOf = ({ device }: ScheduleRig, name: string): string | undefined =>
  device.state().seen.alarms.find((alarm) => alarm.name === name)?.text;
const brought = ({ folder }: ScheduleRig, name: string): string => join(folder, 'schedule', 'calendars', name);
const settingsFor = ({ url }: OpencastStandIn) => ({
  opencast: { url, user: 'capture', pollSeconds: 2, stateSeconds: 2 },
});
const now = (uid: string, more: object = {}) => lecture(uid, Date.now() - HOUR_MS, Date.now() + HOUR_MS, more);
const later = (uid: string, more: object = {}) =>
  lecture(uid, Date.now() + 2 * HOUR_MS, Date.now() + 3 * HOUR_MS, more);
/** A clock of now that stands: the folder is looked at when the test asks for it, and at no other time. */
const standing = () => virtualClock(0, Date.now());
const polls = (server: OpencastStandIn): number =>
  server.asked.filter(({ path }) => path === '/recordings/calendars').length;
const polledAgain = async (server: OpencastStandIn, times = 4): Promise<void> => {
  const before = polls(server);
  await until('it was asked for again', () => polls(server) >= before + times);
};

// They wait for the server to be asked again, each for one of its own.
describe('a running recording goes on', { concurrency: 4 }, () => {
  const damaged: [string, (whole: string) => string, RegExp][] = [
    [
      'with a calendar that is valid and empty',
      () => writeCalendar([], Date.now()),
      /suddenly empty, where there were 2/,
    ],
    [
      'with the calendar of another agent, whose lectures are not recorded here',
      () =>
        writeCalendar(
          [now('theirs', { location: 'Amphi_E' }), later('theirs too', { location: 'Amphi_E' })],
          Date.now(),
        ),
      /suddenly has no event of this hall ahead, where there were 2/,
    ],
  ];
  for (const [name, text, alarm] of damaged) {
    test(name, async () => {
      await using server = await startOpencast();
      server.events = [now('a'), later('b')];
      await using rig = await openScheduleRig({ settings: settingsFor(server) });
      await until('it is recorded', () => rig.moves.length === 1);
      server.calendarText = text(writeCalendar(server.events, Date.now()));
      await until('it is told', () => alarm.test(alarmOf(rig, 'sched_server') ?? ''));
      await polledAgain(server);
      assert.deepEqual([known(rig), rig.moves.length], [['a', 'b'], 1]);
      await rig.restart();
      assert.deepEqual(known(rig), ['a', 'b'], 'also after a start');
      server.calendarText = undefined;
      await until('the alarm ends', () => alarmOf(rig, 'sched_server') === undefined);
      assert.ok(rig.moves.every(({ booking }) => booking === undefined || booking === 'a'));
    });
  }

  test('with an event whose END is missing, or whose end is', async () => {
    await using server = await startOpencast();
    server.events = [now('a'), later('b')];
    await using rig = await openScheduleRig({ settings: settingsFor(server) });
    await until('it is recorded', () => rig.moves.length === 1);
    const whole = writeCalendar(server.events, Date.now());
    for (const text of [
      whole.replace('END:VEVENT\r\n', ''),
      whole.replace(/DTEND.*\r\n/, ''),
      whole.replace(/DTSTART.*\r\n/, ''),
    ]) {
      server.calendarText = text;
      await polledAgain(server, 3);
      assert.deepEqual([known(rig), rig.moves.length], [['a', 'b'], 1]);
    }
  });

  test('until its event alone is gone while others stay: then it is cancelled', async () => {
    await using server = await startOpencast();
    server.events = [now('a'), later('b')];
    await using rig = await openScheduleRig({ settings: settingsFor(server) });
    await until('it is recorded', () => rig.moves.length === 1);
    server.events = server.events.slice(1);
    await until('it ends', () => rig.moves.length === 2);
  });
});

describe('a file that was brought', () => {
  const start = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const series = (from: number, rule: string): string =>
    calendar(event('UID:s', 'SUMMARY:S', `DTSTART:${start(from)}Z`, 'DURATION:PT1H', `RRULE:${rule}`));

  test('with a rule that breaks has all of its lectures to come, also beyond the days that were known', async () => {
    const clock = virtualClock();
    const from = clock.nowMs() - DAY_MS + HOUR_MS;
    await using rig = await openScheduleRig({ clock, settings: { lookAheadDays: 3 } });
    await writeFile(brought(rig, 'a.ics'), series(from, 'FREQ=DAILY;COUNT=20'));
    await rig.schedule.refresh();
    const count = known(rig).length;
    assert.ok(count >= 3);
    for (const rule of ['FREQ=DAILY;BYDAY=;COUNT=20', 'FREQ=DAILY;BYDAY=XX', 'FREQ=DAILY;COUNT=0']) {
      await writeFile(brought(rig, 'a.ics'), series(from, rule));
      await rig.schedule.refresh();
      await rig.schedule.refresh();
      assert.equal(known(rig).length, count, rule);
      assert.match(alarmOf(rig, 'schedule') ?? '', /"S" stands with its first start alone/);
    }
    await rig.restart();
    assert.equal(known(rig).length, count, 'after a start');
    clock.advance(10 * DAY_MS);
    await rig.schedule.refresh();
    await until('later days are known', () => known(rig).length === count);
    assert.ok(rig.schedule.view().events.every(({ endsAtMs }) => endsAtMs > clock.nowMs() - DAY_MS));
  });

  test('that is torn, empty or of no use stays what it was, also after a start, until it is removed', async () => {
    await using rig = await openScheduleRig({ clock: standing() });
    const good = writeCalendar([later('a'), later('b')], Date.now());
    for (const text of ['<html>', good.slice(0, -40), '', writeCalendar([], Date.now())]) {
      await writeFile(brought(rig, 'a.ics'), good);
      await rig.schedule.refresh();
      await writeFile(brought(rig, 'a.ics'), text);
      await rig.schedule.refresh();
      assert.deepEqual(known(rig), ['a', 'b'], text.slice(0, 20));
      assert.match(alarmOf(rig, 'sched_server') ?? '', /a\.ics: it /);
      await rig.restart();
      assert.deepEqual(known(rig), ['a', 'b'], `${text.slice(0, 20)}: after a start`);
    }
    await rig.schedule.refresh();
    assert.deepEqual(known(rig), [], 'emptiness is believed when it is read again by hand');
    await writeFile(brought(rig, 'a.ics'), good);
    await rig.schedule.refresh();
    await rm(brought(rig, 'a.ics'));
    await rig.schedule.refresh();
    assert.deepEqual([known(rig), await readdir(join(rig.folder, 'schedule', 'cache'))], [[], []]);
  });

  test('may use the ids of another one: both are known', async () => {
    await using rig = await openScheduleRig({ clock: standing() });
    await writeFile(
      brought(rig, 'law.ics'),
      writeCalendar([{ ...later('1'), title: 'Droit', attachments: [] }], Date.now()),
    );
    await rig.schedule.refresh();
    const other = lecture('1', Date.now() + 5 * HOUR_MS, Date.now() + 6 * HOUR_MS);
    await writeFile(
      brought(rig, 'chemistry.ics'),
      writeCalendar([{ ...other, title: 'Chimie', attachments: [] }], Date.now()),
    );
    await writeFile(
      brought(rig, 'copy.ics'),
      writeCalendar([{ ...later('1'), title: 'Droit', attachments: [] }], Date.now()),
    );
    await rig.schedule.refresh();
    const { events } = rig.schedule.view();
    assert.deepEqual(
      events.map(({ title }) => title),
      ['Droit', 'Chimie'],
      'the same event in two files is one',
    );
    assert.deepEqual([events[0]?.id, new Set(events.map(({ id }) => id)).size], ['1', 2]);
    assert.ok(
      events.every(({ records }) => records !== undefined),
      'both are recorded',
    );
  });
});

describe('a clock that is wrong, and then right', () => {
  const RIGHT = Date.UTC(2026, 10, 30, 7, 20);
  for (const [name, wrong] of [
    ['in 2069', Date.UTC(2069, 11, 31)],
    ['a year ahead', RIGHT + 365 * DAY_MS],
    ['in 1970', Date.UTC(1970, 0, 1, 0, 5)],
  ] as const) {
    test(`a file that was brought while it was ${name} has its lecture recorded`, async () => {
      const clock = virtualClock(0, wrong);
      await using rig = await openScheduleRig({ clock });
      await writeFile(brought(rig, 'a.ics'), writeCalendar([lecture('a', RIGHT + 100_000, RIGHT + HOUR_MS)], RIGHT));
      clock.advance(5 * 60_000);
      await rig.schedule.refresh();
      assert.deepEqual([known(rig), rig.moves.length], [[], 0]);
      clock.setWall(RIGHT);
      clock.advance(5000);
      await until('it is known', () => known(rig).length === 1);
      clock.advance(100_000);
      await until('it is recorded', () => rig.moves.length === 1);
    });
  }
});
