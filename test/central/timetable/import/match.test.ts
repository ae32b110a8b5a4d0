import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KnownEvent } from '#central/timetable/import/known.ts';
import { matchLectures, UNNAMED } from '#central/timetable/import/match.ts';
import type { Wanted } from '#central/timetable/import/wanted.ts';
import { eventOf, paris, utc, wantedOf } from './made.ts';

/** `2 one`: the lecture of line 2 is the event `one`; `-`: it is none. */
const matched = (
  lectures: readonly Partial<Wanted>[],
  events: readonly Partial<KnownEvent>[],
  source?: string,
): string[] =>
  matchLectures(
    lectures.map((some, n) => wantedOf({ line: n + 2, ...some })),
    events.map(eventOf),
    paris,
    source,
  ).map(({ wanted, event }) => `${wanted.line} ${event?.id ?? '-'}`);

const later = { startsAtMs: utc('2026-09-14T12:00'), endsAtMs: utc('2026-09-14T14:00') };
const nextWeek = { startsAtMs: utc('2026-09-21T06:30'), endsAtMs: utc('2026-09-21T08:30') };

describe('a lecture with a name of its own', () => {
  test('is the event of that name, wherever and whenever it is', () => {
    const others = [{ id: 'other' }, { id: 'one', importKey: 'uid', seriesId: 'UE5' }];
    const moved = { importKey: 'uid', agentId: 'Amphi_B', ...nextWeek };
    assert.deepEqual(matched([moved], others), ['2 one']);
    assert.deepEqual(matched([{ ...moved, title: 'Chimie', seriesId: 'UE5' }], others), ['2 one']);
    assert.deepEqual(matched([{ importKey: 'uid', agentId: 'Amphi_B', title: 'Chimie' }], others), ['2 one']);
  });

  test('is not that of another calendar that uses the name too: of another title, hour and series', () => {
    const one = { id: 'one', importKey: '1', title: 'Droit' };
    const other = { importKey: '1', title: 'Chimie', ...nextWeek };
    assert.deepEqual(matched([other], [one]), ['2 -']);
    assert.deepEqual(matched([{ ...other, seriesId: 'UE5' }], [{ ...one, seriesId: 'UE6' }]), ['2 -']);
    assert.deepEqual(
      matched([other], [one, { ...other, id: 'two', importKey: '1~2' }]),
      ['2 two'],
      'known by a number',
    );
  });

  test('is not that of another file where the name is a number, though both are called TD', () => {
    const one = { id: 'one', importKey: '1', title: 'TD', source: 'law.ics' };
    const other = { importKey: '1', title: 'TD', ...nextWeek };
    assert.deepEqual(matched([other], [one], 'chemistry.ics'), ['2 -']);
    assert.deepEqual(matched([other], [one], 'law.ics'), ['2 one'], 'moved within its file');
    assert.deepEqual(matched([{ importKey: '1', title: 'TD' }], [one], 'chemistry.ics'), ['2 one'], 'at the same hour');
    assert.deepEqual(
      matched([{ ...other, importKey: '1-8f3c@timetable' }], [{ ...one, importKey: '1-8f3c@timetable' }], 'new.ics'),
      ['2 one'],
      'a name that nobody else gives',
    );
    const series = { seriesId: 'UE5' };
    assert.deepEqual(
      matched([{ ...other, ...series }], [{ ...one, ...series }], 'new.ics'),
      ['2 one'],
      'of its series',
    );
  });

  test('takes over what stands in its place without a name, or was imported without one', () => {
    assert.deepEqual(matched([{ importKey: 'uid', title: 'Chimie' }], [{ id: 'byHand' }]), ['2 byHand']);
    assert.deepEqual(matched([{ importKey: 'uid' }], [{ id: 'one', importKey: `${UNNAMED}one` }]), ['2 one']);
  });

  test('is never an event of another name, nor one that is only alike', () => {
    assert.deepEqual(matched([{ importKey: 'uid' }], [{ id: 'one', importKey: 'another' }]), ['2 -']);
    const elsewhere = { id: 'one', agentId: 'Amphi_B' };
    assert.deepEqual(matched([{ importKey: 'uid' }], [elsewhere]), ['2 -'], 'the beginning alone is not enough');
  });

  test('has its event before a lecture that is like it', () => {
    const lectures = [{}, { importKey: 'uid', ...nextWeek }];
    assert.deepEqual(matched(lectures, [{ id: 'one', importKey: 'uid' }]), ['2 -', '3 one']);
  });
});

describe('a lecture without a name is the event', () => {
  const ue5 = { seriesId: 'UE5' };

  test('of its hall and beginning, whatever its title and its end', () => {
    const there = { id: 'one', title: 'Chimie', endsAtMs: utc('2026-09-14T07:30') };
    assert.deepEqual(matched([{}], [there]), ['2 one']);
  });

  test('of its beginning and title: another hall', () => {
    const events = [
      { id: 'chemistry', agentId: 'Amphi_C', title: 'Chimie' },
      { id: 'anatomy', agentId: 'Amphi_B' },
    ];
    assert.deepEqual(matched([{}], events), ['2 anatomy']);
  });

  test('of its beginning within a series: another hall and title', () => {
    const elsewhere = { id: 'one', agentId: 'Amphi_B', title: 'Chimie' };
    assert.deepEqual(matched([ue5], [{ ...elsewhere, ...ue5 }]), ['2 one']);
    assert.deepEqual(matched([{}], [elsewhere]), ['2 -'], 'not without a series');
  });

  test('of its day and title: another hour, on the wall of the hall', () => {
    assert.deepEqual(matched([{}], [{ id: 'one', agentId: 'Amphi_B', ...later }]), ['2 one']);
    const night = { startsAtMs: utc('2026-09-14T22:30'), endsAtMs: utc('2026-09-14T23:30') };
    assert.deepEqual(matched([{}], [{ id: 'one', ...night }]), ['2 -'], 'in Paris that is the next day');
  });

  test('of its title within a series: another day', () => {
    assert.deepEqual(matched([ue5], [{ id: 'one', ...ue5, ...nextWeek }]), ['2 one']);
    assert.deepEqual(matched([{}], [{ id: 'one', ...nextWeek }]), ['2 -'], 'not without a series');
  });

  test('of the same series alone', () => {
    assert.deepEqual(matched([ue5], [{ id: 'one', seriesId: 'UE6' }]), ['2 -']);
    assert.deepEqual(matched([ue5], [{ id: 'one' }]), ['2 -']);
  });
});

describe('where several are alike', () => {
  const ue5 = { seriesId: 'UE5' };

  test('none is guessed: two in the file, or two on the server', () => {
    const moved = { agentId: 'Amphi_B', ...later };
    assert.deepEqual(matched([moved, { ...moved, agentId: 'Amphi_C' }], [{ id: 'one' }]), ['2 -', '3 -']);
    const events = [
      { id: 'one', ...ue5 },
      { id: 'two', ...ue5, ...nextWeek },
    ];
    assert.deepEqual(matched([{ ...ue5, startsAtMs: utc('2026-10-05T06:30') }], events), ['2 -']);
  });

  test('in the same hall at the same time, each takes one of its own', () => {
    const lectures = [{ title: 'a' }, { title: 'b' }, { title: 'c' }];
    assert.deepEqual(matched(lectures, [{ id: 'one' }, { id: 'two' }]), ['2 one', '3 two', '4 -']);
  });

  test('the surest likeness goes first, and leaves one for the other', () => {
    // The first has changed halls, into that of the second; the second is still where it was.
    const lectures = [
      { agentId: 'Amphi_C', title: 'Anatomie' },
      { agentId: 'Amphi_B', title: 'Chimie' },
    ];
    const events = [
      { id: 'anatomy', agentId: 'Amphi_A' },
      { id: 'chemistry', agentId: 'Amphi_B', title: 'Anatomie' },
    ];
    assert.deepEqual(matched(lectures, events), ['2 anatomy', '3 chemistry']);
  });

  test('no event is two lectures', () => {
    assert.deepEqual(matched([ue5, { ...ue5, ...later }], [{ id: 'one', ...ue5 }]), ['2 one', '3 -']);
  });
});
