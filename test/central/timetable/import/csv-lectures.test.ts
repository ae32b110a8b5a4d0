import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ianaZone, UTC } from '#lib/calendar/zones/zoned-time.ts';
import { peopleOf, readCsvLectures } from '#central/timetable/import/csv-lectures.ts';
import type { Lecture, ReadingOptions } from '#central/timetable/import/lecture.ts';
import { textOf, UnreadableFile } from '#lib/tables/text.ts';

const options: ReadingOptions = { zone: ianaZone('Europe/Paris') ?? UTC };
const read = (text: string, more: Partial<ReadingOptions> = {}) => readCsvLectures(text, { ...options, ...more });
const span = ({ startsAtMs, endsAtMs }: Lecture): string =>
  `${new Date(startsAtMs).toISOString().slice(0, 16)} ${(endsAtMs - startsAtMs) / 60_000}`;

test('a French table, with semicolons, a byte order mark and several teachers', () => {
  const text = `\uFEFFUE;Intitulé du cours;Enseignant(s);Salle;Date;Heure de début;Heure de fin;Groupe\r
PAES_2016_S2_UE3;Thermodynamique;Mme CURIE / M. Dupont;Amphi_D;12/09/2016;8h30;10h30;G1\r
;;;;;;;\r
PAES_2016_S2_UE3;"Thermo; suite";"DUPONT, Jean; CURIE, Marie";Amphi_D;13/01/2017;08:30;10h;G1\r
`;
  const { lectures, mistakes, notes } = read(text);
  assert.deepEqual(mistakes, []);
  assert.deepEqual(notes, ['not used: the columns Groupe']);
  assert.deepEqual(lectures.map(span), ['2016-09-12T06:30 120', '2017-01-13T07:30 90']);
  assert.deepEqual(lectures[0], {
    line: 2,
    hall: 'Amphi_D',
    startsAtMs: Date.UTC(2016, 8, 12, 6, 30),
    endsAtMs: Date.UTC(2016, 8, 12, 8, 30),
    title: 'Thermodynamique',
    series: 'PAES_2016_S2_UE3',
    presenters: ['Mme CURIE', 'M. Dupont'],
  });
  assert.equal(lectures[1]?.line, 4);
  assert.equal(lectures[1]?.title, 'Thermo; suite');
  assert.deepEqual(lectures[1]?.presenters, ['DUPONT, Jean', 'CURIE, Marie']);
});

test('an English table with commas, durations, ids and teachers in two columns', () => {
  const { lectures, mistakes } = read(
    'Event Id,Course,Title,Teacher 1,Teacher 2,Room,Date,Start,Duration\nA-1,PHY101,"Heat, again",Curie,Dupont,amphi d,2016-09-12,08:30,1h30\n',
  );
  assert.deepEqual(mistakes, []);
  assert.deepEqual(lectures.map(span), ['2016-09-12T06:30 90']);
  const [{ key, series, title, presenters, hall }] = lectures as [Lecture];
  assert.deepEqual(
    { key, series, title, presenters, hall },
    {
      key: 'A-1',
      series: 'PHY101',
      title: 'Heat, again',
      presenters: ['Curie', 'Dupont'],
      hall: 'amphi d',
    },
  );
});

test('the ways in which a file says when', () => {
  const cases: [header: string, cells: string, expected: string][] = [
    ['Date;Horaire', '12/09/2016;8h30-10h30', '2016-09-12T06:30 120'],
    ['Jour;Date;Heure;Durée', 'lundi;12/09/2016;8h30;2h', '2016-09-12T06:30 120'],
    ['Début;Fin', '12/09/2016 08:30;12/09/2016 10:30', '2016-09-12T06:30 120'],
    ['Start;End', '2016-09-12T06:30:00Z;2016-09-12T08:30:00Z', '2016-09-12T06:30 120'],
    ['Start date;Start time;End date;End time', '12/09/2016;22:00;13/09/2016;00:30', '2016-09-12T20:00 150'],
    ['Date;Début;Fin', '12/09/2016;22:00;00:30', '2016-09-12T20:00 150'],
    ['Date;Heure;Durée (h)', '12/09/2016;8h30;2', '2016-09-12T06:30 120'],
    ['Date;Début;Fin', '25/10/2026;01:30;03:30', '2026-10-24T23:30 180'],
    ['Date;Début;Fin', '29/03/2026;01:30;03:30', '2026-03-29T00:30 60'],
  ];
  for (const [header, cells, expected] of cases) {
    const { lectures, mistakes } = read(`Titre;Salle;${header}\nT;D;${cells}\n`);
    assert.deepEqual([mistakes, lectures.map(span)], [[], [expected]], header);
  }
});

test('a line that repeats is expanded on the clock of the wall, and each day has its key', () => {
  const { lectures } = read(
    'Id;Titre;Salle;Date;Jours;Début;Fin;Jusqu’au\nUE3;T;D;19/10/2026;lundi, mercredi;8h30;10h30;28/10/2026\n',
  );
  assert.deepEqual(lectures.map(span), [
    '2026-10-19T06:30 120',
    '2026-10-21T06:30 120',
    '2026-10-26T07:30 120',
    '2026-10-28T07:30 120',
  ]);
  assert.deepEqual(
    lectures.map(({ key }) => key),
    ['UE3/2026-10-19', 'UE3/2026-10-21', 'UE3/2026-10-26', 'UE3/2026-10-28'],
  );
});

test('every mistake is told, with its line', () => {
  const { lectures, mistakes } = read(`Titre;Salle;Date;Début;Fin
Bon;D;12/09/2016;8h30;10h30
;D;12/09/2016;8h30;10h30
Sans salle;;32/09/2016;8h30;10h30
Heure;D;12/09/2016;huit heures;10h30
"Deux
lignes";D;12/09/2016;8h30;
Envers;D;12/09/2016;10h30;8h30
Longue;D;12/09/2016;6h00;22h00
Vide;D;12/09/2016;8h30;8h30
Sans jour;D;;8h30;9h30
Ouverte;D;12/09/2016;8h30;"10h30
`);
  assert.equal(lectures.length, 1);
  assert.deepEqual(mistakes, [
    { line: 12, message: 'a quotation mark is opened here and never closed' },
    { line: 3, message: 'the title is missing' },
    { line: 4, message: 'the hall is missing' },
    { line: 4, message: '"32/09/2016" is no date: write 12/09/2016 or 2016-09-12' },
    { line: 5, message: '"huit heures" is no time of day: write 08:30 or 8h30' },
    { line: 6, message: 'the time at which it ends, or its duration, is missing' },
    { line: 8, message: 'it ends before it begins' },
    { line: 9, message: 'it lasts 16.0 hours: is the end right?' },
    { line: 10, message: 'it ends when it begins' },
    { line: 11, message: 'the date is missing' },
  ]);
});

test('a table without the columns that are needed says which, and which there are', () => {
  const { mistakes } = read('Foo;Date\nx;y\n');
  assert.match(mistakes[0]?.message ?? '', /^no column says the hall \(salle, .*the columns are Foo, Date$/);
  assert.match(mistakes[1]?.message ?? '', /the title/);
  assert.deepEqual(read('Titre;Date;Horaire\nT;12/09/2016;8h-9h', { hall: 'D' }).mistakes, []);
  assert.equal(read('Titre;Salle;Date;Début;Fin\n').mistakes.length, 1, 'a header alone is no timetable');
});

test('a header alone, an empty file, tabs, Excel’s own first line', () => {
  const row = (separator: string): string =>
    ['Titre', 'Salle', 'Date', 'Horaire'].join(separator) + '\n' + ['T', 'D', '12/09/2016', '8h-9h'].join(separator);
  for (const text of [row('\t'), row(','), row('|'), `sep=,\r\n${row(',')}`]) {
    assert.equal(read(text).lectures.length, 1, JSON.stringify(text));
  }
  assert.equal(read(`sep=,\n${row(',')}`).lectures[0]?.line, 3);
  assert.equal(read('').mistakes.length, 3);
});

test('a file without an end is not read to its end', () => {
  const header = 'Titre;Salle;Date;Horaire;Jours;Jusqu’au\n';
  const { lectures, mistakes } = read(header + 'T;D;demain;8h-9h;;\n'.repeat(30_000));
  assert.deepEqual([lectures.length, mistakes.length], [0, 1002]);
  assert.match(mistakes.at(-1)?.message ?? '', /was not read/);
  const daily = 'T;D;01/01/2027;8h-9h;lu ma me je ve sa di;01/01/2037\n';
  assert.throws(() => read(header + daily.repeat(100)), UnreadableFile);
});

test('titles above the header are no lectures', () => {
  const text = 'Planning du département, exporté le 12/09/2016\n\nSalle;Titre;Date;Horaire\nD;T;12/09/2016;8h-9h\n';
  const { lectures, mistakes } = read(text);
  assert.deepEqual([mistakes, lectures.map(({ line, title }) => [line, title])], [[], [[4, 'T']]]);
});

test('letters as Windows writes them, and what is no text', () => {
  const text = 'Intitulé;Salle\nÉlectricité – œdème;D';
  const latin = Uint8Array.from(text.replace('–', '\x96').replace('œ', '\x9c'), (char) => char.charCodeAt(0));
  assert.equal(textOf(latin), text);
  assert.equal(textOf(new TextEncoder().encode(text)), text);
  assert.equal(textOf(new TextEncoder().encode(`\uFEFF${text}`)), text);
  const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
  assert.equal(textOf(utf16), text);
  for (const bytes of [new Uint8Array(), Uint8Array.of(0x50, 0x4b, 3, 4), Uint8Array.of(1, 0, 0, 2)]) {
    assert.throws(() => textOf(bytes), UnreadableFile);
  }
});

test('who teaches', () => {
  assert.deepEqual(peopleOf('M. Dupont et Mme Curie'), ['M. Dupont', 'Mme Curie']);
  assert.deepEqual(peopleOf('M. Dupont, Mme Curie'), ['M. Dupont', 'Mme Curie']);
  assert.deepEqual(peopleOf('DUPONT, Jean'), ['DUPONT, Jean']);
  assert.deepEqual(peopleOf(' '), []);
});
