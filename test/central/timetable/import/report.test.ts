import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ImportPlan, Step } from '#central/timetable/import/plan.ts';
import { reportOf } from '#central/timetable/import/report.ts';
import { UTC } from '#lib/calendar/zones/zoned-time.ts';
import { eventOf, paris, utc, wantedOf } from './made.ts';

const planOf = (steps: Step[], more: Partial<ImportPlan> = {}): ImportPlan => ({
  lectures: steps.length,
  steps,
  mistakes: [],
  conflicts: [],
  notes: [],
  newSeries: [],
  newHalls: [],
  missing: [],
  byHand: [],
  ...more,
});
const here = { hall: 'Amphi_A', date: '2026-09-14', start: '08:30', end: '10:30' };
const four: Step[] = [
  { what: 'create', wanted: wantedOf({ line: 2 }) },
  { what: 'keep', wanted: wantedOf({ line: 3 }), event: eventOf({ id: 'kept' }) },
  {
    what: 'change',
    wanted: wantedOf({ line: 4, title: 'Chimie', agentId: 'Amphi_B' }),
    event: eventOf({ id: 'changed' }),
    fields: ['hall', 'title'],
  },
  { what: 'cancel', event: eventOf({ id: 'gone' }) },
];
const ids = ['new', 'kept', 'changed', 'gone'];
const options = { dryRun: false, zone: paris, notes: [] };

describe('what an import tells', () => {
  test('is each change with its line and its event, on the clock of the halls', () => {
    assert.deepEqual(reportOf(planOf(four), { ...options, ids }).changes, [
      { what: 'created', line: 2, id: 'new', title: 'Anatomie', ...here },
      {
        what: 'changed',
        line: 4,
        id: 'changed',
        title: 'Chimie',
        ...here,
        hall: 'Amphi_B',
        fields: ['hall', 'title'],
        was: { title: 'Anatomie', ...here },
      },
      { what: 'cancelled', id: 'gone', title: 'Anatomie', ...here },
    ]);
  });

  test('counts what was done and what stays as it is', () => {
    const plan = planOf([...four, { what: 'create', wanted: wantedOf({ line: 9 }) }], { lectures: 7 });
    assert.deepEqual(reportOf(plan, { ...options, ids: [...ids, 'newer'] }).counts, {
      lectures: 7,
      created: 2,
      changed: 1,
      unchanged: 1,
      cancelled: 1,
    });
  });

  test('gives each event the id of its own step, also after those of which nothing is told', () => {
    const [create, keep] = four;
    assert.ok(create && keep);
    const { changes } = reportOf(planOf([keep, create]), { ...options, ids: ['kept', 'new'] });
    assert.deepEqual(
      changes.map(({ id }) => id),
      ['new'],
    );
  });

  test('says that something was written only if it was', () => {
    assert.equal(reportOf(planOf(four), { ...options, ids }).applied, true);
    assert.equal(reportOf(planOf([]), { ...options, ids: [] }).applied, true, 'the same file again');
    const tried = reportOf(planOf(four), { ...options, dryRun: true });
    assert.deepEqual([tried.applied, tried.dryRun], [false, true]);
    const [created, changed] = tried.changes;
    assert.ok(created && !('id' in created), 'an event that there is not yet has no id');
    assert.equal(changed?.id, 'changed');
  });

  test('names the line of what the file itself cancels', () => {
    const steps: Step[] = [{ what: 'cancel', event: eventOf({ id: 'gone' }), line: 12 }];
    assert.equal(reportOf(planOf(steps), { ...options, ids: ['gone'] }).changes[0]?.line, 12);
    const [untold] = reportOf(planOf([{ what: 'cancel', event: eventOf({}) }]), { ...options, ids: ['gone'] }).changes;
    assert.ok(untold && !('line' in untold));
  });

  test('tells times in the zone in which it read them, and names it', () => {
    const evening = wantedOf({ startsAtMs: utc('2026-12-01T22:45'), endsAtMs: utc('2026-12-01T23:15') });
    const plan = planOf([{ what: 'create', wanted: evening }]);
    const inZone = (zone: typeof UTC) => {
      const { timeZone, changes } = reportOf(plan, { ...options, zone });
      return [timeZone, changes[0]?.date, changes[0]?.start, changes[0]?.end];
    };
    assert.deepEqual(inZone(paris), ['Europe/Paris', '2026-12-01', '23:45', '00:15']);
    assert.deepEqual(inZone(UTC), [UTC.name, '2026-12-01', '22:45', '23:15']);
  });

  test('hands on mistakes, conflicts, what is new, and what the file no longer names', () => {
    const mistakes = [{ line: 3, message: 'no' }];
    const { agentId, startsAtMs, endsAtMs, title } = eventOf({});
    const conflicts = [{ line: 4, message: 'taken', other: { agentId, startsAtMs, endsAtMs, title } }];
    const newSeries = [{ id: 'UE5', title: 'UE5' }];
    const newHalls = [{ agentId: 'Foyer' }];
    const missing = [eventOf({ id: 'lost', presenters: ['Mme Curie'], importKey: 'uid' })];
    const plan = planOf([], { mistakes, conflicts, newSeries, newHalls, missing, notes: ['2 left out'] });
    const report = reportOf(plan, { ...options, notes: ['the zone is that of Amphi_A'] });
    assert.deepEqual([report.mistakes, report.conflicts], [mistakes, conflicts]);
    assert.deepEqual([report.newSeries, report.newHalls], [newSeries, newHalls]);
    assert.deepEqual(report.missing, [{ id: 'lost', title: 'Anatomie', ...here }], 'and nothing that only we know');
    assert.deepEqual(report.notes, ['the zone is that of Amphi_A', '2 left out']);
  });
});
