import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KnownEvent } from '#central/timetable/import/known.ts';
import type { Lecture } from '#central/timetable/import/lecture.ts';
import { importKeyOf, planImport, type ImportPlan, type PlanOptions } from '#central/timetable/import/plan.ts';
import { eventOf, paris, utc, wantedOf } from './made.ts';

const options: PlanOptions = {
  zone: paris,
  nowMs: utc('2026-08-01T00:00'),
  unknownHalls: 'refuse',
  cancelMissing: false,
  newSeriesId: () => 'new-series',
};
const halls = ['Amphi_A', 'Amphi_B'].map((agentId) => ({ agentId }));
const series = ['UE5', 'UE6'].map((id) => ({ id, title: id }));

/** A lecture of the file: Anatomie of UE5, in Amphi_A on 14 September 2026 from 08:30 to 10:30. */
function lectureOf(some: Partial<Lecture>): Lecture {
  const { line, title, startsAtMs, endsAtMs } = wantedOf({});
  return { line, title, startsAtMs, endsAtMs, hall: 'Amphi_A', series: 'UE5', ...some };
}
const planOf = (
  lectures: readonly Partial<Lecture>[],
  events: readonly KnownEvent[],
  more: Partial<PlanOptions> = {},
): ImportPlan =>
  planImport(
    { lectures: lectures.map(lectureOf), mistakes: [], notes: [] },
    { events, halls, series },
    { ...options, ...more },
  );
const ids = (events: readonly { id: string }[]): string[] => events.map(({ id }) => id);
const steps = ({ steps: all }: ImportPlan): string[] =>
  all.map((step) => `${step.what} ${step.what === 'create' ? step.wanted.title : step.event.id}`);

const at = (day: string) => ({ startsAtMs: utc(`${day}T06:30`), endsAtMs: utc(`${day}T08:30`) });
const imported = (id: string, some: Partial<KnownEvent> = {}): KnownEvent =>
  eventOf({ id, importKey: `unnamed:${id}`, seriesId: 'UE5', title: id, ...some });
/** The file's first and last lecture, with a name each. */
const span = [
  { key: 'first', ...at('2026-09-14') },
  { key: 'last', ...at('2026-10-05') },
];

describe('what the file no longer names', () => {
  test('is missing within the span of the file and its series alone', () => {
    const events = [
      imported('before', at('2026-09-07')),
      imported('between', at('2026-09-21')),
      imported('other', { ...at('2026-09-21'), agentId: 'Amphi_B', seriesId: 'UE6' }),
      imported('after', at('2026-10-12')),
    ];
    const plan = planOf(span, events);
    assert.deepEqual(ids(plan.missing), ['between']);
    assert.deepEqual(steps(plan), ['create Anatomie', 'create Anatomie'], 'and stays');
  });

  test('counts both ends of the span to it', () => {
    const elsewhere = { agentId: 'Amphi_B' };
    const events = [
      imported('one', { ...elsewhere, ...at('2026-09-14') }),
      imported('two', { ...elsewhere, ...at('2026-10-05') }),
    ];
    assert.deepEqual(ids(planOf(span, events).missing), ['one', 'two']);
  });

  test('is not what somebody scheduled by hand, what was recorded, nor what has begun', () => {
    const { importKey: _key, ...byHand } = imported('byHand', at('2026-09-21'));
    const events = [byHand, imported('recorded', { ...at('2026-09-22'), recorded: true })];
    assert.deepEqual(planOf(span, events).missing, []);
    const coming = [imported('coming', at('2026-09-21'))];
    const begins = utc('2026-09-21T06:30');
    assert.deepEqual(ids(planOf(span, coming, { nowMs: begins - 1 }).missing), ['coming']);
    assert.deepEqual(planOf(span, coming, { nowMs: begins }).missing, []);
  });

  test('is cancelled on demand, and then no longer told as missing', () => {
    const plan = planOf(span, [imported('between', at('2026-09-21'))], { cancelMissing: true });
    assert.deepEqual(steps(plan), ['create Anatomie', 'create Anatomie', 'cancel between']);
    assert.deepEqual(plan.missing, []);
  });

  test('of a series of dates, or of several halls, is cancelled at once, outside of the span too', () => {
    const events = [
      imported('otherDay', { ...at('2026-11-02'), importKey: 'first/2026-11-02' }),
      imported('otherHall', { ...at('2026-09-14'), agentId: 'Amphi_B', importKey: 'first in Amphi_B' }),
      imported('stranger', { ...at('2026-11-09'), importKey: 'third/2026-11-09' }),
    ];
    const plan = planOf(span, events);
    assert.deepEqual(steps(plan).slice(2), ['cancel otherDay', 'cancel otherHall']);
    assert.deepEqual(plan.missing, []);
  });

  test('leaves its hall to what the file brings', () => {
    const [first] = span;
    const before = imported('before', { importKey: 'first in Amphi_B', agentId: 'Amphi_B' });
    const inItsPlace = { key: 'new', hall: 'Amphi_B', ...at('2026-09-14') };
    assert.deepEqual(planOf([first ?? {}, inItsPlace], [before]).conflicts, []);
    assert.equal(planOf([inItsPlace], [{ ...before, importKey: 'another' }]).conflicts.length, 1);
  });
});

describe('what the last import of the file brought', () => {
  const from = (source: string, id: string, day: string, some: Partial<KnownEvent> = {}): KnownEvent =>
    imported(id, { ...at(day), importKey: id, source, ...some });
  const days = ['2026-09-14', '2026-09-21', '2026-09-28', '2026-10-05'];
  const known = days.map((day, n) => from('cours.csv', `k${n}`, day));
  const named = (...which: number[]): Partial<Lecture>[] =>
    which.map((n) => ({ key: `k${n}`, title: `k${n}`, ...at(days[n] ?? '') }));

  test('is missed wherever it stood: first, last, and all of a series', () => {
    const ofUe6 = from('cours.csv', 'u6', '2026-12-01', { seriesId: 'UE6', agentId: 'Amphi_B' });
    const missed = (lectures: Partial<Lecture>[]): string[] =>
      ids(planOf(lectures, [...known, ofUe6], { source: 'cours.csv' }).missing);
    assert.deepEqual(missed([...named(0, 1, 2, 3)]), ['u6']);
    assert.deepEqual(missed(named(0, 1, 2)), ['k3', 'u6']);
    assert.deepEqual(missed(named(1, 2, 3)), ['k0', 'u6']);
  });

  test('is known by what is in it, where an export has another name each time', () => {
    assert.deepEqual(ids(planOf(named(0, 1, 2), known, { source: 'cours-29-nov.csv' }).missing), ['k3']);
    assert.deepEqual(
      planOf(named(0), known, { source: 'rattrapage.csv' }).missing,
      [],
      'a quarter is no later version',
    );
  });

  test('is not what another file named last', () => {
    const events = known.map((event, n) => (n === 3 ? { ...event, source: 'tout.csv' } : event));
    assert.deepEqual(planOf(named(0, 1, 2), events, { source: 'cours.csv' }).missing, []);
  });

  test('is doubted where most of it is gone, and cancelled only for who insists', () => {
    const little = { source: 'cours.csv', cancelMissing: true };
    const told = planOf(named(0), known, { source: 'cours.csv' });
    assert.equal(told.missing.length, 3);
    assert.match(told.notes.join(), /^3 lectures to come .* is it the right file, and whole\?$/);
    assert.match(planOf(named(0), known, little).mistakes[0]?.message ?? '', /^3 lectures to come .*--even-most/);
    const insisted = planOf(named(0), known, { ...little, evenMost: true });
    assert.deepEqual([insisted.mistakes, steps(insisted)], [[], ['keep k0', 'cancel k1', 'cancel k2', 'cancel k3']]);
    const other = planOf([{ key: 'x', title: 'x', series: 'UE6', ...at('2026-11-02') }], known, little);
    assert.equal(other.mistakes.length, 1, 'another timetable under the same name');
  });
});

describe('a lecture that somebody cancelled by hand', () => {
  const gone = (some: Partial<KnownEvent> = {}) => ({
    ...imported('gone', { title: 'Anatomie', ...some }),
    cancelledAtMs: utc('2026-07-30T10:00'),
    by: 'marie',
  });
  const plan = (lectures: Partial<Lecture>[], cancelled: ReturnType<typeof gone>[], more: Partial<PlanOptions> = {}) =>
    planImport(
      { lectures: lectures.map(lectureOf), mistakes: [], notes: [] },
      { events: [], halls, series, cancelled },
      { ...options, ...more },
    );

  test('is told, and made again for who asks for it, as the event that it was', () => {
    const told = plan([{}], [gone()]);
    assert.deepEqual([steps(told), told.byHand.map(({ event }) => event.by)], [[], ['marie']]);
    const [step] = plan([{}], [gone()], { restore: true }).steps;
    assert.equal(step?.what === 'create' && step.restores?.id, 'gone');
  });

  test('is known by its name whatever else changed, else by title or hall within its series', () => {
    const held = (lecture: Partial<Lecture>, some: Partial<KnownEvent>) => plan([lecture], [gone(some)]).byHand.length;
    assert.equal(held({ key: 'uid', title: 'Chimie' }, { importKey: 'uid' }), 1);
    assert.equal(held({ key: 'uid-2' }, { importKey: 'uid' }), 1, 'a program that names anew each time');
    assert.equal(held({ hall: 'Amphi_B' }, {}), 1);
    assert.equal(held({ title: 'Chimie' }, {}), 1);
    assert.equal(held({ title: 'Chimie', hall: 'Amphi_B' }, {}), 0);
    assert.equal(held({ series: 'UE6' }, {}), 0);
  });

  test('is a lecture again where the timetable puts it elsewhere, and one of two stays', () => {
    assert.deepEqual(steps(plan([at('2026-09-21')], [gone()])), ['create Anatomie']);
    const two = plan([{}, { line: 3, hall: 'Amphi_B' }], [gone()]);
    assert.deepEqual([two.byHand.length, steps(two)], [1, ['create Anatomie']]);
  });
});

describe('a lecture in the past', () => {
  const past = (nowMs: number, events: KnownEvent[] = [], some: Partial<Lecture> = {}): string[] =>
    planOf([some], events, { nowMs }).notes;

  test('is told once it is over, and on which day it was', () => {
    assert.deepEqual(past(utc('2026-09-14T08:29')), []);
    assert.deepEqual(past(utc('2026-09-14T08:30')), [
      '1 are in the past (the first on 2026-09-14): they are not recorded',
    ]);
  });

  test('that is there already, or is cancelled, is no news', () => {
    const nowMs = utc('2027-01-01T00:00');
    assert.deepEqual(past(nowMs, [imported('there', { title: 'Anatomie' })]), []);
    assert.deepEqual(past(nowMs, [], { cancelled: true }), []);
  });
});

test('what the file does not say of a lecture stays; what it says otherwise changes', () => {
  const there = imported('one', { title: 'Anatomie', presenters: ['Mme Curie'], description: 'x', language: 'fr' });
  assert.deepEqual(steps(planOf([{}], [there])), ['keep one']);
  for (const [said, field] of [
    [{ presenters: ['Mme Noël'] }, 'presenters'],
    [{ presenters: [] }, 'presenters'],
    [{ description: 'y' }, 'description'],
    [{ language: 'en' }, 'language'],
  ] as const) {
    const [step] = planOf([said as Partial<Lecture>], [there]).steps;
    assert.deepEqual(step?.what === 'change' && step.fields, [field], JSON.stringify(said));
  }
  const [step] = planOf([{ key: 'uid', series: 'UE6' }], [{ ...there, importKey: 'uid' }]).steps;
  assert.deepEqual(step?.what === 'change' && step.fields, ['series']);
});

test('a lecture that was recorded cannot be cancelled either', () => {
  const recorded = imported('one', { title: 'Anatomie', recorded: true });
  assert.deepEqual(planOf([{ line: 7, cancelled: true }], [recorded]).mistakes, [
    { line: 7, message: '"Anatomie" was recorded in Amphi_A on 2026-09-14 at 08:30: that can no longer change' },
  ]);
});

test('mistakes and conflicts come in the order of the file', () => {
  const lectures = [
    { line: 5, title: 'c', hall: 'Gymnase' },
    { line: 4, title: 'b' },
    { line: 2, title: 'a' },
    { line: 3, title: 'a' },
  ];
  const { mistakes, conflicts } = planOf(lectures, []);
  assert.deepEqual(
    mistakes.map(({ line }) => line),
    [3, 5],
  );
  // Two of three overlap each other: three pairs, each told at the later line.
  assert.deepEqual(
    conflicts.map(({ line, other }) => [line, other.line]),
    [
      [3, 2],
      [4, 2],
      [4, 3],
    ],
  );
});

test('two that overlap already and that the file leaves as they are do not keep it from being imported', () => {
  const events = [imported('one', { title: 'a' }), imported('two', { title: 'b' })];
  const both = [{ title: 'a' }, { title: 'b' }];
  assert.deepEqual(planOf(both, events).conflicts, []);
  const longer = planOf([{ title: 'a', endsAtMs: utc('2026-09-14T09:00') }, { title: 'b' }], events);
  assert.equal(longer.conflicts.length, 1, 'a change of one of them does');
});

test('an event is found again by its name, else by its own id', () => {
  assert.equal(importKeyOf(wantedOf({ importKey: 'uid' }), 'e1'), 'uid');
  assert.equal(importKeyOf(wantedOf({}), 'e1'), 'unnamed:e1');
});
