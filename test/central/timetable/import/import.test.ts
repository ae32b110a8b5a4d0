import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { ImportReport } from '#central/timetable/import/report.ts';
import { lectureImport } from '#central/http/api/import-routes.ts';
import { clashesOf } from '#central/timetable/conflicts.ts';
import { slotOf } from '#central/catalogue/event-rows.ts';
import { seeded } from '#test/support/seeded.ts';
import { hallName, semesterCsv, type SemesterLecture } from '#test/support/semester.ts';
import { openRig } from '../../rig.ts';

const rig = await openRig([lectureImport]);
const { database } = rig.services;
const HALLS = 3;
await rig.addAgents(...Array.from({ length: HALLS }, (_, n) => hallName(n)));
after(() => rig.close());

async function imported(lectures: readonly SemesterLecture[]): Promise<ImportReport> {
  const headers = { ...rig.as('scheduler'), 'content-type': 'text/csv' };
  const url = '/api/v1/import?cancelMissing=true';
  return (await rig.app.inject({ method: 'POST', url, headers, payload: semesterCsv(lectures) })).json<ImportReport>();
}

const events = () => database.selectFrom('events').selectAll().orderBy('id').execute();

/** What the server has of a lecture, told as a line of the file is. */
const told = (rows: Awaited<ReturnType<typeof events>>): string[] =>
  rows
    .map(({ series, title, agent, starts_at, ends_at }) => {
      const wall = (at: Date | null): string => new Date(+(at ?? 0) + 3_600_000).toISOString();
      return [series, title, agent, wall(starts_at).slice(0, 16), wall(ends_at).slice(11, 16)].join(' ');
    })
    .toSorted();
const wanted = (lectures: readonly SemesterLecture[]): string[] =>
  lectures
    .map(({ series, title, hall, day, start, end }) => `${series} ${title} ${hall} ${day}T${start} ${end}`)
    .toSorted();

/** Winter, ahead: nothing is past, and the clocks do not change. */
const day = (n: number): string =>
  new Date(Date.UTC(new Date().getUTCFullYear() + 2, 0, 5 + n)).toISOString().slice(0, 10);
const clock = (quarters: number): string => new Date(quarters * 900_000).toISOString().slice(11, 16);

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`whatever is imported, again and changed: never a double, never an overlap (seed ${seed})`, async () => {
    const random = seeded(seed);
    const below = (most: number): number => Math.floor(random() * most);
    const place = () => {
      const start = 32 + below(24);
      return {
        hall: hallName(below(HALLS)),
        day: day(below(5)),
        start: clock(start),
        end: clock(start + 1 + below(8)),
      };
    };
    let names = 0;
    const lecture = (): SemesterLecture => ({
      series: `UE${below(3)}`,
      title: below(4) === 0 ? 'Cours' : `Cours ${names++}`,
      teachers: [],
      ...place(),
    });
    const change = (one: SemesterLecture): SemesterLecture[] => {
      const what = below(10);
      if (what === 0) return [];
      if (what === 1) return [one, lecture()];
      if (what === 2) return [{ ...one, hall: hallName(below(HALLS)) }];
      if (what === 3) return [{ ...one, ...place() }];
      return what === 4 ? [{ ...one, title: `${one.title} bis` }] : [one];
    };
    await database.deleteFrom('events').execute();
    let there: SemesterLecture[] = [];
    let done = 0;
    for (let round = 0; round < 25; round++) {
      const file = there.length > 0 ? there.flatMap(change) : Array.from({ length: 4 }, lecture);
      if (file.length === 0) continue;
      const before = await events();
      const report = await imported(file);
      const after = await events();
      if (!report.applied) assert.deepEqual(after, before, 'what is refused changes nothing');
      else {
        done++;
        there = file;
        assert.deepEqual(clashesOf(after.flatMap((row) => slotOf(row) ?? [])), []);
        // What lies outside of the days and the series of the file may be left: of the file nothing is missing or doubled.
        const all = told(after);
        for (const line of wanted(file)) assert.equal(all.filter((one) => one === line).length, 1, line);
        const again = await imported(file);
        assert.deepEqual([again.counts.unchanged, again.changes], [file.length, []]);
      }
    }
    assert.ok(done > 3, `only ${done} rounds were done`);
  });
}
