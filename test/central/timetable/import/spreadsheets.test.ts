import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as xlsx from '@e965/xlsx';
import { ianaZone, UTC } from '#lib/calendar/zones/zoned-time.ts';
import type { Lecture } from '#central/timetable/import/lecture.ts';
import { readLectures } from '#central/timetable/import/read.ts';

const zone = ianaZone('Europe/Paris') ?? UTC;
const read = (text: string | Uint8Array) => readLectures(Buffer.from(text as string), { zone });
const fixture = (name: string): Buffer => readFileSync(new URL(`../../../fixtures/tables/${name}`, import.meta.url));
const span = ({ startsAtMs, endsAtMs }: Lecture): string =>
  `${new Date(startsAtMs).toISOString().slice(0, 16)} ${(endsAtMs - startsAtMs) / 60_000}`;

test('odd blanks, hyphens, digits and invisible signs: all lines say the same', async () => {
  const { lectures, mistakes } = await read(fixture('case12-odd-blanks.csv'));
  assert.deepEqual(mistakes, []);
  assert.ok(lectures.length > 15);
  for (const lecture of lectures) {
    const { hall, title, series } = lecture;
    assert.deepEqual(
      [span(lecture), hall.replace(' ', '_'), series?.replace(' ', '')],
      ['2027-09-13T06:30 120', 'Amphi_D', 'UE3'],
    );
    assert.doesNotMatch(title, /[^\x20-\x7E]/);
  }
});

test('cells as spreadsheets and programs write them', async () => {
  const { lectures, mistakes } = await read(fixture('extra07-cells-of-spreadsheets.csv'));
  const byTitle = new Map(lectures.map((lecture) => [lecture.title, span(lecture)]));
  const usual = '2027-09-13T06:30 120';
  assert.deepEqual(Object.fromEntries(byTitle), {
    'Access et Excel': usual,
    Formule: usual,
    Apostrophe: usual,
    Minuit: '2027-09-13T20:00 120',
    'Excel français': usual,
    pandas: usual,
    SQL: usual,
    Tiret: usual,
    Virgule: usual,
    Midi: '2027-09-13T08:00 120',
  });
  assert.deepEqual(
    mistakes.map(({ message }) => message),
    [
      '"mardi 13/09/2027": that day is a Monday; which of the two is meant?',
      '"1h75" is no duration: write 2h, 1h30 or 90 min',
    ],
  );
});

test('more ways in which programs write a day and a clock', async () => {
  const cases: [header: string, cells: string, expected: string][] = [
    ['Date;Début;Durée', '2027-09-12T22:00:00.000Z;8h30;2h', '2027-09-13T06:30 120'],
    ['Date;Début;Fin', '2027-09-13T00:00:00Z;8h30;10h30', '2027-09-13T06:30 120'],
    ['Date;Début;Fin', '2027-09-13T00:00:00+02:00;8h30;10h30', '2027-09-13T06:30 120'],
    ['Date;Début;Fin', '2027-09-13 00:00:00;8h30;10h30', '2027-09-13T06:30 120'],
    ['Début;Fin', '2027-09-13T06:30:00Z;10h30', '2027-09-13T06:30 120'],
    ['Date;Début;Fin', '46643;0.354166667;0.4375', '2027-09-13T06:30 120'],
    ['Début;Durée', '46643,354166667;2h', '2027-09-13T06:30 120'],
    ['Date;Début;Fin', '13/09/2027;1899-12-30T08:30:00.000Z;1899-12-30 10:30:00', '2027-09-13T06:30 120'],
    ['Date;Début;Fin', '13/09/2027;01/01/1900 08:30;00/01/1900 10:30', '2027-09-13T06:30 120'],
    ['Date;Horaire', '13/09/2027;8h30/10h30', '2027-09-13T06:30 120'],
    ['Date;Horaire', '13/09/2027;22h-minuit', '2027-09-13T20:00 120'],
    ['Début;Durée', 'Mon Sep 13 2027 08:30:00 GMT+0200 (heure d’été d’Europe centrale);2h', '2027-09-13T06:30 120'],
    ['Date;Début;Fin', 'lun. 13 sept. 2027;8h30;10h30', '2027-09-13T06:30 120'],
    ['Date;Début;Fin', 'Monday, September 13, 2027;8:30 AM;10:30 AM', '2027-09-13T06:30 120'],
  ];
  for (const [header, cells, expected] of cases) {
    const { lectures, mistakes } = await read(`Titre;Salle;${header}\nT;D;${cells}\n`);
    assert.deepEqual([mistakes, lectures.map(span)], [[], [expected]], cells);
  }
});

test('a midnight that is no clock is no beginning', async () => {
  const { mistakes } = await read('Titre;Salle;Date;Durée\nT;D;2027-09-12T22:00:00.000Z;2h\n');
  assert.deepEqual(mistakes, [{ line: 2, message: 'the time at which it begins is missing' }]);
});

test('a heading over two rows, and a comma file with semicolons in a title', async () => {
  const two = await read(fixture('extra08-heading-over-two-rows.csv'));
  assert.deepEqual([two.mistakes, two.lectures.map(span)], [[], ['2027-09-13T06:30 120']]);
  const shared = await read('Titre;Salle;Date;Horaire;\n;;;Début;Fin\nT;D;13/09/2027;8h30;10h30\n');
  assert.deepEqual([shared.mistakes, shared.lectures.map(span)], [[], ['2027-09-13T06:30 120']]);
  const commas = await read('Titre,Salle,Date,Début,Fin\nA; B; C; D; E; F; G,D,13/09/2027,8h30,10h30\n');
  assert.deepEqual([commas.mistakes, commas.lectures.map(({ title }) => title)], [[], ['A; B; C; D; E; F; G']]);
});

test('a column that says the same in each line is no identifier', async () => {
  const { lectures, notes } = await read(
    'Référence;Titre;Salle;Date;Début;Fin\nUE3;A;D;13/09/2027;8h30;10h30\nUE3;B;D;14/09/2027;8h30;10h30\nUE3;C;D;15/09/2027;8h30;10h30\n-;E;D;16/09/2027;8h30;10h30\n',
  );
  assert.deepEqual(
    lectures.map(({ key }) => key),
    [undefined, undefined, undefined, undefined],
  );
  assert.match(notes.join(), /Référence says the same in several lines/);
});

test('a workbook is read as its table; sheets that are left are named', async () => {
  const rows = [
    ['Titre', 'Salle', 'Date', 'Début', 'Fin'],
    ['Chimie', 'Amphi_D', { t: 'n', v: 46_643, z: 'dd/mm/yyyy' }, { t: 'n', v: 8.5 / 24, z: 'hh:mm' }, '10h30'],
  ];
  for (const bookType of ['xlsx', 'ods', 'biff8'] as const) {
    const book = xlsx.utils.book_new();
    xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet([['Légende']]), 'Notes');
    xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(rows), 'S1');
    xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet(rows), 'S2');
    const { lectures, mistakes, notes } = await read(xlsx.write(book, { type: 'buffer', bookType }) as Buffer);
    assert.deepEqual([mistakes, lectures.map(span), lectures[0]?.line], [[], ['2027-09-13T06:30 120'], 2], bookType);
    assert.deepEqual(notes.slice(0, 2), [
      'read: the sheet S1',
      'the sheet S2 was not read: save it as a file of its own, then import that',
    ]);
  }
});

const rowsOf = (header: string, ...rows: string[]): string =>
  [`Titre;Salle;${header}`, ...rows.map((row) => `T;D;${row}`), ''].join('\n');

test('a day of the week in a column of its own is that of the date, and tells the order', async () => {
  const right = await read(rowsOf('Jour;Date;Début;Fin', 'lundi;13/09/2027;8h30;10h30'));
  assert.deepEqual([right.mistakes, right.lectures.map(span)], [[], ['2027-09-13T06:30 120']]);
  for (const date of ['13/09/2027', '2027-09-13', '46643', '2027-09-12T22:00:00.000Z']) {
    const wrong = await read(rowsOf('Jour;Date;Début;Fin', `Mardi;${date};8h30;10h30`));
    assert.equal(wrong.lectures.length, 0, date);
    assert.match(wrong.mistakes[0]?.message ?? '', /is a Monday, and the line says "Mardi"/, date);
  }
  // 9 December 2027 is a Thursday, 12 September a Sunday.
  const american = await read(rowsOf('Day;Date;Start;End', 'Thursday;12/09/2027;8:30;10:30'));
  assert.deepEqual(american.lectures.map(span), ['2027-12-09T07:30 120']);
});

test('dates of which nothing tells the order are told; a part of an hour that may be minutes is refused', async () => {
  const open = await read(rowsOf('Date;Début;Fin', '12/09/2027;8h30;10h30'));
  assert.ok(open.notes.some((note) => /nothing in the file says that this is so/.test(note)));
  const told = await read(rowsOf('Date;Début;Fin', '12/09/2027;8h30;10h30', '13/09/2027;8h30;10h30'));
  assert.deepEqual(told.notes, []);
  const { mistakes } = await read(rowsOf('Date;Début;Durée', '13/09/2027;8h30;1.30', '13/09/2027;0.50;2h'));
  assert.deepEqual(
    mistakes.map(({ line, message }) => [line, message]),
    [
      [2, '"1.30" may be 1h30 or a part of an hour: write 1h30, 90 min or 1,5 h'],
      [3, '"0.50" is no time of day: write 08:30 or 8h30'],
    ],
  );
});
