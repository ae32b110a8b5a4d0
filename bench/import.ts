/**
 * Measures the seconds that an import of a semester's lectures takes, from typing the command to its end, on a server
 * with its own PostgreSQL: the first time, again, and with one lecture moved. `node bench/import.ts [--rounds 3]`.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCentralProcess, type CentralProcess } from '#test/support/central-process.ts';
import { semesterCsv, semesterOf, type SemesterLecture } from '#test/support/semester.ts';
import { readOptions } from './measure/options.ts';
import { printFigure, printTable } from './measure/report.ts';
import { round } from './measure/statistics.ts';

const options = readOptions({ rounds: 3 });
/** Seconds by hand: 170 lectures took twelve hours, four minutes each. */
const BY_HAND_S = 12 * 3600;

interface Times {
  firstS: number;
  againS: number;
  movedS: number;
}

/** Imports a semester into an empty server, imports it again, and again with one lecture in another hall. */
async function measure(lectures: readonly SemesterLecture[]): Promise<Times> {
  const central = await startCentralProcess();
  try {
    const firstS = await imported(central, lectures, `${lectures.length} created`);
    const againS = await imported(central, lectures, `${lectures.length} unchanged`);
    const moved = lectures.map((one, n) => (n === 0 ? { ...one, hall: 'Amphi_B', start: '19:00', end: '21:00' } : one));
    const movedS = await imported(central, moved, '1 changed');
    return { firstS, againS, movedS };
  } finally {
    await central.close();
  }
}

async function imported(
  central: CentralProcess,
  lectures: readonly SemesterLecture[],
  expected: string,
): Promise<number> {
  const file = join(central.folder, 'lectures.csv');
  await writeFile(file, semesterCsv(lectures));
  const begun = performance.now();
  const { code, stdout, reason } = await central.amphi('schedule', 'import', file, '--unknown-halls', 'create');
  const seconds = (performance.now() - begun) / 1000;
  if (code !== 0 || !stdout.includes(expected)) throw new Error(`the import failed: ${stdout.slice(-500)}${reason}`);
  return seconds;
}

const small: Times[] = [];
for (let n = 0; n < options.rounds; n++) small.push(await measure(semesterOf(170)));
const large = await measure(semesterOf(10_000, 100));
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const of = (key: keyof Times): number => median(small.map((times) => times[key]));

const row = (name: string, { firstS, againS, movedS }: Times) => [
  name,
  round(firstS, 2),
  round(againS, 2),
  round(movedS, 2),
];
printTable(
  'import: seconds from typing `amphi schedule import` to its end (170: median of the rounds)',
  ['lectures', 'for the first time', 'again', 'one in another hall'],
  [row('170', { firstS: of('firstS'), againS: of('againS'), movedS: of('movedS') }), row('10000', large)],
);
printFigure({
  bench: 'import',
  figure: round(of('firstS'), 2),
  unit: 's for 170 lectures',
  yardstick: `by hand: ${BY_HAND_S} s`,
  goal: '< 60',
  againS: round(of('againS'), 2),
  tenThousandS: round(large.firstS, 2),
  tenThousandAgainS: round(large.againS, 2),
});
