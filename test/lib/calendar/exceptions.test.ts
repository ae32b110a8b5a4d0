import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { calendar, event, hours, hoursOf, lecture, readWith } from './forms.ts';

const PARIS = ';TZID=Europe/Paris';
const series = (...more: string[]): string => lecture('LOCATION:D', 'RRULE:FREQ=WEEKLY;COUNT=3', ...more);
const changed = (...lines: string[]) => readWith(calendar(series(), event('UID:u', ...lines)));
const idsOf = ({ occurrences }: Awaited<ReturnType<typeof readWith>>): string[] =>
  occurrences.map(({ event: { id } }) => id);

describe('an exception', () => {
  const moved = ['DTSTART;TZID=Europe/Paris:20261013T140000', 'DTEND;TZID=Europe/Paris:20261013T150000'];
  const expected = ['10-05 08:30 120', '10-13 14:00 60', '10-19 08:30 120'];

  test('is found by its instant, in any zone, or by its day; its id is the same', async () => {
    for (const id of [
      `RECURRENCE-ID${PARIS}:20261012T083000`,
      'RECURRENCE-ID:20261012T063000Z',
      'RECURRENCE-ID;TZID=Pacific/Noumea:20261012T173000',
      'RECURRENCE-ID;VALUE=DATE:20261012',
      'RECURRENCE-ID:20261012',
      'RECURRENCE-ID:20261012T083000',
    ]) {
      const reading = await changed(id, ...moved);
      assert.deepEqual(hoursOf(reading), expected, id);
      assert.deepEqual(idsOf(reading), ['u:20261005T083000', 'u:20261012T083000', 'u:20261019T083000'], id);
    }
  });

  test('is as its series in what it does not say', async () => {
    const only = async (...lines: string[]) =>
      (await changed(`RECURRENCE-ID${PARIS}:20261012T083000`, ...lines)).occurrences[1];
    const time = await only(...moved);
    assert.deepEqual([time?.event.title, time?.event.location], ['T', 'D']);
    const hall = await only('LOCATION:E');
    assert.deepEqual(
      [hall?.event.startsAtMs, hall?.event.endsAtMs],
      [Date.UTC(2026, 9, 12, 6, 30), Date.UTC(2026, 9, 12, 8, 30)],
    );
    assert.deepEqual([hall?.event.title, hall?.event.location], ['T', 'E']);
    assert.equal((await only('STATUS:CANCELLED'))?.cancelled, true);
  });

  test('of which there are several versions is the newest one', async () => {
    const of = (hour: string, ...lines: string[]): string =>
      event(
        'UID:u',
        `RECURRENCE-ID${PARIS}:20261012T083000`,
        `DTSTART${PARIS}:20261012T${hour}0000`,
        'DURATION:PT1H',
        ...lines,
      );
    const versions = (...all: string[]) => hours(calendar(series(), ...all));
    const hourOf = async (...all: string[]): Promise<string | undefined> => (await versions(...all))[1]?.slice(6, 8);
    assert.equal(await hourOf(of('16', 'SEQUENCE:2'), of('14', 'SEQUENCE:1')), '16');
    assert.equal(
      await hourOf(of('16', 'LAST-MODIFIED:20260902T000000Z'), of('14', 'LAST-MODIFIED:20260901T000000Z')),
      '16',
    );
    assert.equal(await hourOf(of('16', 'DTSTAMP:20260902T000000Z'), of('14', 'DTSTAMP:20260901T000000Z')), '16');
    assert.equal(await hourOf(of('16'), of('14')), '14');
    assert.equal((await versions(of('16', 'SEQUENCE:2'), of('14', 'SEQUENCE:1'))).length, 3);
  });

  test('that meets no occurrence is noted, and stands for itself', async () => {
    const reading = await changed('RECURRENCE-ID:20261014T063000Z', ...moved);
    assert.deepEqual(hoursOf(reading), ['10-05 08:30 120', '10-12 08:30 120', '10-13 14:00 60', '10-19 08:30 120']);
    assert.match(reading.complaints[0]?.text ?? '', /replaces an occurrence of 2026-10-14 08:30, which is none/);
  });

  test('whose RECURRENCE-ID cannot be read changes no other, and no id', async () => {
    for (const id of ['RECURRENCE-ID:', 'RECURRENCE-ID:n/a', 'RECURRENCE-ID:20261032T083000']) {
      const reading = await changed('SUMMARY:T', 'SEQUENCE:4', id, ...moved);
      assert.deepEqual(
        hoursOf(reading),
        ['10-05 08:30 120', '10-12 08:30 120', '10-13 14:00 60', '10-19 08:30 120'],
        id,
      );
      assert.deepEqual(idsOf(reading)[0], 'u:20261005T083000');
      const same = await changed(id, `DTSTART${PARIS}:20261012T083000`, 'DURATION:PT1H');
      assert.deepEqual(hoursOf(same)[1], '10-12 08:30 60', 'at the hour of an occurrence it is that one');
    }
  });

  test('of all from it on', async () => {
    const rest = `RECURRENCE-ID;RANGE=THISANDFUTURE${PARIS}:20261012T083000`;
    assert.deepEqual(hoursOf(await changed(rest, ...moved)), ['10-05 08:30 120', '10-13 14:00 60', '10-20 14:00 60']);
    assert.deepEqual(hoursOf(await changed(rest, 'STATUS:CANCELLED')), [
      '10-05 08:30 120',
      '-10-12 08:30 120',
      '-10-19 08:30 120',
    ]);
    assert.deepEqual(idsOf(await changed(rest, ...moved)), [
      'u:20261005T083000',
      'u:20261012T083000',
      'u:20261019T083000',
    ]);
  });
});

test('additions and exclusions, with periods and by rules', async () => {
  const of = (...lines: string[]) => hours(calendar(lecture(...lines)));
  assert.deepEqual(
    await of('RDATE;VALUE=PERIOD;TZID=Europe/Paris:20261006T083000/20261006T113000,20261007T083000/PT3H'),
    ['10-05 08:30 120', '10-06 08:30 180', '10-07 08:30 180'],
  );
  assert.deepEqual(await of('RDATE;VALUE=DATE:20261007'), ['10-05 08:30 120', '10-07 08:30 120']);
  assert.deepEqual(await of('RRULE:FREQ=WEEKLY;COUNT=4', 'EXRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2'), [
    '10-12 08:30 120',
    '10-26 08:30 120',
  ]);
  assert.deepEqual(await of('RRULE:FREQ=WEEKLY;COUNT=3', `EXDATE${PARIS}:20261005T083000,20261019T083000`), [
    '10-12 08:30 120',
  ]);
  assert.deepEqual(await of('RRULE:FREQ=DAILY;BYHOUR=8,14;COUNT=4', 'EXDATE;VALUE=DATE:20261006'), [
    '10-05 08:30 120',
    '10-05 14:30 120',
  ]);
});

test('a start that the rule does not name is the first, and counted', async () => {
  const reading = await readWith(calendar(lecture('RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3')));
  assert.deepEqual(hoursOf(reading), ['10-05 08:30 120', '10-06 08:30 120', '10-13 08:30 120']);
  assert.match(reading.complaints[0]?.text ?? '', /does not name: that counts as the first/);
});

test('what is cancelled, in all spellings; what only looks like it is not', async () => {
  const state = async (...lines: string[]) => (await readWith(calendar(lecture(...lines)))).occurrences[0]?.cancelled;
  const free = 'X-MICROSOFT-CDO-BUSYSTATUS:FREE';
  for (const lines of [
    ['STATUS:CANCELLED'],
    ['STATUS: cancelled '],
    ['STATUS;X=1:CANCELED'],
    ['X-STATUS:CANCELLED'],
    ['SUMMARY:Canceled: Anatomie', free],
    ['SUMMARY:Annulé : Anatomie', free],
    ['SUMMARY:Annulé : Anatomie'.normalize('NFD'), free],
    ['SUMMARY;LANGUAGE=fr:ANNULÉE: x', 'X-MICROSOFT-CDO-BUSYSTATUS: free'],
    ['SUMMARY:Abgesagt: x', 'TRANSP:TRANSPARENT'],
  ])
    assert.equal(await state(...lines), true, lines.join(' '));
  for (const lines of [
    ['STATUS:CONFIRMED'],
    ['STATUS:TENTATIVE'],
    ['SUMMARY:Annulé : Anatomie'],
    ['SUMMARY:Annulé ou reporté : le droit', free],
    ['SUMMARY:Canceled checks: law', free],
    ['SUMMARY:T', free],
  ])
    assert.equal(await state(...lines), false, lines.join(' '));
  const method = await readWith(calendar('METHOD:CANCEL', lecture()) + calendar('METHOD:PUBLISH', lecture('UID:v')));
  assert.deepEqual(
    method.occurrences.map(({ cancelled, event: { uid } }) => [uid, cancelled]),
    [
      ['u', true],
      ['v', false],
    ],
  );
});
