import assert from 'node:assert/strict';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { openBoxEvents } from '#agent/schedule/calendars/box-events.ts';
import { readBeside } from '#agent/schedule/calendars/calendar-file.ts';
import { plainId } from '#agent/schedule/calendars/calendar-reading.ts';
import { openIcalFolder } from '#agent/schedule/calendars/ical-folder.ts';
import { openPolledCalendar, type PolledOptions, type Tag } from '#agent/schedule/calendars/polled-calendar.ts';
import { saveBody } from '#agent/schedule/server/answer-body.ts';
import type { WireAnswer } from '#agent/schedule/server/wire.ts';
import type { Source } from '#agent/schedule/timetable/source.ts';
import { CalendarError } from '#lib/calendar/calendar.ts';
import { writeCalendar } from '#lib/opencast/calendars/calendar-write.ts';
import { until } from '#test/support/until.ts';
import { virtualClock, type VirtualClock } from '#test/support/virtual-clock.ts';
import { at, DAY_MS, EIGHT, folderFor, keepingLog } from '../samples.ts';

const HOUR_MS = 3_600_000;
const calendar = (...events: [uid: string, from: number, to: number][]): string =>
  writeCalendar(
    events.map(([uid, from, to]) => ({
      uid,
      title: `Title of ${uid}`,
      startsAtMs: at(from),
      endsAtMs: at(to),
      attachments: [],
    })),
    EIGHT,
  );

interface Polled {
  clock: VirtualClock;
  source: Source;
  file: string;
  /** The tags with which it was asked for. */
  asked: Tag[];
  /** What the server says: a calendar, nothing new, or an error. */
  says: string | 304 | Error;
  changes: number;
  /** Opens it again, as after a start. */
  again: () => Promise<Source>;
}

async function polled(t: TestContext, says: Polled['says']): Promise<Polled> {
  const file = join(await folderFor(t), 'cache', 'feed.ics');
  const clock = virtualClock(0, EIGHT);
  const made = { clock, file, asked: [], says, changes: 0 } as unknown as Polled;
  const ask: PolledOptions['ask'] = async (tag) => {
    made.asked.push(tag);
    if (made.says instanceof Error) throw made.says;
    const status = made.says === 304 ? 304 : 200;
    const body = made.says === 304 ? '' : made.says;
    const answer: WireAnswer = {
      status,
      headers: {},
      challenges: [],
      text: async () => body,
      save: (to, maxBytes) => saveBody(Readable.from([Buffer.from(body)]), to, maxBytes),
      drop: () => undefined,
    };
    return { answer, tag: { etag: `e${made.asked.length}` } };
  };
  const open = (): Promise<Source> =>
    openPolledCalendar({
      ask,
      file,
      clock,
      zone: 'Europe/Paris',
      source: 'ical',
      from: 'feed',
      place: 'https://feed.example.org',
      lookAheadMs: 2 * DAY_MS,
      maxBytes: 10_000,
      everyMs: () => 60_000,
      log: keepingLog().log,
      onChange: () => made.changes++,
    });
  made.again = async () => {
    made.source.close();
    made.source = await open();
    return made.source;
  };
  made.source = await open();
  await made.source.refresh();
  t.after(() => made.source.close());
  return made;
}

const ids = (source: Source): string[] => source.bookings().map(({ id }) => id);

test('a calendar is asked for at its interval, by the tag of the last good one', async (t) => {
  const made = await polled(t, calendar(['a', 60, 120]));
  const { source, clock, asked } = made;
  assert.deepEqual([ids(source), source.polls, source.status().goodAtMs], [['a'], 2, EIGHT]);
  assert.deepEqual(asked, [{}, { etag: 'e1' }]);
  clock.advance(59_999);
  assert.equal(asked.length, 2);
  made.says = calendar(['b', 60, 120]);
  clock.advance(1);
  await until('it is read', () => ids(source)[0] === 'b');
  assert.deepEqual(asked[2], { etag: 'e2' });
  await until('it waits again', () => clock.waiting === 1);
  source.close();
  clock.advance(DAY_MS);
  await source.refresh();
  assert.equal(asked.length, 3, 'a closed one asks no more');
});

test('events are those from a day ago to the days that are looked ahead', async (t) => {
  const { source } = await polled(
    t,
    calendar(['gone', -1500, -1441], ['yesterday', -1439, -1400], ['near', 2870, 2900], ['far', 2881, 2900]),
  );
  assert.deepEqual(ids(source).toSorted(), ['near', 'yesterday']);
  assert.deepEqual([source.bookings()[0]?.source, source.bookings()[0]?.from], ['ical', 'feed']);
});

test('a failure keeps the last good one and its tag, and says since when', async (t) => {
  const made = await polled(t, calendar(['a', 60, 120]));
  made.clock.advance(1000);
  made.says = new Error('nobody listens there');
  await made.source.refresh();
  const { goodAtMs, error, place } = made.source.status();
  assert.deepEqual(
    [ids(made.source), goodAtMs, error, place],
    [['a'], EIGHT, 'nobody listens there', 'https://feed.example.org'],
  );
  const { polls } = made.source;
  made.says = '<html><title>Login</title></html>';
  await made.source.refresh();
  assert.match(made.source.status().error ?? '', /web page/);
  made.says = `BEGIN:VCALENDAR\r\nX:${'x'.repeat(20_000)}`;
  await made.source.refresh();
  assert.match(made.source.status().error ?? '', /larger than 0 MB/);
  assert.deepEqual([ids(made.source), made.source.polls], [['a'], polls], 'a failure is no reading');
  assert.deepEqual(
    (await readdir(join(made.file, '..'))).filter((name) => name.startsWith('feed.ics.part')).length <= 1,
    true,
  );
  made.says = 304;
  await made.source.refresh();
  assert.deepEqual(made.asked.at(-1), { etag: 'e2' });
  assert.equal(made.source.status().error, undefined);
  assert.equal(made.source.status().goodAtMs, EIGHT + 1000);
});

test('after a start the last good one counts before any server has answered, also an hour that it knew', async (t) => {
  const made = await polled(t, calendar(['a', 60, 120]));
  made.says = new Error('away');
  const source = await made.again();
  assert.deepEqual(ids(source), ['a']);
  assert.equal(source.status().goodAtMs, EIGHT);
  await source.refresh();
  assert.deepEqual(made.asked.at(-1), { etag: 'e2' });
  await writeFile(`${made.file}.json`, 'torn');
  const other = await made.again();
  await other.refresh();
  assert.deepEqual([ids(other), made.asked.at(-1)], [['a'], {}], 'without its tag the whole is asked for');
  await writeFile(made.file, 'no calendar');
  assert.deepEqual(ids(await made.again()), []);
});

test('a calendar that suddenly is empty is doubted, and believed at last, or when somebody asks for it again', async (t) => {
  const made = await polled(t, calendar(['a', 60, 120], ['b', 200, 260]));
  const doubt =
    /^it is suddenly empty, where there were 2: it is believed after 12 hours, or when it is read again by hand$/;
  made.says = calendar();
  await made.source.refresh(true);
  assert.deepEqual(ids(made.source), ['a', 'b'], 'nobody knew yet that it is empty');
  assert.match(made.source.status().error ?? '', doubt);
  await made.source.refresh();
  assert.deepEqual([ids(made.source), made.asked.at(-1)], [['a', 'b'], { etag: 'e2' }], 'it is asked for whole');
  assert.deepEqual(ids(await made.again()), ['a', 'b'], 'also after a start');
  await made.source.refresh();
  await made.source.refresh(true);
  assert.deepEqual([ids(made.source), made.source.status().error], [[], undefined]);
});

test('one whose events are over is empty at once; one that is empty for hours is believed', async (t) => {
  const made = await polled(t, calendar(['a', 60, 120]));
  made.clock.advance(121 * 60_000);
  made.says = calendar();
  await made.source.refresh();
  assert.deepEqual([ids(made.source), made.source.status().error], [[], undefined]);
  made.says = calendar(['late', 1200, 1300]);
  await made.source.refresh();
  made.says = calendar();
  await made.source.refresh();
  made.clock.advance(12 * HOUR_MS - 1);
  await made.source.refresh();
  assert.deepEqual(ids(made.source), ['late']);
  made.clock.advance(1);
  await made.source.refresh();
  assert.deepEqual(ids(made.source), []);
});

test('one of which all is told to be cancelled is not doubted, nor one of which a part is left', async (t) => {
  const made = await polled(t, calendar(['a', 60, 120], ['b', 200, 260]));
  made.says = calendar(['b', 200, 260]);
  await made.source.refresh();
  assert.deepEqual(ids(made.source), ['b']);
  made.says = calendar(['b', 200, 260]).replace('END:VEVENT', 'STATUS:CANCELLED\r\nEND:VEVENT');
  await made.source.refresh();
  assert.deepEqual([ids(made.source), made.source.status().error], [[], undefined]);
});

test('one that does not change shows later days as time goes by, each six hours', async (t) => {
  const made = await polled(t, calendar(['a', 60, 120], ['later', 2880 + 200, 2880 + 260]));
  made.says = 304;
  made.clock.advance(6 * HOUR_MS);
  await made.source.refresh();
  assert.deepEqual(ids(made.source), ['a'], 'not before six hours have passed');
  made.clock.advance(1);
  await made.source.refresh();
  assert.deepEqual(ids(made.source), ['a', 'later']);
});

test('a wall clock that is set makes it read again what is stored, whatever the server says', async (t) => {
  const YEARS_MS = 43 * 365 * DAY_MS;
  const made = await polled(t, calendar(['a', 60, 120]));
  for (const says of [304, new Error('away')] as const) {
    made.says = says;
    made.clock.setWall(EIGHT + YEARS_MS);
    made.clock.advance(5000);
    await until('nothing is near', () => ids(made.source).length === 0);
    await made.again();
    await until('it waits', () => made.clock.waiting === 1);
    made.clock.setWall(EIGHT);
    made.clock.advance(5000);
    await until('it is near again', () => ids(made.source)[0] === 'a');
    const { goodAtMs } = made.source.status();
    assert.ok(goodAtMs === undefined || goodAtMs <= made.clock.nowMs(), 'a moment that is still to come is none');
  }
});

test('an id that cannot stand in a file name becomes a hash, always the same', () => {
  for (const id of ['a', '68b19d11-6aca@x.org', 'a:b;c(d)+e_f.g', 'x'.repeat(160)]) assert.equal(plainId(id), id);
  for (const id of ['', 'a b', '../x', 'é', 'x'.repeat(161)]) assert.match(plainId(id), /^[0-9a-f]{40}$/, id);
  assert.notEqual(plainId('a b'), plainId('a  b'));
  assert.equal(plainId('../x'), plainId('../x'));
});

test('a calendar that is of no use is told apart from one that could not be read', async (t) => {
  const file = join(await folderFor(t), 'a.ics');
  const task = { file, zone: 'UTC', nowMs: 0, fromMs: 0, toMs: at(99), source: 'ical', from: 'a' } as const;
  await assert.rejects(readBeside(task), (error) => !(error instanceof CalendarError) && /ENOENT/.test(String(error)));
  await writeFile(file, 'rubbish');
  await assert.rejects(readBeside(task), CalendarError);
});

async function folderSource(t: TestContext, maxBytes = 100_000) {
  const folder = join(await folderFor(t), 'calendars');
  const clock = virtualClock(0, EIGHT);
  let changes = 0;
  const open = (): Promise<Source> =>
    openIcalFolder({
      folder,
      clock,
      maxBytes,
      zone: 'Europe/Paris',
      lookAheadMs: 2 * DAY_MS,
      log: keepingLog().log,
      onChange: () => changes++,
    });
  const source = await open();
  t.after(() => source.close());
  return { folder, clock, source, changes: () => changes };
}

test('files of the folder are sources by their names; others are not', async (t) => {
  const { folder, source } = await folderSource(t);
  await writeFile(join(folder, 'one.ics'), calendar(['a', 0, 1]));
  await writeFile(join(folder, 'TWO.ICS'), calendar(['b', 0, 1]));
  await writeFile(join(folder, '.hidden.ics'), calendar(['c', 0, 1]));
  await writeFile(join(folder, 'three.ics.part'), calendar(['d', 0, 1]));
  await mkdir(join(folder, 'folder.ics'));
  await source.refresh();
  const found = source.bookings().map(({ id, from }) => `${id} ${from}`);
  assert.deepEqual(found.toSorted(), ['a files/one.ics', 'b files/TWO.ICS']);
  await rm(join(folder, 'one.ics'));
  await source.refresh();
  assert.deepEqual(ids(source), ['b']);
});

test('the folder is looked at each five seconds; a file is read again when it changed, or after six hours', async (t) => {
  const { folder, source, clock, changes } = await folderSource(t);
  const file = join(folder, 'one.ics');
  const stamp = new Date(EIGHT);
  const put = async (text: string): Promise<void> => {
    await writeFile(file, text);
    await utimes(file, stamp, stamp);
  };
  await put(calendar(['a', 0, 1]));
  const before = changes();
  clock.advance(5000);
  await until('it is read', () => ids(source)[0] === 'a' && changes() === before + 1);
  await put(calendar(['b', 0, 1]));
  await source.refresh();
  assert.deepEqual(ids(source), ['a'], 'size and time are those of before');
  clock.advance(0);
  source.close();
  await put(calendar(['bb', 0, 1]));
  await source.refresh();
  assert.deepEqual(ids(source), ['a'], 'closed');
});

test('a file that is too large or no calendar is told by its name, and its former events stay', async (t) => {
  const { folder, source } = await folderSource(t, 2000);
  await writeFile(join(folder, 'one.ics'), calendar(['a', 0, 1]));
  await source.refresh();
  await writeFile(join(folder, 'one.ics'), 'x'.repeat(2001));
  await writeFile(join(folder, 'two.ics'), 'rubbish');
  await source.refresh();
  assert.deepEqual(ids(source), ['a']);
  assert.match(source.status().error ?? '', /^one\.ics: it is larger than 0 MB; two\.ics: /);
  await writeFile(join(folder, 'one.ics'), calendar(['b', 0, 1]));
  await rm(join(folder, 'two.ics'));
  await source.refresh();
  assert.deepEqual([ids(source), source.status().error], [['b'], undefined]);
});

test('a folder that is gone is looked for again, and keeps what it said', async (t) => {
  const { folder, source, clock } = await folderSource(t);
  await writeFile(join(folder, 'one.ics'), calendar(['a', 0, 1]));
  await source.refresh();
  const { polls } = source;
  await rm(folder, { recursive: true });
  clock.advance(1);
  await source.refresh();
  assert.deepEqual([ids(source), source.polls, source.status().goodAtMs], [['a'], polls, EIGHT]);
  await mkdir(folder);
  await source.refresh();
  assert.deepEqual([ids(source), source.polls], [[], polls + 1]);
});

test('events of the box: added, changed, removed, on disk each time', async (t) => {
  const folder = await folderFor(t);
  let nowMs = EIGHT;
  let changes = 0;
  let count = 0;
  const { log, lines } = keepingLog();
  const open = () =>
    openBoxEvents({ folder, log, nowMs: () => nowMs, newId: () => `n${++count}`, onChange: () => changes++ });
  const events = await open();
  const times = { startsAtMs: at(0), endsAtMs: at(60) };
  const added = await events.add({ title: 'A', presenter: 'M. D', series: 'UE1', description: 'text', ...times });
  assert.deepEqual(added, {
    id: 'n1',
    uid: 'n1',
    title: 'A',
    source: 'box',
    presenters: ['M. D'],
    series: 'UE1',
    description: 'text',
    workflowConfiguration: {},
    devices: [],
    ...times,
  });
  assert.deepEqual((await events.add({ title: 'B', ...times })).presenters, []);
  const changed = await events.change('n1', { title: 'C', presenter: '' });
  assert.deepEqual([changed?.title, changed?.presenters, changed?.series, changed?.id], ['C', [], 'UE1', 'n1']);
  assert.equal(await events.change('none', { title: 'x' }), undefined);
  assert.deepEqual([await events.remove('none'), changes], [false, 3]);
  assert.deepEqual((await open()).bookings(), events.bookings());
  assert.equal(await events.remove('n2'), true);
  assert.deepEqual(ids(await open()), ['n1']);
  nowMs = at(60) + 7 * DAY_MS;
  await events.add({ title: 'later', startsAtMs: nowMs, endsAtMs: nowMs + 1 });
  assert.deepEqual(ids(events), ['n3'], 'what ended a week ago is not shown');
  nowMs = at(60);
  assert.deepEqual(ids(await open()), ['n1', 'n3'], 'a clock that was wrong, and is right again, removed nothing');
  await events.clear();
  assert.deepEqual([ids(events), ids(await open())], [[], []]);
  await writeFile(join(folder, 'events.json'), '[{');
  assert.deepEqual([ids(await open()), lines], [[], ['the events of the box: the file is damaged and was set aside']]);
});
