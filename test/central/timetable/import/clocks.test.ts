import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readClock, readDuration, readSpan } from '#central/timetable/import/clocks.ts';
import { dateOrderOf, readDate, readInstant, readWeekdays, splitMoment } from '#central/timetable/import/dates.ts';

const day = (text: string, order: Parameters<typeof readDate>[1] = 'day first'): string | undefined => {
  const ms = readDate(text, order);
  return ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 10);
};
const minutes = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 60_000);

test('one day in every spelling', () => {
  for (const text of [
    '12/09/2016',
    '12/9/2016',
    '12-09-2016',
    '12.09.2016',
    '12/09/16',
    '2016-09-12',
    '2016/09/12',
    '20160912',
    'lundi 12/09/2016',
    'lun. 12/09/2016',
    '12 septembre 2016',
    'lundi 12 septembre 2016',
    'Mon 12 Sep 2016',
    'September 12, 2016',
    'Sep 12, 2016',
    'Monday, September 12th, 2016',
    '12 sept. 2016',
  ]) {
    assert.equal(day(text), '2016-09-12', text);
  }
  assert.equal(day('1er août 2026'), '2026-08-01');
  assert.equal(day('09/12/2016', 'month first'), '2016-09-12');
  for (const text of ['31/02/2016', '12/13/2016', '2016-13-01', 'demain', '', '12/09', '12/09/216', '12 foo 2016']) {
    assert.equal(day(text), undefined, text);
  }
});

test('the order of day and month is that of the whole file', () => {
  assert.equal(dateOrderOf(['03/04/2026', '12/09/2026', '']), 'day first');
  assert.equal(dateOrderOf(['03/04/2026', '09/13/2026']), 'month first');
  assert.equal(dateOrderOf(['13/04/2026', 'nonsense']), 'day first');
});

test('clocks', () => {
  for (const text of ['8h30', '08h30', '8:30', '08:30', '08:30:00', '8 h 30', '8.30', '8:30 AM', '8:30am', '8h30mn']) {
    assert.equal(minutes(readClock(text)), 510, text);
  }
  assert.equal(minutes(readClock('8h')), 480);
  assert.equal(minutes(readClock('2:15 PM')), 855);
  assert.equal(minutes(readClock('12:00 am')), 0);
  assert.equal(minutes(readClock('1:00 am')), 60);
  assert.equal(minutes(readClock('12:59 pm')), 779);
  for (const text of ['25:00', '8h60', '8', '830', 'mid', '24:00', '', '13:00 pm', '0:15 AM', '8:30 foo']) {
    assert.equal(readClock(text), undefined, text);
  }
});

test('from and to in one cell', () => {
  for (const text of ['8h30-10h30', '08:30 - 10:30', 'de 8h30 à 10h30', '8h30 a 10h30', '08:30–10:30']) {
    assert.deepEqual(readSpan(text), { startMs: 510 * 60_000, endMs: 630 * 60_000 }, text);
  }
  for (const text of ['8h30', '8h30-10h30-12h', '8h30-foo', '']) assert.equal(readSpan(text), undefined, text);
});

test('durations', () => {
  for (const text of ['2h', '2 h', '2h00', '2:00', '02:00:00', '120', '120 min', '2 heures', '2,0', '2.0 h', 'PT2H']) {
    assert.equal(minutes(readDuration(text)), 120, text);
  }
  assert.equal(minutes(readDuration('1h30')), 90);
  assert.equal(minutes(readDuration('1,5 h')), 90);
  assert.equal(minutes(readDuration('PT1H30M')), 90);
  assert.equal(minutes(readDuration('2', 'h')), 120);
  assert.equal(minutes(readDuration('10', 'min')), 10);
  for (const text of ['2', 'long', '', '-1h']) assert.equal(readDuration(text), undefined, text);
});

test('day and clock in one cell', () => {
  for (const text of [
    '12/09/2016 08:30',
    '2016-09-12T08:30:00',
    '2016-09-12 8h30',
    '12/09/2016 à 8h30',
    'lundi 12 septembre 2016 8h30',
  ]) {
    const found = splitMoment(text, 'day first');
    assert.equal(found && new Date(found.dayMs).toISOString().slice(0, 10), '2016-09-12', text);
    assert.equal(minutes(readClock(found?.clock ?? '')), 510, text);
  }
  assert.equal(splitMoment('8h30', 'day first'), undefined);
  assert.equal(readInstant('2016-09-12T08:30:00+02:00'), Date.UTC(2016, 8, 12, 6, 30));
  assert.equal(readInstant('2016-09-12T08:30:00'), undefined);
});

test('days of the week', () => {
  assert.equal(readWeekdays('lundi, mercredi'), 'MO,WE');
  assert.equal(readWeekdays('Tue and Thu'), 'TU,TH');
  assert.equal(readWeekdays('MO,FR'), 'MO,FR');
  assert.equal(readWeekdays('chaque jour'), undefined);
});
