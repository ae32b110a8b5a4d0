import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { calendar, event, hours, hoursOf, lecture, NOUMEA, readWith } from './forms.ts';

// Forms that programs of timetables and calendars write, and that no standard describes.

const of = (...lines: string[]): string => calendar(lecture(...lines));
const at = (...days: string[]): string[] => days.map((day) => `${day} 08:30 120`);
const THREE = 'RRULE:FREQ=WEEKLY;COUNT=3';

test('a start with signs around it', async () => {
  const forms = [
    '"20261005T083000"',
    '20261005T083000,',
    '2026/10/05 08:30',
    '2026-10-05T08:30+02:00[Europe/Paris]',
    '20261005T063000Z[UTC]',
  ];
  for (const form of forms) assert.deepEqual(await hours(of(`DTSTART:${form}`)), at('10-05'), form);
  // The name behind a time without an offset would have to be looked up: the time is not guessed.
  assert.deepEqual(await hours(of('DTSTART:20261005T083000[Asia/Tokyo]')), []);
});

test('a duration without T, with years, as a clock shows it', async () => {
  for (const form of ['P1H30M', 'P0Y0M0DT1H30M0S', 'P0DT1H30M', 'PT1H 30M', '1:30', '01:30:00'])
    assert.deepEqual(await hours(of(`DURATION:${form}`)), ['10-05 08:30 90'], form);
  for (const form of ['P3M', 'P1Y', 'PT1H30', '-PT1H30M', '5400', '1.5', '1:75', 'P'])
    assert.deepEqual(await hours(of(`DURATION:${form}`)), [], form);
});

test('names of zones that Zimbra, Lotus and others make up', async () => {
  const names = [
    '(GMT+01.00) Brussels / Copenhagen / Madrid / Paris',
    'Romance',
    'W. Europe',
    'Europe/Paris_1',
    'Europe/Paris (CET)',
    'Europe / Paris',
    'Europe\\Paris',
  ];
  for (const name of names)
    assert.deepEqual(await hours(of(`DTSTART;TZID=${name}:20261005T083000`), NOUMEA), ['10-05 17:30 120'], name);
  assert.deepEqual(await hours(of('DTSTART;TZID=Coordinated Universal Time:20261005T063000')), at('10-05'));
  const floating = calendar('TIMEZONE-ID:Europe/Paris', lecture('DTSTART:20261005T083000'));
  assert.deepEqual(await hours(floating, NOUMEA), ['10-05 17:30 120']);
});

test('rules with commas for semicolons, and with the only Monday of a week', async () => {
  assert.deepEqual(await hours(of('RRULE:FREQ=WEEKLY,BYDAY=MO,TU,COUNT=3')), at('10-05', '10-06', '10-12'));
  assert.deepEqual(await hours(of('RRULE:FREQ=WEEKLY;BYDAY=1MO;COUNT=2')), at('10-05', '10-12'));
  assert.deepEqual(await hours(of('RRULE:FREQ=WEEKLY;BYDAY=2MO;COUNT=2')), at('10-05'));
});

test('midnight in EXDATE and RECURRENCE-ID means the day, if nothing starts at midnight', async () => {
  assert.deepEqual(await hours(of(THREE, 'EXDATE;TZID=Europe/Paris:20261012T000000')), at('10-05', '10-19'));
  const moved = event('UID:u', 'RECURRENCE-ID;TZID=Europe/Paris:20261012T000000', 'DTSTART:20261013T120000Z');
  assert.deepEqual(await hours(calendar(lecture(THREE), moved)), [
    '10-05 08:30 120',
    '10-13 14:00 120',
    '10-19 08:30 120',
  ]);
  const twice = of('RRULE:FREQ=WEEKLY;BYHOUR=8,14;COUNT=2', 'EXDATE;TZID=Europe/Paris:20261005T000000');
  assert.equal((await hours(twice)).length, 2);
});

describe('an event of whole days', () => {
  const MARK = 'X-MICROSOFT-CDO-ALLDAYEVENT:TRUE';
  const DAY = ['DTSTART;TZID=Europe/Paris:20261005T000000', 'DTEND;TZID=Europe/Paris:20261006T000000'];

  test('that is written with times is left out; without its mark it is a lecture', async () => {
    const { occurrences, complaints } = await readWith(of(...DAY, MARK));
    assert.deepEqual([occurrences.length, complaints.map(({ weight }) => weight)], [0, ['trifle']]);
    assert.deepEqual(await hours(of(...DAY)), ['10-05 00:00 1440']);
    assert.deepEqual(await hours(of(MARK)), at('10-05'));
  });

  test('in place of an occurrence takes it away, with a word', async () => {
    const day = event('UID:u', 'RECURRENCE-ID:20261012T063000Z', 'SUMMARY:T', 'DTSTART;VALUE=DATE:20261012');
    const reading = await readWith(calendar(lecture(THREE), day));
    assert.deepEqual(hoursOf(reading).toSorted(), ['-10-12 08:30 120', ...at('10-05', '10-19')]);
    assert.match(
      reading.complaints[0]?.text ?? '',
      /is of whole days now, instead of 2026-10-12 06:30: it is left out/,
    );
  });
});

describe('bytes of a calendar', () => {
  const titleOf = async (bytes: Uint8Array) => (await readWith(bytes)).occurrences[0]?.event.title;
  const text = of('SUMMARY:Algèbre', 'LOCATION:Amphithéâtre');

  test('in Mac OS Roman and in the code page of MS-DOS, with a note', async () => {
    const mac = text.replace('è', '\x8f').replace('éâ', '\x8e\x89');
    const reading = await readWith(Buffer.from(mac, 'latin1'));
    assert.equal(reading.occurrences[0]?.event.title, 'Algèbre');
    assert.deepEqual(
      reading.complaints.map(({ text: note }) => note),
      ['it is read as Mac OS Roman'],
    );
    const dos = text.replace('è', '\x8a').replace('éâ', '\x82\x83');
    assert.equal(await titleOf(Buffer.from(dos, 'latin1')), 'Algèbre');
  });

  test('in UTF-16, folded between the halves of a character', async () => {
    assert.equal(await titleOf(Buffer.from(of('SUMMARY:Fête \ud83c\r\n \udf89'), 'utf16le')), 'Fête 🎉');
  });

  test('indented by its components, with folded lines', async () => {
    const lines = text.replace('Amphithéâtre', 'Amphi\r\n théâtre: salle D').split('\r\n');
    let depth = 0;
    const indented = lines.map((line) => {
      if (line.startsWith('END')) depth--;
      const made = '  '.repeat(depth) + line;
      if (line.startsWith('BEGIN')) depth++;
      return made;
    });
    const { occurrences } = await readWith(indented.join('\r\n'));
    assert.deepEqual(
      occurrences.map(({ event: { title, location } }) => [title, location?.replaceAll(' ', '')]),
      [['Algèbre', 'Amphithéâtre:salleD']],
    );
  });

  test('of a lecture that lists more dates than any: it is lost, in words', async () => {
    const { complaints } = await readWith(of(THREE, `EXDATE:${'20261012T063000Z,'.repeat(5001)}`));
    assert.deepEqual(
      complaints.map(({ weight, text: why }) => [weight, why]),
      [['lost', '"T" lists more than 5000 dates (EXDATE, RDATE)']],
    );
  });

  test('in Quoted-Printable that is broken at the end of its component', async () => {
    const broken = of('DESCRIPTION;ENCODING=QUOTED-PRINTABLE:un=0D=0A=');
    assert.deepEqual(await hours(broken), at('10-05'));
  });
});
