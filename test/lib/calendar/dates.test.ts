import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { calendar, hours, lecture, NOUMEA, readWith } from './forms.ts';

describe('a start', () => {
  const at = (text: string): string => calendar(lecture(`DTSTART:${text}`));

  test('in another form is the same', async () => {
    const forms = [
      '20261005T0830',
      '2026-10-05T08:30:00',
      ' 20261005T083000 ',
      '20261005T083000.000',
      '2026-10-05 08:30',
    ];
    for (const form of forms) assert.deepEqual(await hours(at(form)), ['10-05 08:30 120'], form);
  });

  test('with an offset, or a small z, is that instant', async () => {
    for (const form of [
      '20261005T063000Z',
      '20261005T063000z',
      '20261005T063000+0000',
      '20261005T083000+02:00',
      '20261005T013000-05',
    ])
      assert.deepEqual(await hours(at(form)), ['10-05 08:30 120'], form);
  });

  test('that no calendar and no clock shows costs the event, with its line', async () => {
    for (const form of [
      '20260931T083000',
      '20261305T083000',
      '20261005T253000',
      '20261005T086000',
      '20260229T083000',
      '00001005T083000',
      '20261005T83000',
      '20261005T083000+25:00',
      'demain',
      '',
    ]) {
      const { occurrences, complaints } = await readWith(at(form));
      assert.deepEqual(
        [occurrences.length, complaints.map(({ weight, line }) => [weight, line])],
        [0, [['lost', 8]]],
        form,
      );
      assert.match(complaints[0]?.text ?? '', /has a start that is none/);
    }
  });

  test('at 24:00 is the midnight that follows; a day alone is left out', async () => {
    assert.deepEqual(await hours(at('20261005T240000')), ['10-06 00:00 120']);
    const { occurrences, complaints } = await readWith(at('20261005'));
    assert.deepEqual([occurrences.length, complaints[0]?.weight], [0, 'trifle']);
  });
});

test('durations, also with fractions', async () => {
  const of = (text: string) => hours(calendar(lecture(`DURATION:${text}`)));
  for (const [text, minutes] of Object.entries({
    'PT1.5H': 90,
    'PT1,5H': 90,
    pt2h: 120,
    P0DT2H: 120,
    'PT2H ': 120,
    P2H: 120,
    PT7200S: 120,
  }))
    assert.deepEqual(await of(text), [`10-05 08:30 ${minutes}`], text);
  for (const text of ['PT', '2h', 'PT2H30', 'P30M', '-PT2H', 'PT0S', 'P1W', 'PT26H'])
    assert.deepEqual(await of(text), [], text);
});

describe('an end', () => {
  const of = (...lines: string[]) => readWith(calendar(lecture(...lines)));

  test('may be in another zone, or in none', async () => {
    for (const line of ['DTEND:20261005T103000', 'DTEND:20261005T083000Z', 'DTEND;TZID=Pacific/Noumea:20261005T193000'])
      assert.deepEqual(await hours(calendar(lecture(line))), ['10-05 08:30 120'], line);
  });

  test('that would be a guess costs the event', async () => {
    for (const [line, text] of [
      ['DTEND;TZID=Europe/Paris:20261032T103000', /an end that is none/],
      ['DTEND;VALUE=DATE:20261005', /ends on a day without an hour/],
      ['DTEND:', /has no end/],
      ['DTEND:20261005T083000', /ends when it begins/],
      ['DTEND:20261006T113000', /lasts 27\.0 hours: is its end right\?/],
    ] as const) {
      const { occurrences, complaints } = await of(line);
      assert.deepEqual([occurrences.length, complaints[0]?.weight], [0, 'lost'], line);
      assert.match(complaints[0]?.text ?? '', text);
    }
    assert.deepEqual(
      await hours(calendar(lecture('DTEND:x', 'DURATION:PT2H'))),
      ['10-05 08:30 120'],
      'it says how long',
    );
  });

  test('is not needed by what is cancelled', async () => {
    const { occurrences } = await of('DTEND:', 'STATUS:CANCELLED');
    assert.deepEqual(
      occurrences.map(({ cancelled }) => cancelled),
      [true],
    );
  });
});

describe('a time zone', () => {
  const of = (tzid: string, ...more: string[]) =>
    hours(calendar(...more, lecture(`DTSTART;TZID=${tzid}:20261019T083000`, 'RRULE:FREQ=WEEKLY;COUNT=2')), NOUMEA);
  const paris = ['10-19 17:30 120', '10-26 18:30 120'];

  test('in all its names', async () => {
    for (const name of [
      'Europe/Paris',
      'europe/paris',
      'Romance Standard Time',
      '"W. Europe Standard Time"',
      '/mozilla.org/2005/Europe/Paris',
      '(GMT+01:00) Paris',
      'CET',
    ])
      assert.deepEqual(await of(name), paris, name);
    // A rule in UTC goes by the clock of the hall, which has no summer time.
    for (const name of ['UTC', 'GMT', 'Etc/UTC', 'Etc/GMT', 'Zulu'])
      assert.deepEqual(await of(name), ['10-19 19:30 120', '10-26 19:30 120'], name);
  });

  const observance = (kind: string, start: string, from: string, to: string, ...more: string[]): string[] => [
    `BEGIN:${kind}`,
    `DTSTART:${start}`,
    `TZOFFSETFROM:${from}`,
    `TZOFFSETTO:${to}`,
    ...more,
    `END:${kind}`,
  ];
  const described = (...lines: string[]): string =>
    ['BEGIN:VTIMEZONE', 'TZID:Salles', ...lines, 'END:VTIMEZONE'].join('\r\n');

  test('that the calendar describes, as far as it does', async () => {
    const summer = (...more: string[]) => observance('DAYLIGHT', '19700329T020000', '+0100', '+0200', ...more);
    const winter = (...more: string[]) => observance('STANDARD', '19701025T030000', '+0200', '+0100', ...more);
    const [march, october] = ['RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU'];
    assert.deepEqual(await of('Salles', described(...summer(march), ...winter(october))), paris);
    assert.deepEqual(await of('Salles', described('X-LIC-LOCATION:Europe/Paris')), paris);
    const ended = [...summer(`${march};UNTIL=20200329T010000Z`), ...winter(`${october};UNTIL=20201025T010000Z`)];
    assert.deepEqual(await of('Salles', described(...ended)), paris);
    const dates = [
      ...observance('DAYLIGHT', '20250330T020000', '+0100', '+0200', 'RDATE:20260329T020000'),
      ...observance('STANDARD', '20251026T030000', '+0200', '+0100'),
    ];
    assert.deepEqual(await of('Salles', described(...dates)), paris);
    const fixed = observance('STANDARD', '19700101T000000', '+0100', '+0100');
    assert.deepEqual(await of('Salles', described(...fixed)), ['10-19 18:30 120', '10-26 18:30 120']);
  });

  test('that nobody knows is the hall’s, and that is told once', async () => {
    const one = (uid: string): string => lecture(`UID:${uid}`, 'DTSTART;TZID=Customized:20261019T083000');
    const { complaints } = await readWith(calendar(one('a'), one('b'), described()));
    assert.deepEqual(
      complaints.map(({ weight }) => weight),
      ['doubt'],
    );
  });

  test('of times without one is X-WR-TIMEZONE, unless that is UTC, and else the hall’s', async () => {
    const floating = lecture('DTSTART:20261019T083000');
    assert.deepEqual(await hours(calendar('X-WR-TIMEZONE:Europe/Paris', floating), NOUMEA), ['10-19 17:30 120']);
    assert.deepEqual(await hours(calendar('X-WR-TIMEZONE:UTC', floating), NOUMEA), ['10-19 08:30 120']);
    assert.deepEqual(await hours(calendar(floating), NOUMEA), ['10-19 08:30 120']);
  });
});
