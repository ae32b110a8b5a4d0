import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatAgentProperties } from '#lib/opencast/agent-properties.ts';
import { bookingOf } from '#lib/opencast/calendars/booking.ts';
import { CalendarError, type Attachment } from '#lib/calendar/calendar.ts';
import { readCalendar } from '#lib/calendar/calendar-read.ts';
import { attachmentType, writeCalendar, type WritableEvent } from '#lib/opencast/calendars/calendar-write.ts';
import { formatCatalog } from '#lib/opencast/dublin-core.ts';
import { ianaZone } from '#lib/calendar/zones/zoned-time.ts';

const paris = ianaZone('Europe/Paris')!;
const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 20, 12);
const read = async (text: string, fromMs = NOON - 400 * DAY_MS, toMs = NOON + 400 * DAY_MS) => {
  const { occurrences, complaints } = await readCalendar(Buffer.from(text), { zone: paris, fromMs, toMs });
  return {
    events: occurrences.filter(({ cancelled }) => !cancelled).map(({ event }) => event),
    complaints: complaints.filter(({ weight }) => weight !== 'trifle'),
  };
};
const starts = async (text: string): Promise<string[]> =>
  (await read(text)).events.map(({ startsAtMs }) => new Date(startsAtMs).toISOString().slice(0, 16));
const ics = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const vevent = (...lines: string[]): string => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n');

const file = (name: string, content: string): Attachment => ({ name, mimeType: attachmentType(name), content });
const LECTURE: WritableEvent = {
  uid: '68b19d11-6aca-413e-b2b3-eda72eebc65a',
  startsAtMs: NOON,
  endsAtMs: NOON + 5_400_000,
  title: 'Algèbre; linéaire, 1\\2',
  description: 'two\nlines',
  location: 'Amphi_D',
  seriesId: 'a7f0',
  lastModifiedMs: NOON - DAY_MS,
  attachments: [
    file(
      'episode.xml',
      formatCatalog({
        title: 'Algèbre 1',
        creators: ['M. Dupont', 'Mme Œuvrard'],
        contributors: [],
        subjects: [],
        publishers: [],
        isPartOf: 'a7f0',
      }),
    ),
    file(
      'series.xml',
      formatCatalog({ title: 'PAES_2016_S2', creators: [], contributors: [], subjects: [], publishers: [] }),
    ),
    file(
      'org.opencastproject.capture.agent.properties',
      formatAgentProperties({
        'org.opencastproject.workflow.definition': 'schedule-and-upload',
        'org.opencastproject.workflow.config.straightToPublishing': 'true',
        'capture.device.names': 'Channel A, Channel B',
        'event.title': 'a=b: c',
      }),
    ),
  ],
};

describe('a calendar of Opencast', () => {
  const text = writeCalendar([LECTURE], NOON);

  test('is written in the layout that naive readers want', async () => {
    const lines = text.split('\r\n');
    assert.deepEqual(lines.slice(0, 5), [
      'BEGIN:VCALENDAR',
      'PRODID:Opencast Calendar File 0.5',
      'VERSION:2.0',
      'CALSCALE:GREGORIAN',
      'BEGIN:VEVENT',
    ]);
    assert.ok(lines.includes('DTSTART:20261120T120000Z'));
    assert.ok(lines.includes(String.raw`SUMMARY:Algèbre\; linéaire\, 1\\2`));
    assert.ok(
      lines.some((line) =>
        line.startsWith(
          'ATTACH;FMTTYPE=application/text;VALUE=BINARY;ENCODING=BASE64;X-APPLE-FILENAME=org.opencastproject.capture.agent.properties:b3Jn',
        ),
      ),
    );
    assert.equal(
      writeCalendar([], NOON),
      'BEGIN:VCALENDAR\r\nPRODID:Opencast Calendar File 0.5\r\nVERSION:2.0\r\nCALSCALE:GREGORIAN\r\nEND:VCALENDAR\r\n',
    );
  });

  test('says after writing and reading what it said before', async () => {
    const { events, complaints } = await read(text);
    assert.deepEqual(complaints, []);
    assert.deepEqual(events, [{ id: LECTURE.uid, ...LECTURE }]);
  });

  test('becomes a booking with everything the box shows, names and hands over', async () => {
    const [event] = (await read(text)).events;
    assert.ok(event);
    assert.deepEqual(bookingOf(event), {
      id: LECTURE.uid,
      uid: LECTURE.uid,
      startsAtMs: NOON,
      endsAtMs: NOON + 5_400_000,
      title: 'Algèbre 1',
      presenters: ['M. Dupont', 'Mme Œuvrard'],
      series: 'PAES_2016_S2',
      seriesId: 'a7f0',
      description: 'two\nlines',
      hall: 'Amphi_D',
      workflow: 'schedule-and-upload',
      workflowConfiguration: { straightToPublishing: 'true' },
      devices: ['Channel A', 'Channel B'],
    });
  });

  test('may be folded, with empty lines between, with LF alone, parameters in any order and quoted', async () => {
    const folded = text
      .split('\r\n')
      .map((line) => line.replaceAll(/(?<=^.{60}|\r\n .{60})/gu, '\r\n '))
      .join('\r\n\r\n');
    assert.deepEqual((await read(folded)).events, (await read(text)).events);
    assert.deepEqual((await read(text.replaceAll('\r\n', '\n'))).events, (await read(text)).events);
    const turned = text.replaceAll(
      /ATTACH;FMTTYPE=([^;]+);VALUE=BINARY;ENCODING=BASE64;X-APPLE-FILENAME=([^:]+):/g,
      'ATTACH;X-APPLE-FILENAME="$2";ENCODING=BASE64;VALUE=BINARY;FMTTYPE=$1:',
    );
    assert.deepEqual((await read(turned)).events, (await read(text)).events);
  });

  test('of 5 000 events is read whole', async () => {
    const many = Array.from({ length: 5000 }, (_, n) => ({
      ...LECTURE,
      uid: `e-${n}`,
      startsAtMs: NOON + n * 60_000,
      endsAtMs: NOON + n * 60_000 + 50_000,
    }));
    assert.equal((await read(writeCalendar(many, NOON))).events.length, 5000);
  });

  test('that is none, or not all of one, is refused with words', async () => {
    const refused: [string, RegExp][] = [
      ['<!DOCTYPE html><html><head><title>Opencast – Login</title>', /a web page \("Opencast – Login"\)/],
      [text.slice(0, -40), /cut off/],
      [text.slice(0, 300), /cut off/],
      ['', /empty/],
      ['{"error":1}', /begins with/],
    ];
    for (const [wrong, message] of refused)
      await assert.rejects(
        () => read(wrong),
        (error) => error instanceof CalendarError && message.test(error.message),
      );
  });

  test('with a broken event gives the others and says what is wrong with it', async () => {
    const { events, complaints } = await read(
      ics(
        vevent('UID:no-end', 'SUMMARY:Endless', 'DTSTART:20261120T120000Z'),
        vevent('UID:no-start', 'SUMMARY:x', 'DTEND:20261120T120000Z'),
        vevent('UID:backwards', 'SUMMARY:Back', 'DTSTART:20261120T120000Z', 'DTEND:20261120T110000Z'),
        vevent('UID:garbage', 'SUMMARY', 'DTSTART:20261120T120000Z'),
        vevent(
          'UID:rule',
          'SUMMARY:Rule',
          'DTSTART:20261120T120000Z',
          'DTEND:20261120T130000Z',
          'RRULE:FREQ=SOMETIMES',
        ),
        vevent('UID:good', 'SUMMARY:Good', 'DTSTART:20261121T120000Z', 'DTEND:20261121T130000Z'),
        vevent('UID:date', 'SUMMARY:Holiday', 'DTSTART;VALUE=DATE:20261122', 'DTEND;VALUE=DATE:20261123'),
        vevent(
          'UID:cancelled',
          'SUMMARY:Off',
          'STATUS:CANCELLED',
          'DTSTART:20261120T120000Z',
          'DTEND:20261120T130000Z',
        ),
      ),
    );
    assert.deepEqual(
      events.map(({ uid }) => uid),
      ['rule', 'good'],
    );
    assert.deepEqual(
      complaints.map(({ uid }) => uid),
      ['no-end', 'no-start', 'backwards', 'garbage', 'rule'],
    );
    assert.match(complaints[0]!.text, /"Endless" has no end/);
  });
});

describe('a calendar of anybody', () => {
  const weekly = (...more: string[]): string =>
    ics(
      vevent(
        'UID:w',
        'SUMMARY:TD',
        'DTSTART;TZID=Europe/Paris:20261005T083000',
        'DTEND;TZID=Europe/Paris:20261005T103000',
        ...more,
      ),
    );

  test('a lecture at 08:30 stays at 08:30 when the clocks change', async () => {
    assert.deepEqual(await starts(weekly('RRULE:FREQ=WEEKLY;COUNT=5')), [
      '2026-10-05T06:30',
      '2026-10-12T06:30',
      '2026-10-19T06:30',
      '2026-10-26T07:30',
      '2026-11-02T07:30',
    ]);
  });

  test('EXDATE, RDATE, and one that is moved or cancelled', async () => {
    const text = ics(
      vevent(
        'UID:w',
        'SUMMARY:TD',
        'DTSTART;TZID=Europe/Paris:20261005T083000',
        'DURATION:PT2H',
        'RRULE:FREQ=WEEKLY;COUNT=5',
        'EXDATE;TZID=Europe/Paris:20261012T083000',
        'RDATE;TZID=Europe/Paris:20261014T083000',
      ),
      vevent(
        'UID:w',
        'SUMMARY:TD (room)',
        'RECURRENCE-ID;TZID=Europe/Paris:20261026T083000',
        'DTSTART;TZID=Europe/Paris:20261027T140000',
        'DTEND;TZID=Europe/Paris:20261027T150000',
      ),
      vevent(
        'UID:w',
        'SUMMARY:TD',
        'STATUS:CANCELLED',
        'RECURRENCE-ID:20261102T073000Z',
        'DTSTART:20261102T073000Z',
        'DTEND:20261102T093000Z',
      ),
    );
    assert.deepEqual(await starts(text), [
      '2026-10-05T06:30',
      '2026-10-14T06:30',
      '2026-10-19T06:30',
      '2026-10-27T13:00',
    ]);
    const moved = (await read(text)).events.at(-1);
    assert.deepEqual([moved?.id, moved?.title], ['w:20261026T083000', 'TD (room)']);
  });

  test('EXDATE may be a day', async () => {
    assert.deepEqual(await starts(weekly('RRULE:FREQ=WEEKLY;COUNT=2', 'EXDATE;VALUE=DATE:20261012')), [
      '2026-10-05T06:30',
    ]);
  });

  test('UNTIL is an instant', async () => {
    assert.equal((await starts(weekly('RRULE:FREQ=WEEKLY;UNTIL=20261019T063000Z'))).length, 3);
    assert.equal((await starts(weekly('RRULE:FREQ=WEEKLY;UNTIL=20261019T062959Z'))).length, 2);
    assert.equal((await starts(weekly('RRULE:FREQ=WEEKLY;UNTIL=20261019'))).length, 3, 'a date means its whole day');
  });

  test('a rule without end gives what lies in the time asked for', async () => {
    const { events } = await read(weekly('RRULE:FREQ=DAILY'), Date.UTC(2027, 0, 1), Date.UTC(2027, 0, 8));
    assert.equal(events.length, 7);
  });

  test('over the night when the clocks change: the hour that is twice, and the one that is not there', async () => {
    const night = (day: string): string =>
      ics(
        vevent(
          'UID:n',
          'SUMMARY:n',
          `DTSTART;TZID=Europe/Paris:${day}T023000`,
          `DTEND;TZID=Europe/Paris:${day}T040000`,
        ),
      );
    assert.deepEqual(await starts(night('20261025')), ['2026-10-25T00:30']);
    assert.deepEqual(await starts(night('20270328')), ['2027-03-28T01:30']);
    const [autumn] = (await read(night('20261025'))).events;
    assert.equal(autumn && autumn.endsAtMs - autumn.startsAtMs, 2.5 * 3_600_000);
  });

  test('times without a zone are those of the hall', async () => {
    assert.deepEqual(await starts(ics(vevent('UID:f', 'SUMMARY:f', 'DTSTART:20260701T100000', 'DURATION:PT1H'))), [
      '2026-07-01T08:00',
    ]);
  });

  test('a zone that only the calendar explains', async () => {
    const zone = [
      'BEGIN:VTIMEZONE',
      'TZID:Romance Standard Time',
      'BEGIN:STANDARD',
      'DTSTART:16010101T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:16010101T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
    ];
    const event = vevent(
      'UID:z',
      'SUMMARY:z',
      'DTSTART;TZID="Romance Standard Time":20261020T083000',
      'DURATION:PT1H',
      'RRULE:FREQ=WEEKLY;COUNT=2',
    );
    assert.deepEqual(await starts(ics(...zone, event)), ['2026-10-20T06:30', '2026-10-27T07:30']);
    const { events } = await read(ics(...zone, event));
    assert.deepEqual(
      events.map(({ startsAtMs, endsAtMs }) => endsAtMs - startsAtMs),
      [3_600_000, 3_600_000],
    );
  });

  test('a zone that nobody explains is the hall’s, and that is told', async () => {
    const { events, complaints } = await read(
      ics(vevent('UID:z', 'SUMMARY:z', 'DTSTART;TZID=Mars/Olympus:20261220T083000', 'DURATION:PT1H')),
    );
    assert.equal(events[0]?.startsAtMs, Date.UTC(2026, 11, 20, 7, 30));
    assert.match(complaints[0]?.text ?? '', /nobody knows the time zone Mars\/Olympus/);
  });

  test('several events with one UID, as some timetables write them, are all there', async () => {
    const one = (day: string): string =>
      vevent('UID:same', 'SUMMARY:x', `DTSTART:202611${day}T080000Z`, `DTEND:202611${day}T090000Z`);
    const { events } = await read(ics(one('02'), one('03')));
    assert.deepEqual(
      events.map(({ id }) => id),
      ['same:20261102T090000', 'same:20261103T090000'],
    );
  });

  test('of two versions of one event the later counts', async () => {
    const one = (hour: string, sequence: number): string =>
      vevent(
        'UID:v',
        'SUMMARY:x',
        `SEQUENCE:${sequence}`,
        `DTSTART:20261102T${hour}0000Z`,
        `DTEND:20261102T${hour}3000Z`,
      );
    assert.deepEqual(await starts(ics(one('10', 2), one('08', 1))), ['2026-11-02T10:00']);
  });

  test('a rule that never ends within reason is a complaint, not an endless wait', async () => {
    const { complaints } = await read(
      ics(vevent('UID:r', 'SUMMARY:r', 'DTSTART:20200101T080000Z', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY')),
    );
    assert.match(complaints[0]?.text ?? '', /too frequent/);
  });
});
