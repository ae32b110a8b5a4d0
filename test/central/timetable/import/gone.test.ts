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
