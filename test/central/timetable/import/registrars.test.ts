import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as xlsx from '@e965/xlsx';
import { ianaZone, UTC } from '#lib/calendar/zones/zoned-time.ts';
import type { Lecture } from '#central/timetable/import/lecture.ts';
import { readLectures } from '#central/timetable/import/read.ts';

// Tables as registrars' programs save them: encodings, headings, dates, weeks, workbooks that are no workbooks.

const zone = ianaZone('Europe/Paris') ?? UTC;
const read = (file: string | Uint8Array) => readLectures(typeof file === 'string' ? Buffer.from(file) : file, { zone });
const span = ({ startsAtMs, endsAtMs, title, hall }: Lecture): string =>
  `${new Date(startsAtMs).toISOString().slice(0, 16)} ${(endsAtMs - startsAtMs) / 60_000} ${title} ${hall}`;
const spans = async (file: string | Uint8Array): Promise<string[]> => (await read(file)).lectures.map(span);
const USUAL = ['2026-10-05T06:30 120 T D'];
const HEAD = 'Titre;Salle;Date;Début;Fin';
const ROW = 'T;D;05/10/2026;8h30;10h30';

describe('a time of day', () => {
  const of = (start: string, end: string): string => `${HEAD}\nT;D;05/10/2026;${start};${end}\n`;

  test('in other forms is the same', async () => {
    const forms: [string, string][] = [
      ['0,354', '0.4375'],
      ['0.3542', '0,438'],
      ['0830', '1030'],
      ['8 heures 30', '10 heures 30'],
      ['à 8h30', 'à 10h30'],
      ['T08:30', 'T10:30'],
      ['08:30h', '10:30h'],
      ['8h30 -> 10h30', ''],
      ['08:30~10:30', ''],
      ['8h30 … 10h30', ''],
      ['8h30 jusqu’à 10h30', ''],
    ];
    for (const [start, end] of forms) assert.deepEqual(await spans(of(start, end)), USUAL, start);
  });

  test('that is unclear stays a mistake', async () => {
    for (const start of ['8,5', '8', '08-30', '830', '2530', '8h60', '0,50', '9999'])
      assert.match((await read(of(start, '10h30'))).mistakes[0]?.message ?? '', /is no time of day/, start);
  });
});

test('dates of calendars, programs and people', async () => {
  const forms = [
    '2026-W41-1',
    'Le lundi 5 octobre 2026',
    '5th of October 2026',
    'October 5th, 2026',
    '05OCT2026',
    '05/10/2026 (lundi)',
    '05/10/2026 - lundi',
  ];
  for (const form of forms) assert.deepEqual(await spans(`${HEAD}\nT;D;${form};8h30;10h30\n`), USUAL, form);
  for (const form of ['2026-W54-1', '2026-W00-1', 'le 31/09/2026', 'S41 lundi'])
    assert.match((await read(`${HEAD}\nT;D;${form};8h30;10h30\n`)).mistakes[0]?.message ?? '', /is no date/, form);
  const { mistakes } = await read(`${HEAD}\nT;D;05/10/2026 (mardi);8h30;10h30\n`);
  assert.match(mistakes[0]?.message ?? '', /that day is a Monday/);
});

test('weeks without dates are refused, in words that help', async () => {
  const alone = await read('Titre;Salle;Semaines;Jour;Début;Fin\nT;D;S2-S14;lundi;8h30;10h30\n');
  assert.match(alone.mistakes[0]?.message ?? '', /"lundi" is a day of the week, no date/);
  const every = await read(`${HEAD};Jusqu'au;Semaine\n${ROW};19/10/2026;A\n`);
  assert.match(every.mistakes[0]?.message ?? '', /only in the weeks "A"/);
  assert.equal((await spans(`${HEAD};Jusqu'au;Semaine\n${ROW};19/10/2026;\n`)).length, 3);
  assert.deepEqual(await spans(`${HEAD};Semaine\n${ROW};41\n`), USUAL);
});

test('headings with numbers, stars, underscores and joined words; those of Outlook', async () => {
  const headings = [
    '1. Titre *;2. Salle *;3. Date;4. Début;5. Fin',
    'TITRE_COURS;NOM_SALLE;DATE_DEBUT;HEURE_DEBUT;HEURE_FIN',
    'titreCours;nomSalle;dateDebut;heureDebut;heureFin',
  ];
  for (const heading of headings) assert.deepEqual(await spans(`${heading}\n${ROW}\n`), USUAL, heading);
  const outlook = '"Objet","Début","Début","Fin","Fin","Emplacement"';
  assert.deepEqual(await spans(`${outlook}\n"T","05/10/2026","08:30:00","05/10/2026","10:30:00","D"\n`), USUAL);
  assert.deepEqual(await spans(`${'Université;;;;\n'.repeat(20)}${HEAD}\n${ROW}\n`), USUAL);
});

describe('bytes', () => {
  const accents = `${HEAD}\nAlgèbre;Théâtre;05/10/2026;8h30;10h30\n`;
  const RIGHT = ['2026-10-05T06:30 120 Algèbre Théâtre'];
  const inBytes = (bytes: Record<string, string>): Buffer =>
    Buffer.from(
      accents.replaceAll(/[éèâ]/g, (char) => bytes[char] ?? '?'),
      'latin1',
    );

  test('of a Mac and of MS-DOS, with a note', async () => {
    const mac = await read(inBytes({ é: '\x8e', è: '\x8f', â: '\x89' }));
    assert.deepEqual([mac.lectures.map(span), mac.notes[0]], [RIGHT, 'the file is read as Mac OS Roman']);
    const dos = await read(inBytes({ é: '\x82', è: '\x8a', â: '\x83' }));
    assert.deepEqual(
      [dos.lectures.map(span), dos.notes[0]],
      [RIGHT, 'the file is read as the code page 850 of MS-DOS'],
    );
  });

  test('in UTF-16 without a mark, encoded twice, with a NUL, with one broken line', async () => {
    assert.deepEqual(await spans(Buffer.from(accents, 'utf16le')), RIGHT);
    assert.deepEqual(await spans(Buffer.from(accents, 'utf16le').swap16()), RIGHT);
    assert.deepEqual(await spans(Buffer.from(accents).toString('latin1')), RIGHT);
    assert.deepEqual(await spans(accents.replace('Algèbre', 'Algèbre\0')), RIGHT);
    const broken = Buffer.concat([Buffer.from(accents), Buffer.from('\xe9;D;05/10/2026;14h;16h\n', 'latin1')]);
    assert.deepEqual(await spans(broken), [...RIGHT, '2026-10-05T12:00 120 é D']);
  });

  test('of other kinds of files are named', async () => {
    await assert.rejects(read('%PDF-1.7\n'), /the file is a PDF/);
    await assert.rejects(read(Buffer.from([0x1f, 0x8b, 8, 0, 0])), /the file is packed \(gzip\)/);
    await assert.rejects(read(Buffer.alloc(500)), /the file is no text/);
  });
});

describe('a workbook', () => {
  const sheetOf = (rows: unknown[][]) => xlsx.utils.aoa_to_sheet(rows);
  const bookOf = (sheet: xlsx.WorkSheet, bookType: xlsx.BookType): Uint8Array => {
    const book = xlsx.utils.book_new();
    xlsx.utils.book_append_sheet(book, sheet, 'Cours');
    return new Uint8Array(xlsx.write(book, { type: 'array', bookType }) as ArrayBuffer);
  };
  const rows = [HEAD.split(';'), ROW.split(';')];

  test('that is a table of a web page, or XML, as web programs save `.xls`', async () => {
    for (const type of ['html', 'xlml', 'fods'] as const)
      assert.deepEqual(await spans(bookOf(sheetOf(rows), type)), USUAL, type);
    const login = '<html><table><tr><td>User</td><td>Password</td></tr></table></html>';
    await assert.rejects(read(login), /the file is a web page/);
  });

  test('with hidden rows says that they are read', async () => {
    const sheet = sheetOf([...rows, ['U', 'D', '06/10/2026', '8h30', '10h30']]);
    sheet['!rows'] = [{}, {}, { hidden: true }];
    const { lectures, notes } = await read(bookOf(sheet, 'xlsx'));
    assert.equal(lectures.length, 2);
    assert.equal(notes[0], '1 hidden rows of the sheet are read too');
  });

  test('with numbers that its format shows as a time of day', async () => {
    const shown = (v: number, z: string) => ({ t: 'n', v, z });
    const sheet = sheetOf([rows[0] ?? [], ['T', 'D', '05/10/2026', shown(830, '00\\:00'), shown(1030, '00\\:00')]]);
    assert.deepEqual(await spans(bookOf(sheet, 'xlsx')), USUAL);
  });
});
