import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTable } from '#lib/tables/csv.ts';
import { costOf, growsAsItsInput } from '../../support/growth.ts';

const headings = new Set(['Titre', 'Salle', 'Date']);
const headingsIn = (cells: readonly string[]) => cells.filter((cell) => headings.has(cell)).length;

test('the separator is the one with which the header is understood, whatever a title holds', () => {
  const text = 'Titre,Salle,Date\nA; b; c; d; e,D,1\nF,D,2\n';
  assert.deepEqual(readTable(text, { headingsIn }).header.cells, ['Titre', 'Salle', 'Date']);
  assert.deepEqual(readTable('Titre;Salle;Date\n"a,b,c,d,e";D;1,5\n', { headingsIn }).rows[0]?.cells, [
    'a,b,c,d,e',
    'D',
    '1,5',
  ]);
});

test('without known headings it is the one that makes rows equally long', () => {
  assert.equal(readTable('host;user\na;b,c,d,e\nf;g\n').header.cells.length, 2);
  assert.equal(readTable('host\tuser\na\tb\n').header.cells.length, 2);
  assert.deepEqual(readTable('host\n10.0.0.1\n').header.cells, ['host']);
});

test('a formula that keeps a text is one cell, with the separators in it', () => {
  assert.deepEqual(readTable('a;b\n="x;y";="z ""q"""\n').rows[0]?.cells, ['="x;y"', '="z ""q"""']);
});

test('the time grows as the file does', async () => {
  const time = (rows: number): Promise<number> => {
    const text = `Titre;Salle;Date\n${'A;"b ""c""";12/09/2027\n'.repeat(rows)}`;
    return costOf(() => assert.equal(readTable(text, { headingsIn }).rows.length, rows));
  };
  await growsAsItsInput(time, { parts: 20_000, leastMs: 100 });
});
