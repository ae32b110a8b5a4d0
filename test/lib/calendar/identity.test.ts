import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CalendarReading, SharedUids } from '#lib/calendar/calendar.ts';
import { isHall, isIn } from '#lib/calendar/hall-words.ts';
import { calendar, hoursOf, lecture, readWith } from './forms.ts';

const idsOf = ({ occurrences }: CalendarReading): string[] => occurrences.map(({ event: { id } }) => id);
const at = (day: string, ...more: string[]): string =>
  lecture('UID:none', `DTSTART;TZID=Europe/Paris:202610${day}T083000`, ...more);
const known = (text: string, shared: SharedUids = []) => ({ known: { bytes: Buffer.from(text), shared } });

describe('the id of an event', () => {
  test('that has its UID for itself is the UID, whenever it is', async () => {
    assert.deepEqual(idsOf(await readWith(calendar(at('05')))), ['none']);
    assert.deepEqual(idsOf(await readWith(calendar(at('06'), lecture('UID:other')))), ['other', 'none']);
  });

  test('does not depend on its place in the file, nor on what else is there', async () => {
    const [one, two, three] = [at('05'), at('06'), at('07', 'SEQUENCE:2')];
    const ids = ['none:20261005T083000', 'none:20261006T083000', 'none:20261007T083000'];
    for (const order of [
      [one, two, three],
      [three, one, two],
      [two, three, one],
    ])
      assert.deepEqual(idsOf(await readWith(calendar(...order))), ids);
  });

  test('stays what it was when others of its UID come and go', async () => {
    const alone = calendar(at('05'));
    const both = await readWith(calendar(at('06'), at('05')), known(alone));
    assert.deepEqual(idsOf(both), ['none', 'none:20261006T083000']);
    const left = await readWith(calendar(at('06')), known(alone, both.shared));
    assert.deepEqual(idsOf(left), ['none:20261006T083000']);
    assert.deepEqual(idsOf(await readWith(calendar(at('05')), known(alone, left.shared))), ['none']);
    const three = await readWith(calendar(at('05'), at('06')));
    assert.deepEqual(idsOf(await readWith(calendar(at('06')), known(alone, three.shared))), ['none:20261006T083000']);
  });

  test('of one UID for all has the hall in it, so that two at one time are two', async () => {
    const reading = await readWith(
      calendar(at('05', 'LOCATION:Amphi_D'), at('05', 'LOCATION:Amphi_E'), at('05', 'LOCATION:amphi  d')),
    );
    assert.deepEqual(idsOf(reading), ['none:20261005T083000:amphi-d', 'none:20261005T083000:amphi-e']);
  });

  test('without UID is made of start and hall, always the same', async () => {
    const text = calendar(at('05', 'LOCATION:D').replace('UID:none\r\n', ''), at('06').replace('UID:none', 'UID:'));
    const ids = idsOf(await readWith(text));
    assert.equal(new Set(ids).size, 2);
    assert.ok(ids.every((id) => /^no-uid-[0-9a-f]{24}$/.test(id)));
    assert.deepEqual(idsOf(await readWith(text.replace('SUMMARY:T', 'SUMMARY:Other'))), ids);
  });

  test('of two versions: the newest counts, by SEQUENCE, LAST-MODIFIED, DTSTAMP', async () => {
    const hours = async (...all: string[]) => hoursOf(await readWith(calendar(...all)));
    assert.deepEqual(await hours(at('06', 'SEQUENCE:1'), at('05', 'SEQUENCE:0')), ['10-06 08:30 120']);
    const same = (length: string, stamp: string): string => at('05', `DURATION:${length}`, stamp);
    assert.deepEqual(
      await hours(same('PT1H', 'LAST-MODIFIED:20260902T000000Z'), same('PT3H', 'LAST-MODIFIED:20260901T000000Z')),
      ['10-05 08:30 60'],
    );
    assert.deepEqual(await hours(same('PT1H', 'DTSTAMP:20260902T000000Z'), same('PT3H', 'DTSTAMP:20260901T000000Z')), [
      '10-05 08:30 60',
    ]);
  });

  test('of two versions: on two days they may be two lectures, which is doubted', async () => {
    const weights = async (...all: string[]) =>
      (await readWith(calendar(...all))).complaints.map(
        ({ weight, text }) => `${weight}: ${text.replace(/^.* in/, 'in')}`,
      );
    const told = 'in 2 versions: the newest counts';
    assert.deepEqual(await weights(at('06', 'SEQUENCE:1'), at('05', 'SEQUENCE:0')), [`doubt: ${told}`]);
    assert.deepEqual(await weights(at('05', 'SEQUENCE:1'), at('05', 'SEQUENCE:0')), [`trifle: ${told}`]);
  });
});

describe('what was good before', () => {
  const series = lecture('UID:s', 'RRULE:FREQ=WEEKLY;COUNT=4', 'LOCATION:D');
  const good = calendar(series, lecture('UID:t'));
  const eight = ['10-05 08:30 120', '10-05 08:30 120', '10-12 08:30 120', '10-19 08:30 120', '10-26 08:30 120'];
  const broken: Record<string, string> = {
    'no days': series.replace('COUNT=4', 'BYDAY='),
    'a day that is none': series.replace('COUNT=4', 'BYDAY=XX'),
    'no end': series.replace('DURATION:PT2H\r\n', ''),
    'no start': series.replace(/DTSTART.*\r\n/, ''),
    'a start that is none': series.replace('20261005T', '20261035T'),
  };

  for (const [name, text] of Object.entries(broken)) {
    test(`counts for all days to come: ${name}`, async () => {
      const first = await readWith(calendar(text, lecture('UID:t')), known(good));
      assert.deepEqual(hoursOf(first), eight);
      assert.match(
        first.complaints.find(({ weight }) => weight !== 'trifle')?.text ?? '',
        /the last good calendar said of it counts$/,
      );
      const again = await readWith(calendar(text, lecture('UID:t')), known(first.kept ?? ''));
      assert.deepEqual([hoursOf(again), idsOf(again)], [eight, idsOf(first)], 'and again, by what was kept');
    });
  }

  test('counts for an event that has lost its UID, by its start and title', async () => {
    const nameless = calendar(series.replace('UID:s', 'UID:'), lecture('UID:t'));
    const first = await readWith(nameless, known(good));
    assert.deepEqual(idsOf(first).toSorted(), idsOf(await readWith(good)).toSorted());
    const again = await readWith(nameless, known(first.kept ?? ''));
    assert.deepEqual(idsOf(again), idsOf(first));
  });

  test('counts for one exception alone', async () => {
    const exception = (length: string): string =>
      [
        'BEGIN:VEVENT',
        'UID:s',
        'RECURRENCE-ID;TZID=Europe/Paris:20261012T083000',
        'DTSTART;TZID=Europe/Paris:20261012T140000',
        length,
        'END:VEVENT',
      ].join('\r\n');
    const before = calendar(series, exception('DURATION:PT1H'));
    const reading = await readWith(calendar(series, exception('DURATION:x')), known(before));
    assert.deepEqual(hoursOf(reading)[1], '10-12 14:00 60');
  });

  test('does not count for an event that is gone, nor against one that can be read', async () => {
    const later = series.replace('T083000', 'T100000');
    const reading = await readWith(calendar(later), known(good));
    assert.deepEqual(
      [hoursOf(reading)[0], reading.occurrences.length, reading.kept],
      ['10-05 10:00 120', 4, undefined],
    );
  });
});

test('halls in their spellings', () => {
  for (const location of [
    'Amphi D',
    'Amphi_D',
    'amphi  d',
    'AMPHI-D',
    'Amphi D (220 places)',
    'Amphi D, Amphi E',
    'Amphi E\nAmphi D',
    'Amphi E et Amphi D',
    'Amphi\u00a0D',
    'Amphi D / E',
  ])
    assert.equal(isIn(location, 'Amphi D'), true, location);
  for (const location of ['Amphi E', 'Amphi DD', '', 'Amphi', 'Amphi (E)', 'D'])
    assert.equal(isIn(location, 'Amphi D'), false, location);
  assert.equal(isHall('Amphi (D)', 'Amphi (E)'), false, 'brackets on both sides are part of the names');
  assert.equal(isHall('Зал 1', 'Зал 2'), false);
  assert.equal(isHall('', ''), false);
});
