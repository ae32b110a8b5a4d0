import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ianaZone, UTC } from '#lib/calendar/zones/zoned-time.ts';
import { readIcalLectures } from '#central/timetable/import/ical-lectures.ts';
import type { Lecture } from '#central/timetable/import/lecture.ts';

const calendar = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//ADE/version 6.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]): string => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n');
const read = (text: string) => readIcalLectures(Buffer.from(text), { zone: ianaZone('Europe/Paris') ?? UTC });
const span = ({ key, startsAtMs, endsAtMs }: Lecture): string =>
  `${key} ${new Date(startsAtMs).toISOString().slice(0, 16)} ${(endsAtMs - startsAtMs) / 60_000}`;

const lecture = ['UID:u1', 'SUMMARY:Anatomie', 'LOCATION:Amphi D'];

test('an event as ADE exports it', async () => {
  const { lectures, mistakes } = await read(
    calendar(
      event(
        'DTSTAMP:20160901T120000Z',
        'DTSTART:20160912T063000Z',
        'DTEND:20160912T083000Z',
        'SUMMARY:UE3\\, Thermodynamique',
        'LOCATION:Amphi_D',
        'DESCRIPTION:\\n\\nPAES S1\\nEnseignant : CURIE\\, Marie\\n(Exporté le:01/09/2016 12',
        ' :00)\\n',
        'UID:ADE6032303136',
        'RELATED-TO:PAES_2016_S2_UE3',
      ),
    ),
  );
  assert.deepEqual(mistakes, []);
  assert.deepEqual(lectures, [
    {
      line: 4,
      key: 'ADE6032303136',
      hall: 'Amphi_D',
      startsAtMs: Date.UTC(2016, 8, 12, 6, 30),
      endsAtMs: Date.UTC(2016, 8, 12, 8, 30),
      title: 'UE3, Thermodynamique',
      presenters: ['CURIE, Marie'],
      series: 'PAES_2016_S2_UE3',
      description: 'PAES S1\nEnseignant : CURIE, Marie',
    },
  ]);
});

test('rules keep the clock of the wall, whether the file says it in UTC, in a zone, or in none', async () => {
  for (const start of [
    'DTSTART:20261019T063000Z',
    'DTSTART;TZID=Europe/Paris:20261019T083000',
    'DTSTART:20261019T083000',
  ]) {
    const text = calendar(event(...lecture, start, 'DURATION:PT1H30M', 'RRULE:FREQ=WEEKLY;COUNT=3'));
    assert.deepEqual(
      (await read(text)).lectures.map(span),
      [
        'u1/2026-10-19T06:30Z 2026-10-19T06:30 90',
        'u1/2026-10-26T07:30Z 2026-10-26T07:30 90',
        'u1/2026-11-02T07:30Z 2026-11-02T07:30 90',
      ],
      start,
    );
  }
});

test('exclusions, additions, and an occurrence that was moved to another hall', async () => {
  const zone = ';TZID=Europe/Paris';
  const text = calendar(
    event(
      ...lecture,
      `DTSTART${zone}:20261005T083000`,
      `DTEND${zone}:20261005T103000`,
      'RRULE:FREQ=WEEKLY;UNTIL=20261109T073000Z',
      `EXDATE${zone}:20261012T083000`,
      'EXDATE;VALUE=DATE:20261102',
      `RDATE${zone}:20261014T083000`,
    ),
    event(
      'UID:u1',
      'SUMMARY:Anatomie',
      'LOCATION:Amphi E',
      `RECURRENCE-ID${zone}:20261019T083000`,
      `DTSTART${zone}:20261019T140000`,
      `DTEND${zone}:20261019T160000`,
    ),
  );
  const { lectures, mistakes } = await read(text);
  assert.deepEqual(mistakes, []);
  assert.deepEqual(
    lectures.map((one) => `${span(one)} ${one.hall}`),
    [
      'u1/2026-10-05T06:30Z 2026-10-05T06:30 120 Amphi D',
      'u1/2026-10-14T06:30Z 2026-10-14T06:30 120 Amphi D',
      'u1/2026-10-26T07:30Z 2026-10-26T07:30 120 Amphi D',
      'u1/2026-11-09T07:30Z 2026-11-09T07:30 120 Amphi D',
      'u1/2026-10-19T06:30Z 2026-10-19T12:00 120 Amphi E',
    ],
  );
});

test('zones of Windows, behind a prefix, and described in the file', async () => {
  const vtimezone = [
    'BEGIN:VTIMEZONE',
    'TZID:Ici',
    'BEGIN:DAYLIGHT',
    'DTSTART:19810329T020000',
    'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0200',
    'END:DAYLIGHT',
    'BEGIN:STANDARD',
    'DTSTART:19961027T030000',
    'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
    'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0100',
    'END:STANDARD',
    'END:VTIMEZONE',
  ];
  for (const zone of [
    'Romance Standard Time',
    '/freeassociation.sourceforge.net/Europe/Paris',
    '"Europe/Paris"',
    'Ici',
  ]) {
    const times = [`DTSTART;TZID=${zone}:20160912T083000`, `DTEND;TZID=${zone}:20160912T103000`];
    const { lectures, mistakes } = await read(calendar(...vtimezone, event(...lecture, ...times)));
    assert.deepEqual([mistakes, lectures.map(span)], [[], ['u1 2016-09-12T06:30 120']], zone);
  }
});

test('mistakes have the line of their event, and harm no other', async () => {
  const times = ['DTSTART:20160912T063000Z', 'DTEND:20160912T083000Z'];
  const { lectures, mistakes, notes } = await read(
    calendar(
      event(...lecture, ...times),
      event('UID:u2', 'SUMMARY:Sans salle', ...times),
      event('UID:u3', 'SUMMARY:Sans fin', 'LOCATION:D', 'DTSTART:20160912T063000Z'),
      event('UID:u4', 'SUMMARY:Ailleurs', 'LOCATION:D', 'DTSTART;TZID=Mars/Olympus:20160912T063000', 'DURATION:PT1H'),
      event('UID:u5', 'SUMMARY:Férié', 'LOCATION:D', 'DTSTART;VALUE=DATE:20161111'),
      event('UID:u6', 'SUMMARY:Toujours', 'LOCATION:D', ...times, 'RRULE:FREQ=WEEKLY'),
      event('UID:u7', 'SUMMARY:Envers', 'LOCATION:D', 'DTSTART:20160912T083000Z', 'DTEND:20160912T063000Z'),
      event('UID:u8', 'SUMMARY:Annulé', 'LOCATION:D', 'STATUS:CANCELLED', ...times),
    ),
  );
  assert.deepEqual(
    mistakes.toSorted((one, other) => one.line - other.line),
    [
      { line: 11, message: '"Sans salle": LOCATION, the hall, is missing' },
      { line: 17, message: '"Sans fin" has no end' },
      { line: 36, message: '"Toujours": the rule FREQ=WEEKLY never ends: give it UNTIL or COUNT' },
      { line: 44, message: '"Envers" ends before it begins' },
    ],
  );
  assert.deepEqual(notes, [
    'line 27: "Ailleurs" is of a time zone that is guessed: nobody knows the time zone Mars/Olympus: Europe/Paris is taken for it',
    'line 30: "Férié" is of whole days: it is left out',
  ]);
  assert.deepEqual(
    lectures.map(({ key, cancelled }) => [key, cancelled]),
    [
      ['u1', undefined],
      ['u4', undefined],
      ['u8', true],
    ],
  );
});

test('what is no calendar, and one that is cut off', async () => {
  assert.deepEqual(await read('<html>'), {
    lectures: [],
    mistakes: [{ line: 1, message: 'it is a web page, no calendar' }],
    notes: [],
  });
  const whole = calendar(event(...lecture, 'DTSTART:20160912T063000Z', 'DTEND:20160912T083000Z'));
  const { mistakes } = await read(whole.slice(0, whole.indexOf('DTEND')));
  assert.deepEqual(mistakes, [
    {
      line: 4,
      message: 'it is cut off: it does not end with END:VCALENDAR, and VEVENT of line 4 never ends',
    },
  ]);
  assert.match((await read(calendar())).mistakes[0]?.message ?? '', /no event in it/);
  assert.equal((await read(calendar(event(...lecture, 'DTSTART:hier')))).mistakes.length, 1);
});
