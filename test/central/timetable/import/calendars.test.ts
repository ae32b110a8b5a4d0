import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { readIcalLectures } from '#central/timetable/import/ical-lectures.ts';
import type { Known } from '#central/timetable/import/known.ts';
import { planImport, type ImportPlan } from '#central/timetable/import/plan.ts';
import { calendar, event } from '#test/lib/calendar/forms.ts';
import { counts, done, eventOf, nothing, options, paris, utc } from './made.ts';

/** Calendars as timetabling programs write them, imported, again, and changed. */
const known: Known = { ...nothing, halls: [{ agentId: 'Amphi_D' }, { agentId: 'Amphi_E' }] };
const plan = async (bytes: string | Uint8Array, before: Known, hall?: string): Promise<ImportPlan> => {
  const options_ = { zone: paris, ...(hall ? { hall } : {}) };
  return planImport(await readIcalLectures(Buffer.from(bytes), options_), before, options);
};
const sample = (name: string): Promise<Buffer> =>
  readFile(new URL(`../../../fixtures/calendars/${name}.ics`, import.meta.url));
const lecture = (uid: string, title: string, day: string, ...more: string[]): string =>
  event(
    `UID:${uid}`,
    `SUMMARY:${title}`,
    'LOCATION:Amphi_D',
    `DTSTART;TZID=Europe/Paris:202610${day}T083000`,
    'DURATION:PT2H',
    ...more,
  );

for (const [name, count] of Object.entries({
  'one-uid-for-all': 4,
  'no-uid': 2,
  'two-hours-a-day': 6,
  'rdate-period': 3,
  'two-versions-of-an-exception': 3,
  'rid-utc': 4,
  'rrule-lowercase-blank': 3,
  'utc-rule-until': 6,
})) {
  test(`${name}: ${count} are created, and none the second time`, async () => {
    const bytes = await sample(name);
    const first = await plan(bytes, known, 'Amphi_D');
    assert.deepEqual(counts(first), { create: count });
    const after = done(first, known);
    assert.deepEqual(counts(await plan(bytes, after, 'Amphi_D')), { keep: count });
  });
}

test('of one UID for all one may go, come and change, and the others are what they were', async () => {
  const all = [lecture('none', 'Chimie', '05'), lecture('none', 'Physique', '06'), lecture('none', 'Biologie', '07')];
  const alone = done(await plan(calendar(all[0]!), known), known);
  const three = await plan(calendar(...all), alone);
  assert.deepEqual(counts(three), { keep: 1, create: 2 });
  const before = done(three, alone);
  const two = await plan(calendar(...all.slice(1)), before);
  assert.deepEqual(counts(two), { keep: 2 }, 'what the file no longer names stays, as single lectures do');
  const one = await plan(calendar(all[1]!), done(two, before));
  assert.deepEqual(counts(one), { keep: 1 });
  const longer = all.map((text) => text.replace('PT2H', 'PT3H'));
  assert.deepEqual(counts(await plan(calendar(...longer), before)), { change: 3 });
});

test('occurrences that an earlier version named by their day are still the same, and get their new names', async () => {
  const text = calendar(lecture('u', 'Anatomie', '05', 'RRULE:FREQ=WEEKLY;COUNT=2'));
  const slot = { agentId: 'Amphi_D', title: 'Anatomie' };
  const earlier = [
    eventOf({
      ...slot,
      id: 'one',
      importKey: 'u/2026-10-05',
      startsAtMs: utc('2026-10-05T06:30'),
      endsAtMs: utc('2026-10-05T08:30'),
    }),
    eventOf({
      ...slot,
      id: 'two',
      importKey: 'u/2026-10-12',
      startsAtMs: utc('2026-10-12T07:00'),
      endsAtMs: utc('2026-10-12T09:00'),
    }),
  ];
  const { steps } = await plan(text, { ...known, events: earlier });
  assert.deepEqual(
    steps.map((step) => [step.what, step.what === 'cancel' || step.wanted.importKey]),
    [
      ['keep', 'u/2026-10-05T06:30Z'],
      ['change', 'u/2026-10-12T06:30Z'],
    ],
  );
});

test('the same ids in the calendars of two departments are lectures of both', async () => {
  const law = calendar(lecture('1', 'Droit 1', '05'), lecture('2', 'Droit 2', '06', 'RRULE:FREQ=WEEKLY;COUNT=2'));
  const chemistry = calendar(
    lecture('1', 'Chimie 1', '07'),
    lecture('2', 'Chimie 2', '08', 'RRULE:FREQ=WEEKLY;COUNT=2'),
  );
  const first = done(await plan(law, known), known);
  const second = await plan(chemistry, first);
  assert.deepEqual(counts(second), { create: 3 });
  const both = done(second, first);
  assert.equal(new Set(both.events.map(({ importKey }) => importKey)).size, 6, 'each has a name of its own');
  for (const text of [law, chemistry, law]) assert.deepEqual(counts(await plan(text, both)), { keep: 3 });
  const fewer = calendar(lecture('2', 'Droit 2', '06', 'RRULE:FREQ=WEEKLY;COUNT=1'));
  const { steps } = await plan(fewer, both);
  assert.deepEqual(
    steps.flatMap((step) => (step.what === 'cancel' ? step.event.title : [])),
    ['Droit 2'],
    'one of its own is cancelled, none of the other',
  );
});

test('what METHOD:CANCEL names is cancelled, in whatever hall it was to be', async () => {
  const before = done(await plan(calendar(lecture('c', 'Droit', '07'), lecture('d', 'Chimie', '08')), known), known);
  const { steps, mistakes } = await plan(await sample('method-cancel'), before);
  assert.deepEqual(
    [mistakes, steps.map((step) => [step.what, step.what === 'cancel' && step.event.title])],
    [[], [['cancel', 'Droit']]],
  );
});

test('of two versions of a lecture the newest is imported, with a note', async () => {
  const versions = calendar(lecture('v', 'Droit', '05', 'SEQUENCE:0'), lecture('v', 'Droit', '06', 'SEQUENCE:1'));
  const made = await plan(versions, known);
  assert.deepEqual(
    made.steps.map((step) => step.what === 'create' && step.wanted.startsAtMs),
    [utc('2026-10-06T06:30')],
  );
  assert.match(made.notes.join(), /is there in 2 versions: the newest counts/);
});

test('halls in any spelling, also several', async () => {
  for (const [location, agents] of [
    ['Amphi  D (220 places)', ['Amphi_D']],
    ['amphi-d', ['Amphi_D']],
    ['Amphi D\\, Amphi E', ['Amphi_D', 'Amphi_E']],
    ['Amphi D\\nAmphi E', ['Amphi_D', 'Amphi_E']],
  ] as const) {
    const { steps } = await plan(calendar(lecture('u', 'T', '05').replace('Amphi_D', location)), known);
    assert.deepEqual(
      steps.map((step) => step.what === 'create' && step.wanted.agentId),
      agents,
      location,
    );
  }
});
