import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCsvLectures } from '#central/timetable/import/csv-lectures.ts';
import { readIcalLectures } from '#central/timetable/import/ical-lectures.ts';
import type { Known } from '#central/timetable/import/known.ts';
import { planImport, type ImportPlan, type PlanOptions } from '#central/timetable/import/plan.ts';
import { hallName, semesterCsv, semesterOf } from '#test/support/semester.ts';
import { counts, done, nothing, options, paris as zone } from './made.ts';

const csvPlan = (text: string, known: Known, more: Partial<PlanOptions> = {}): ImportPlan =>
  planImport(readCsvLectures(text, { zone }), known, { ...options, ...more });

const semester = semesterOf(170);
const imported = done(csvPlan(semesterCsv(semester), nothing), nothing);

test('170 lectures are 170 events, and the same file again changes nothing', () => {
  assert.equal(imported.events.length, 170);
  assert.equal(imported.series.length, 7);
  assert.deepEqual(counts(csvPlan(semesterCsv(semester), imported)), { keep: 170 });
});

test('another hall, hour, title or day for one lecture changes that one', () => {
  const [first, ...rest] = semester;
  assert.ok(first);
  for (const [change, fields] of [
    [{ hall: 'Amphi_I', start: '18:30', end: '20:00' }, ['hall', 'start', 'end']],
    [{ start: '07:00', end: '08:15' }, ['start', 'end']],
    [{ title: 'Thermodynamique, suite' }, ['title']],
    [{ day: '2027-01-11' }, ['start', 'end']],
    [{ teachers: ['Mme Noël'] }, ['presenters']],
    [{ end: '10:15' }, ['end']],
  ] as const) {
    const plan = csvPlan(
      semesterCsv([
        { ...first, ...change, teachers: [...('teachers' in change ? change.teachers : first.teachers)] },
        ...rest,
      ]),
      imported,
    );
    assert.deepEqual([plan.mistakes, plan.conflicts], [[], []]);
    assert.deepEqual(counts(plan), { change: 1, keep: 169 }, JSON.stringify(change));
    const step = plan.steps.find(({ what }) => what === 'change');
    assert.deepEqual(step?.what === 'change' && step.fields, fields);
  }
});

test('two lectures that swap their halls are two changes, and no conflict', () => {
  const swapped = semester.map((one, n) => ({ ...one, hall: n < 2 ? (semester[1 - n]?.hall ?? '') : one.hall }));
  const plan = csvPlan(semesterCsv(swapped), imported);
  assert.deepEqual(plan.conflicts, []);
  assert.deepEqual(counts(plan), { change: 2, keep: 168 });
});

test('a conflict is told with both lines, or with the event that is there', () => {
  const [first] = semester;
  assert.ok(first);
  const late = { ...first, title: 'En trop', start: '09:00', end: '09:30', series: 'PAES_2026_S1_UE9' };
  const two = csvPlan(semesterCsv([...semester, late]), nothing);
  assert.deepEqual(
    two.conflicts.map(({ line, message }) => [line, message]),
    [[172, '"En trop" wants Amphi_A at 09:00, but "Thermodynamique 1" has it from 2026-09-14 08:30 to 10:30 (line 2)']],
  );
  const there = csvPlan(semesterCsv([late]), imported);
  assert.equal(there.conflicts[0]?.line, 2);
  assert.match(there.conflicts[0]?.message ?? '', /"Thermodynamique 1" has it .* \(the event event-\d+\)/);
  assert.equal(there.conflicts[0]?.other.id, imported.events[0]?.id);
});

test('an identifier finds its lecture whatever changed, within its series', () => {
  const header = 'Id;UE;Titre;Salle;Date;Horaire\n';
  const before = done(csvPlan(`${header}7;UE1;Chimie;Amphi_A;14/09/2026;8h30-10h30\n`, nothing), nothing);
  const plan = csvPlan(
    `${header}7;UE1;Physique;Amphi_B;15/10/2026;14h-16h\n7;UE2;Autre;Amphi_A;14/09/2026;8h30-10h30\n`,
    before,
  );
  assert.deepEqual(plan.mistakes, []);
  assert.deepEqual(counts(plan), { change: 1, create: 1 });
  const twice = csvPlan(
    `${header}7;UE1;Chimie;Amphi_A;14/09/2026;8h30-10h30\n7;UE1;Chimie;Amphi_B;14/09/2026;8h30-10h30\n`,
    nothing,
  );
  assert.deepEqual(twice.mistakes, [{ line: 3, message: 'this line has the same identifier (UE1#7) as line 2' }]);
});

test('a lecture that somebody scheduled by hand is taken over, not doubled', () => {
  const [first] = imported.events;
  assert.ok(first);
  const { importKey: _key, ...byHand } = first;
  const plan = csvPlan(semesterCsv(semester.slice(0, 1)), { ...imported, events: [byHand] });
  assert.deepEqual(counts(plan), { keep: 1 });
});

test('what was recorded is never moved; its title may be mended', () => {
  const events = imported.events.map((event, n) => ({ ...event, recorded: n === 0 }));
  const known = { ...imported, events };
  const [first, ...rest] = semester;
  assert.ok(first);
  const moved = csvPlan(semesterCsv([{ ...first, hall: 'Amphi_I', start: '19:00', end: '20:00' }, ...rest]), known);
  // Its beginning is another: it is found by its title.
  assert.deepEqual(moved.mistakes, [
    {
      line: 2,
      message: '"Thermodynamique 1" was recorded in Amphi_A on 2026-09-14 at 08:30: that can no longer change',
    },
  ]);
  assert.deepEqual(counts(csvPlan(semesterCsv([{ ...first, title: 'Thermodynamique I' }, ...rest]), known)), {
    change: 1,
    keep: 169,
  });
});

test('what the file no longer names is told, and cancelled on demand', () => {
  const text = semesterCsv([...semester.slice(0, 50), ...semester.slice(51)]);
  assert.deepEqual(
    csvPlan(text, imported).missing.map(({ title }) => title),
    [semester[50]?.title],
  );
  const plan = csvPlan(text, imported, { cancelMissing: true });
  assert.deepEqual(counts(plan), { keep: 169, cancel: 1 });
});

test('unknown halls: refused with what may be meant, left out, or made', () => {
  const text =
    'Titre;Salle;Date;Horaire\nT;amphi a;14/09/2026;8h30-9h\nU;Amfi_B;14/09/2026;8h30-9h\nV;Gymnase;14/09/2026;8h30-9h\n';
  assert.deepEqual(
    csvPlan(text, nothing).mistakes.map(({ message }) => message),
    [
      'no hall is called "Amfi_B": is it Amphi_B?',
      `no hall is called "Gymnase"; known are ${Array.from({ length: 8 }, (_, n) => hallName(n)).join(', ')}, …`,
    ],
  );
  const skipped = csvPlan(text, nothing, { unknownHalls: 'skip' });
  assert.deepEqual([counts(skipped), skipped.notes], [{ create: 1 }, ['2 left out: nobody records in their halls']]);
  const made = csvPlan(text, nothing, { unknownHalls: 'create' });
  assert.deepEqual([counts(made), made.newHalls], [{ create: 3 }, [{ agentId: 'Amfi_B' }, { agentId: 'Gymnase' }]]);
});

const calendar = (...events: string[]): string => `BEGIN:VCALENDAR\nVERSION:2.0\n${events.join('\n')}\nEND:VCALENDAR\n`;
const weekly = (...more: string[]): string =>
  ['BEGIN:VEVENT', 'UID:anatomie', 'SUMMARY:Anatomie', 'LOCATION:Amphi_D', ...more, 'END:VEVENT'].join('\n');
const icalPlan = async (text: string, known: Known): Promise<ImportPlan> =>
  planImport(await readIcalLectures(Buffer.from(text), { zone }), known, options);

test('a rule that changes moves, adds and cancels its occurrences', async () => {
  const times = ['DTSTART;TZID=Europe/Paris:20261005T083000', 'DTEND;TZID=Europe/Paris:20261005T103000'];
  const before = done(await icalPlan(calendar(weekly(...times, 'RRULE:FREQ=WEEKLY;COUNT=6')), nothing), nothing);
  assert.equal(before.events.length, 6);
  const later = ['DTSTART;TZID=Europe/Paris:20261005T140000', 'DTEND;TZID=Europe/Paris:20261005T160000'];
  assert.deepEqual(counts(await icalPlan(calendar(weekly(...later, 'RRULE:FREQ=WEEKLY;COUNT=6')), before)), {
    change: 6,
  });
  assert.deepEqual(counts(await icalPlan(calendar(weekly(...times, 'RRULE:FREQ=WEEKLY;COUNT=4')), before)), {
    keep: 4,
    cancel: 2,
  });
  const tuesdays = ['DTSTART;TZID=Europe/Paris:20261006T083000', 'DTEND;TZID=Europe/Paris:20261006T103000'];
  assert.deepEqual(counts(await icalPlan(calendar(weekly(...tuesdays, 'RRULE:FREQ=WEEKLY;COUNT=6')), before)), {
    create: 6,
    cancel: 6,
  });
});

test('a lecture that is shown in several halls is recorded in each', async () => {
  const times = ['DTSTART:20261005T063000Z', 'DTEND:20261005T083000Z'];
  const inHalls = (halls: string): string =>
    calendar(weekly(...times).replace('LOCATION:Amphi_D', () => `LOCATION:${halls}`));
  const two = inHalls('Amphi D\\, Amphi_E');
  const before = done(await icalPlan(two, nothing), nothing);
  assert.deepEqual(
    before.events.map(({ agentId }) => agentId),
    ['Amphi_D', 'Amphi_E'],
  );
  assert.deepEqual(counts(await icalPlan(two, before)), { keep: 2 });
  assert.deepEqual(counts(await icalPlan(inHalls('Amphi D\\, Amphi_F'), before)), { keep: 1, create: 1, cancel: 1 });
  assert.deepEqual(counts(await icalPlan(inHalls('Amphi D'), before)), { keep: 1, cancel: 1 });
  const { mistakes } = await icalPlan(inHalls('Amphi D\\, Salle 12'), nothing);
  assert.match(mistakes[0]?.message ?? '', /no hall is called "Salle 12"/);
});

test('an event that is cancelled in the file is cancelled here, once', async () => {
  const times = ['DTSTART:20261005T063000Z', 'DTEND:20261005T083000Z'];
  const before = done(await icalPlan(calendar(weekly(...times)), nothing), nothing);
  const plan = await icalPlan(calendar(weekly(...times, 'STATUS:CANCELLED')), before);
  assert.deepEqual(counts(plan), { cancel: 1 });
  assert.deepEqual(counts(await icalPlan(calendar(weekly(...times, 'STATUS:CANCELLED')), done(plan, before))), {});
});

test('10 000 lectures are planned while one waits', async () => {
  const many = semesterOf(10_000, 100);
  const known = { ...nothing, halls: Array.from({ length: 100 }, (_, n) => ({ agentId: hallName(n) })) };
  const before = done(csvPlan(semesterCsv(many), known), known);
  assert.deepEqual(counts(csvPlan(semesterCsv(many), before)), { keep: 10_000 });
});
