import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { writeCalendar } from '#lib/opencast/calendars/calendar-write.ts';
import { lecture, startOpencast, type OpencastStandIn } from '../../../support/opencast/server.ts';
import { until } from '../../../support/until.ts';
import { openScheduleRig, type ScheduleRig } from '../../../support/schedule-rig.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const settingsFor = ({ url }: OpencastStandIn, more: object = {}) => ({
  opencast: { url, user: 'capture', pollSeconds: 2, stateSeconds: 2 },
  ...more,
});
const HOUR_MS = 3_600_000;
const later = (uid: string, hours = 1) =>
  lecture(uid, Date.now() + hours * HOUR_MS, Date.now() + (hours + 1) * HOUR_MS);
const known = ({ schedule }: ScheduleRig): string[] => schedule.view().events.map(({ id }) => id);
const alarmOf = ({ device }: ScheduleRig, name: string): string | undefined =>
  device.state().seen.alarms.find((alarm) => alarm.name === name)?.text;
const polls = (server: OpencastStandIn): number =>
  server.asked.filter(({ path }) => path === '/recordings/calendars').length;

// Tests of a group wait most of the time, each for a box of its own.
const TOGETHER = { concurrency: 4 };

describe('a calendar that is of no use changes nothing but an alarm', TOGETHER, () => {
  const vevent = (uid: string, ...lines: string[]): string =>
    ['BEGIN:VEVENT', `UID:${uid}`, 'SUMMARY:S', ...lines, 'END:VEVENT'].join('\r\n');
  const whole = (): string => writeCalendar([later('good')], Date.now());
  const useless: [string, () => string, RegExp][] = [
    [
      'a web page',
      () => '<!DOCTYPE html><html><head><title>Login</title></head></html>',
      /a web page \("Login"\), no calendar; that of .* is kept/,
    ],
    ['a torn one', () => whole().slice(0, -60), /cut off/],
    ['50 MB', () => `BEGIN:VCALENDAR\r\nX-JUNK:${'x'.repeat(50e6)}\r\nEND:VCALENDAR\r\n`, /larger than 32 MB/],
    ['nothing', () => '', /empty/],
  ];
  for (const [name, text, alarm] of useless) {
    test(name, async () => {
      await using server = await startOpencast();
      server.events = [later('good')];
      await using rig = await openScheduleRig({ settings: settingsFor(server) });
      await until('it is known', () => known(rig).length === 1);
      server.calendarText = text();
      await until('it is told', () => alarm.test(alarmOf(rig, 'sched_server') ?? ''));
      assert.deepEqual(known(rig), ['good']);
      await rig.restart();
      assert.deepEqual(known(rig), ['good'], 'also after a start');
      server.calendarText = undefined;
      await until('the alarm ends', () => alarmOf(rig, 'sched_server') === undefined);
    });
  }

  test('an event without an end stays as it was known; the others are taken', async () => {
    await using server = await startOpencast();
    server.events = [later('a')];
    await using rig = await openScheduleRig({ settings: settingsFor(server) });
    await until('it is known', () => known(rig).length === 1);
    const start = new Date(Date.now() + 2 * HOUR_MS).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const broken = [vevent('a', `DTSTART:${start}`), vevent('b', `DTSTART:${start}`, 'DURATION:PT1H')];
    server.calendarText = ['BEGIN:VCALENDAR', ...broken, 'END:VCALENDAR', ''].join('\r\n');
    await until('the other is known', () => known(rig).includes('b'));
    assert.deepEqual(known(rig).toSorted(), ['a', 'b']);
    await until('it is told', () => (alarmOf(rig, 'schedule') ?? '').includes('"S" has no end'));
    await rig.restart();
    assert.deepEqual(known(rig).toSorted(), ['a', 'b'], 'also after a start');
  });
});

describe('the calendar of the server', TOGETHER, () => {
  test('of 5 000 events is read, and what is near is shown', async () => {
    await using server = await startOpencast();
    server.events = Array.from({ length: 5000 }, (_, n) => later(`e-${n}`, 1 + n / 100));
    await using rig = await openScheduleRig({ settings: settingsFor(server) });
    await until(
      'they are known',
      () => rig.schedule.view().sources.find(({ name }) => name === 'opencast')?.events === 5000,
    );
  });

  test('is asked for by the tag it came with, and given whole when the cut-off moves', async () => {
    await using server = await startOpencast();
    server.events = [later('a')];
    await using rig = await openScheduleRig({ settings: settingsFor(server) });
    await until('it was asked for again', () => polls(server) >= 3);
    const [first, second] = server.asked.filter(({ path }) => path === '/recordings/calendars');
    assert.equal(first?.headers['if-none-match'], undefined);
    assert.match(String(second?.headers['if-none-match']), /^mod\d+$/);
    assert.equal(second?.status, 304);
    assert.equal(first?.query.get('cutoff'), second?.query.get('cutoff'));
    assert.deepEqual(known(rig), ['a']);
  });

  test('a name with spaces and accents is one part of an address', async () => {
    await using server = await startOpencast();
    await using rig = await openScheduleRig({ settings: settingsFor(server), hall: 'Amphi É / 1' });
    await until('it is registered', () => server.agents.has('Amphi É / 1'));
    await until('its calendar was asked for', () =>
      server.asked.some(({ query }) => query.get('agentid') === 'Amphi É / 1'),
    );
    assert.equal(alarmOf(rig, 'sched_server'), undefined);
  });
});

describe('other sources', TOGETHER, () => {
  const feed = (title: string): string => writeCalendar([{ ...later(`f-${title}`), title }], Date.now());

  test('a file that is brought counts at once, as long as it is there', async () => {
    await using rig = await openScheduleRig();
    const folder = join(rig.folder, 'schedule', 'calendars');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'hall.ics'), feed('one'));
    await rig.schedule.refresh();
    assert.deepEqual(known(rig), ['f-one']);
    await writeFile(join(folder, 'hall.ics'), '<html>');
    await rig.schedule.refresh();
    assert.deepEqual(known(rig), ['f-one'], 'what it said before holds');
    assert.match(alarmOf(rig, 'sched_server') ?? '', /hall\.ics: it is a web page/);
    await rm(join(folder, 'hall.ics'));
    await rig.schedule.refresh();
    assert.deepEqual(known(rig), []);
  });

  test('a feed of anybody, of which one hall is taken', async () => {
    const server = createServer((request, response) => {
      const events = [
        { ...later('here'), location: 'amphi d' },
        { ...later('there'), location: 'Amphi E' },
      ];
      response.setHeader('ETag', '"x"');
      if (request.headers['if-none-match'] === '"x"') response.writeHead(304).end();
      else response.end(writeCalendar(events, Date.now()));
    }).listen(0, '127.0.0.1');
    await until('it listens', () => server.listening);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/all.ics`;
    await using rig = await openScheduleRig({
      settings: { calendars: [{ name: 'faculty', url, location: 'Amphi D' }] },
    });
    await until('it is known', () => known(rig).length > 0);
    assert.deepEqual(known(rig), ['here']);
    server.closeAllConnections();
    server.close();
  });

  test('events of the box are there after a start, and two at one time are told', async () => {
    await using rig = await openScheduleRig();
    const [startsAtMs, endsAtMs] = [Date.now() + HOUR_MS, Date.now() + 2 * HOUR_MS];
    const one = await rig.schedule.events.add({ title: 'One', startsAtMs, endsAtMs });
    await rig.schedule.events.add({ title: 'Two', startsAtMs: startsAtMs + 60_000, endsAtMs });
    assert.match(alarmOf(rig, 'schedule') ?? '', /"Two" .* loses 59 min to "One"/);
    await rig.restart();
    assert.equal(known(rig).length, 2);
    assert.equal(await rig.schedule.events.remove(one.id), true);
    assert.equal(alarmOf(rig, 'schedule'), undefined);
  });
});

test('a file that is taken away while its event is recorded ends the recording', async () => {
  // The clock stands: the folder is looked at when the test asks for it, and at no other time.
  await using rig = await openScheduleRig({ clock: virtualClock(0, Date.now()) });
  const file = join(rig.folder, 'schedule', 'calendars', 'hall.ics');
  await writeFile(file, writeCalendar([lecture('now', Date.now() - HOUR_MS, Date.now() + HOUR_MS)], Date.now()));
  await rig.schedule.refresh();
  await until('it is recorded', () => rig.moves.length === 1);
  await rm(file);
  await rig.schedule.refresh();
  assert.equal(rig.moves.length, 1, 'once is not enough');
  await rig.schedule.refresh();
  await until('it ends', () => rig.moves.length === 2);
});
