import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, test } from 'node:test';
import { testFilesIn } from './files.ts';
import { batchesOf, chosen, stagesOf, type Choice } from './stages.ts';

const folder = mkdtempSync(join(tmpdir(), 'amphi-stages-'));
after(() => rmSync(folder, { recursive: true }));
for (const [path, text] of Object.entries({
  'lib/a.test.ts': '',
  'laws/b.test.ts': '',
  'media/c.test.ts': '// Runs alone: it counts frames.\nimport x;',
  'media/h.test.ts': 'const text = `\n// Runs alone: no, this is a text.\n`;',
  'e2e/d.test.ts': '// Covers agent/web, docs/api.md.\n\n// May take 20 minutes: it waits for a lecture.\n',
  'e2e/g.long.test.ts': '',
  'e2e/i.soak.test.ts':
    '// May take 300 minutes: it is left alone for a night.\n// Runs alone: it is the machine that is worn out.\n',
  'lib/e.ts': '',
  'agent/f.test.ts': '',
  'lib/k.test.ts': '// In a process of its own: it loads modules in its own way.\n',
})) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const files = testFilesIn(folder);
const none: Choice = { only: [], long: false, soak: false };
const expected = { of: (file: unknown): number => (JSON.stringify(file).includes('h.test') ? 9 : 1) };
const names = (choice: Partial<Choice>): [string, string[]][] =>
  stagesOf(chosen(files, folder, { ...none, ...choice }), 2, expected).map((stage) => [
    stage.name,
    stage.files.map(({ path }) => relative(folder, path)),
  ]);

test('laws, then units, what has a process of its own, the longest first, then what runs alone; each file once', () => {
  assert.deepEqual(names({}), [
    ['laws', ['laws/b.test.ts']],
    ['units', ['agent/f.test.ts', 'lib/a.test.ts']],
    ['side by side', ['media/h.test.ts', 'e2e/d.test.ts', 'lib/k.test.ts']],
    ['alone', ['media/c.test.ts']],
  ]);
  const [, , whole, alone] = stagesOf(chosen(files, folder, none), 2, expected);
  assert.deepEqual([whole?.atOnce, whole?.filesPerProcess, alone?.atOnce], [3, 1, 1]);
});

test('a process has as many files as it may, or as much as it may take; the longest begin first', () => {
  const seconds = [1, 2, 19, 3, 30, 4, 5, 6];
  const some = seconds.map((_, n) => ({ path: `${n}`, kind: 'unit' as const, limitMs: 0, covers: [] }));
  const of = (file: unknown): number => seconds[Number((file as { path: string }).path)]! * 1000;
  const batches = (filesPerProcess: number, atOnce: number): string[] =>
    batchesOf({ name: 'units', files: some, filesPerProcess, atOnce }, { of }).map((files) =>
      files.map(({ path }) => path).join(''),
    );
  assert.deepEqual(batches(10, 2), ['4', '2', '567', '01', '3']);
  assert.deepEqual(batches(2, 2), ['4', '2', '56', '7', '01', '3']);
  assert.equal(batches(10, 8).length, 8);
});

test('--only takes parts of paths', () => {
  assert.deepEqual(names({ only: ['lib/', 'd.test'] }), [
    ['units', ['lib/a.test.ts']],
    ['side by side', ['e2e/d.test.ts', 'lib/k.test.ts']],
  ]);
  assert.deepEqual(names({ only: ['test/media/c'] }), [['alone', ['media/c.test.ts']]]);
});

test('long files run with --long, soaks with --soak and alone, both when they are named', () => {
  assert.deepEqual(names({ long: true }).at(-2), [
    'side by side',
    ['media/h.test.ts', 'e2e/d.test.ts', 'e2e/g.long.test.ts', 'lib/k.test.ts'],
  ]);
  assert.deepEqual(names({ soak: true }), [['alone', ['e2e/i.soak.test.ts']]]);
  assert.deepEqual(names({ only: ['g.long', 'i.soak'] }), [
    ['side by side', ['e2e/g.long.test.ts']],
    ['alone', ['e2e/i.soak.test.ts']],
  ]);
});

test('the first lines of a file say what it covers and how long it may take; its kind says it otherwise', () => {
  const limits = Object.fromEntries(files.map(({ path, limitMs }) => [relative(folder, path), limitMs / 60_000]));
  assert.deepEqual(
    ['lib/a.test.ts', 'media/c.test.ts', 'e2e/d.test.ts', 'e2e/g.long.test.ts', 'e2e/i.soak.test.ts'].map(
      (name) => limits[name],
    ),
    [5, 15, 20, 60, 300],
  );
  assert.deepEqual(files.find(({ path }) => path.endsWith('d.test.ts'))?.covers, ['agent/web', 'docs/api.md']);
});
