import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { describe, test } from 'node:test';
import { calendar, event, hours, hoursOf, lecture, NOUMEA, readWith } from './forms.ts';

const ONE = ['10-05 08:30 120'];
const START = 'DTSTART;TZID=Europe/Paris:20261005T083000';

describe('what an event says twice', () => {
  const read = (...lines: string[]) => readWith(calendar(event('UID:u', 'SUMMARY:T', ...lines)));

  test('in two ways is one moment', async () => {
    assert.deepEqual(hoursOf(await read(START, 'DTSTART:20261005T063000Z', 'DURATION:PT2H')), ONE);
    const ends = ['DTEND;TZID=Europe/Paris:20261005T103000', 'DTEND:20261005T083000Z'];
    assert.deepEqual(hoursOf(await read(START, ...ends)), ONE);
  });

  test('and means two moments costs the event, also if only the zones differ', async () => {
    const two = [
      [[START, 'DTSTART;TZID=Asia/Tokyo:20261005T083000', 'DURATION:PT2H'], /two starts/],
      [[START, 'DTEND:20261005T083000Z', 'DTEND:20261005T093000Z'], /two ends/],
    ] as const;
    for (const [lines, words] of two) {
      const { occurrences, complaints } = await read(...lines);
      assert.deepEqual([occurrences, complaints[0]?.weight], [[], 'lost']);
      assert.match(complaints[0]?.text ?? '', words);
    }
  });

  test('as an end and a duration that differ is told', async () => {
    const reading = await read(START, 'DTEND:20261005T083000Z', 'DURATION:PT3H');
    assert.deepEqual(hoursOf(reading), ONE);
    assert.match(reading.complaints.find(({ weight }) => weight === 'doubt')?.text ?? '', /DTEND counts/);
  });
});

test('a range that nobody follows is told', async () => {
  const moved = lecture('RECURRENCE-ID;RANGE=THISANDPRIOR:20261012T063000Z', 'DTSTART:20261012T123000Z');
  const { complaints } = await readWith(calendar(lecture('RRULE:FREQ=WEEKLY;COUNT=3'), moved));
  assert.deepEqual([complaints[0]?.weight, /THISANDPRIOR/.test(complaints[0]?.text ?? '')], ['doubt', true]);
});

test('vCalendar 1.0: dates parted by semicolons, texts in Quoted-Printable over several lines', async () => {
  const reading = await readWith(
    calendar(
      lecture(
        'RRULE:FREQ=WEEKLY;COUNT=4',
        'EXDATE;TZID=Europe/Paris:20261012T083000;20261019T083000',
        'SUMMARY;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Alg=C3=A8bre=',
        'suite: les anneaux',
        'LOCATION;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:B=E2timent A',
      ),
    ),
  );
  assert.deepEqual(hoursOf(reading), ['10-05 08:30 120', '10-26 08:30 120']);
  const { title, location } = reading.occurrences[0]?.event ?? {};
  assert.deepEqual([title, location], ['Algèbresuite: les anneaux', 'Bâtiment A']);
});

test('invisible signs and odd blanks are in no text and spoil no date', async () => {
  const reading = await readWith(
    calendar(
      lecture(
        'DTSTART;TZID=Europe/Paris:\u200E20261005T083000\u200B',
        'SUMMARY:\uFEFFA\u200Bb\u00A0c',
        'LOCATION:D\u202F1',
      ),
    ),
  );
  assert.deepEqual(hoursOf(reading), ONE);
  const { title, location } = reading.occurrences[0]?.event ?? {};
  assert.deepEqual([title, location], ['Ab c', 'D 1']);
});

test('a packed file is named', async () => {
  await assert.rejects(readWith(gzipSync(calendar(lecture()))), /packed file \(gzip\), no calendar/);
});

describe('a zone, for a hall far away', () => {
  const at = (tzid: string, ...around: string[]) =>
    hours(calendar(...around, lecture(`DTSTART;TZID=${tzid}:20261005T083000`)), NOUMEA);
  const described = (tzid: string, offset: string): string =>
    [
      'BEGIN:VTIMEZONE',
      `TZID:${tzid}`,
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      `TZOFFSETFROM:${offset}`,
      `TZOFFSETTO:${offset}`,
      'END:STANDARD',
      'END:VTIMEZONE',
    ].join('\r\n');

  test('in the writings of programs and people', async () => {
    const names = [
      'Europe\\/Paris',
      'Europe%2FParis',
      'Paris',
      '"Paris, Madrid"',
      'UTC+2',
      'UTC+02:00',
      'GMT+0200',
      '+02:00',
      'CEST',
      '"GMT +0100 (Standard) / GMT +0200 (Daylight)"',
    ];
    for (const name of names) assert.deepEqual(await at(name), ['10-05 17:30 120'], name);
  });

  test('that the calendar describes, in quotes, in other letters, or as the only one', async () => {
    const eight = ['10-05 16:30 120'];
    assert.deepEqual(await at('"Q R"', described('"Q R"', '+0300')), eight);
    assert.deepEqual(await at('Q R', described('q r', '+0300')), eight);
    assert.deepEqual(await at('Customized', described('q', '+0300')), eight);
    assert.deepEqual(await at('Customized', described('q', '+0300'), described('r', '+0400')), ['10-05 08:30 120']);
  });

  test('of times without one, as Windows calls it', async () => {
    const text = calendar('X-WR-TIMEZONE:Romance Standard Time', lecture('DTSTART:20261005T083000'));
    assert.deepEqual(await hours(text, NOUMEA), ['10-05 17:30 120']);
  });
});

test('a day in more letters is that day; SKIP is no trifle', async () => {
  assert.deepEqual(await hours(calendar(lecture('RRULE:FREQ=WEEKLY;BYDAY=MON,Thursday;COUNT=2'))), [
    '10-05 08:30 120',
    '10-08 08:30 120',
  ]);
  const { complaints } = await readWith(calendar(lecture('RRULE:FREQ=MONTHLY;SKIP=BACKWARD;BYMONTHDAY=31;COUNT=3')));
  assert.deepEqual([complaints[0]?.weight, /only OMIT/.test(complaints[0]?.text ?? '')], ['doubt', true]);
});
