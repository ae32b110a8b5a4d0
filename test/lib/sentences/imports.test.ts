import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { imports } from '#lib/sentences/imports.ts';
import { calendars } from '#lib/sentences/calendars.ts';
import { inWords, openKeys } from '#lib/sentences/sentence.ts';

const all = { ...imports, ...calendars };
const keys = openKeys(all);

test('what an import says has a key, and is French where the reader is', () => {
  for (const [text, french] of [
    [
      'times are those of Europe/Paris, the time zone of Amphi_A',
      'les heures sont celles de Europe/Paris, le fuseau de Amphi_A',
    ],
    ['line 7: "Rein" has two starts', 'ligne 7 : « Rein » a deux débuts'],
    ['not used: the columns a, b', 'non utilisées : les colonnes a, b'],
    ['3 left out: nobody records in their halls', '3 laissés de côté : personne n’enregistre dans leurs salles'],
    ['"25h" is no time of day: write 08:30 or 8h30', '« 25h » n’est pas une heure : écrivez 08:30 ou 8h30'],
    [
      'no column says the hall (salle, hall …); the columns are Titre, Date',
      'aucune colonne ne dit la salle (salle, hall …) ; les colonnes sont Titre, Date',
    ],
    [
      '"14/09/2026" is a Monday, and the line says "mardi"; which of the two is meant?',
      '« 14/09/2026 » est un lundi, et la ligne dit « mardi » ; lequel des deux est voulu ?',
    ],
    ['no hall is called "X"; known are none yet', 'aucune salle ne s’appelle « X » ; sont connues aucune encore'],
    [
      '"Rein" wants A at 08:30, but "Cœur" has it from 2026-09-14 08:00 to 10:00 (line 3)',
      '« Rein » veut A à 08:30, mais « Cœur » l’occupe du 2026-09-14 08:00 à 10:00 (ligne 3)',
    ],
  ] as const) {
    const said = keys.keyed(text);
    assert.ok(said, text);
    assert.equal(inWords(said, all, 'fr'), french);
    assert.equal(inWords(said, all, 'en'), text);
  }
});

/** A text in a program: its values stand where `${…}` is. */
const TEXTS =
  /(?:message: |new Wrong\(|new UnreadableFile\(\s*|wrongs\.push\(|note: \[|const note = |columns = unused\.length > 0 \? \[|\(\{ name \}\) => )(`(?:[^`\\]|\\.)*`|'(?:[^'\\]|\\.)*')/g;

test('no mistake and no note of an import is without a key', async () => {
  const folder = new URL('../../../central/timetable/', import.meta.url);
  const sources = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  let seen = 0;
  for (const source of sources) {
    const program = await readFile(new URL(source, folder), 'utf8');
    for (const [, text = ''] of program.matchAll(TEXTS)) {
      const filled = text
        .slice(1, -1)
        .replaceAll('${where}', 'x on x at x')
        .replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, 'x');
      // What only hands on another text, and the two halves of one.
      if (filled === 'x' || /^x [-;]|^this line x|\(x\)$/.test(filled)) continue;
      seen += 1;
      assert.ok(keys.keyed(filled), `${source}: ${filled}`);
    }
  }
  assert.ok(seen > 25, `${seen} texts were found`);
});
