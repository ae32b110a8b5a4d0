import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { calendar, event, hours, hoursOf, lecture, NOUMEA, readWith } from './forms.ts';

// vCalendar 1.0 (versit, 1996), which phones, Lotus Notes and old Outlooks still write.

const START = ['DTSTART:20261005T083000', 'DTEND:20261005T103000'];
const of = (...lines: string[]): string => calendar(lecture(...START, ...lines));
const at = (...days: string[]): string[] => days.map((day) => `${day} 08:30 120`);

describe('a rule of vCalendar 1.0', () => {
  const RULES: [rule: string, days: string[]][] = [
    ['W1 MO #3', ['10-05', '10-12', '10-19']],
    ['w1  mo #2', ['10-05', '10-12']],
    ['W2 MO WE #4', ['10-05', '10-07', '10-19', '10-21']],
    ['W1 MO$ 20261102T083000', ['10-05', '10-12', '10-19', '10-26', '11-02']],
    ['W1 MO 20261019T093000Z', ['10-05', '10-12', '10-19']],
    ['D2 #3', ['10-05', '10-07', '10-09']],
    ['D1', ['10-05', '10-06']],
    ['MP1 1+ MO #3', ['10-05', '11-02', '12-07']],
    ['MP1 1+ 3+ MO #4', ['10-05', '10-19', '11-02', '11-16']],
    ['MP1 1+ MO 1- FR #3', ['10-05', '10-30', '11-02']],
    ['MD1 5 20- #3', ['10-05', '10-12', '11-05']],
    ['YM1 10 12 #2', ['10-05', '12-05']],
    ['YD1 278 #1', ['10-05']],
  ];
  for (const [rule, days] of RULES)
    test(`${rule} is on ${days.join(', ')}`, async () => {
      assert.deepEqual(await hours(of(`RRULE:${rule}`)), at(...days));
    });

  test('with a time of day behind its weekdays begins then too', async () => {
    assert.deepEqual(await hours(of('RRULE:W1 MO 0830 1330 #2')), ['10-05 08:30 120', '10-05 13:30 120']);
  });

  test('#0 has no end: the box looks as far as it wants', async () => {
    assert.ok((await hours(of('RRULE:W1 MO #0'))).length > 60);
  });

  test('that contains another rule leaves the first start, in words', async () => {
    const reading = await readWith(of('RRULE:MP6 1+ MO #5 D2 #5'));
    assert.deepEqual(hoursOf(reading), at('10-05'));
    assert.match(reading.complaints[0]?.text ?? '', /stands with its first start alone: the rule MP6 1\+ MO #5 D2 #5/);
  });

  test('has exceptions, separated by semicolons', async () => {
    const lines = ['RRULE:W1 MO #4', 'EXDATE:20261012T083000;20261019T083000'];
    assert.deepEqual(await hours(of(...lines)), at('10-05', '10-26'));
    assert.deepEqual(await hours(of('RRULE:D1 #4', 'EXRULE:D2 #2')), at('10-06', '10-08'));
  });
});

describe('TZ and DAYLIGHT say where the times are', () => {
  const head = (...lines: string[]): string =>
    of('RRULE:W1 MO #5').replace('BEGIN:VEVENT', [...lines, 'BEGIN:VEVENT'].join('\r\n'));
  const SUMMER = 'DAYLIGHT:TRUE;+02;20260329T020000;20261025T030000;CET;CEST';

  test('with summer time, over its end', async () => {
    assert.deepEqual(await hours(head('TZ:+01', SUMMER)), at('10-05', '10-12', '10-19', '10-26', '11-02'));
    const far = await hours(head('TZ:+01:00', SUMMER), NOUMEA);
    assert.deepEqual([far[0], far[4]], ['10-05 17:30 120', '11-02 18:30 120']);
  });

  test('without: one offset all year; Greenwich alone says nothing', async () => {
    assert.equal((await hours(head('TZ:-05', 'DAYLIGHT:FALSE')))[0], '10-05 15:30 120');
    assert.equal((await hours(head('TZ:+00')))[0], '10-05 08:30 120');
  });
});

test('texts in Quoted-Printable and Base64, whatever names their encoding has', async () => {
  const forms = [
    'ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Alg=C3=A8bre',
    'QUOTED-PRINTABLE;CHARSET=utf8:Alg=C3=A8bre',
    'QUOTED-PRINTABLE:Alg=E8bre',
    'ENCODING=QUOTED-PRINTABLE;CHARSET=MACINTOSH:Alg=8Fbre',
    'ENCODING=QUOTED-PRINTABLE;CHARSET=NONSENSE:Alg=E8bre',
    'ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Alg=C3=\r\n=A8bre',
    'ENCODING=BASE64;CHARSET=UTF-8:QWxnw6hicmU=',
    'BASE64:QWxnw6hicmU=',
  ];
  const titleOf = async (form: string): Promise<string | undefined> =>
    (await readWith(of(`SUMMARY;${form}`))).occurrences[0]?.event.title;
  for (const form of forms) assert.equal(await titleOf(form), 'Algèbre', form);
  assert.equal(await titleOf('ENCODING=QUOTED-PRINTABLE:Alg=E8bre=\r\n et topologie'), 'Algèbre et topologie');
  assert.equal(await titleOf('ENCODING=QUOTED-PRINTABLE:Un=0D=0ADeux'), 'Un\nDeux');
  assert.equal(await titleOf('ENCODING=QUOTED-PRINTABLE:x =3D 3'), 'x = 3');
  assert.equal(await titleOf('ENCODING=8BIT:x = 3'), 'x = 3');
});

test('what is kept of a good calendar keeps its zone', async () => {
  const good = event('UID:b', 'SUMMARY:B', ...START);
  const text = (first: string): string =>
    calendar(first, good).replace('BEGIN:VEVENT', 'TZ:-05\r\nDAYLIGHT:FALSE\r\nBEGIN:VEVENT');
  const bytes = Buffer.from(text(event('UID:a', 'SUMMARY:A', ...START)));
  const broken = await readWith(text(event('UID:a', 'SUMMARY:A', 'DTSTART:?')), { known: { bytes, shared: [] } });
  assert.ok(broken.kept);
  assert.deepEqual(await hours(broken.kept), ['10-05 15:30 120', '10-05 15:30 120']);
});
