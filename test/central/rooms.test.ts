import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forbiddenImports, importsOf } from '#test/laws/imports.ts';
import { readTree, type Tree } from '#test/laws/tree.ts';

const roomIn = (path: string): string => path.split('/')[1] ?? '';

const tree = readTree();

test('what stands below imports nothing above, whoever tries', () => {
  for (const [from, to] of [
    ['central/store/a.ts', '../identity/audit.ts'],
    ['central/timetable/import/a.ts', '../../http/services.ts'],
    ['central/intake/a.ts', '../pages/pages.ts'],
    ['central/catalogue/a.ts', '../timetable/schedule.ts'],
    ['central/http/a.ts', '../pages/pages.ts'],
    ['central/cellar/a.ts', '../store/tables.ts'],
  ] as const) {
    const planted: Tree = new Map([[from, `import type { A } from '${to}';`]]);
    assert.equal(forbiddenImports(planted).length, 1, `${from} imports ${to}`);
  }
});

test('fastify is known by http and pages alone', () => {
  const known = importsOf(tree).filter(
    ({ from, to }) => from.startsWith('central/') && /^(fastify$|@fastify\/)/.test(to),
  );
  assert.deepEqual([...new Set(known.map(({ from }) => roomIn(from)))].toSorted(), ['http', 'pages']);
});

test('events and series are asked of the catalogue alone', () => {
  const asks = /(selectFrom|updateTable|insertInto|deleteFrom)\('(events|series|files|event_versions)( as \w+)?'\)/;
  // A media package names files that are in versions already; intake writes versions, their files and their events.
  const allowed = ['catalogue', 'store', 'intake'];
  const found = [...tree].filter(
    ([path, text]) =>
      path.startsWith('central/') && path.endsWith('.ts') && asks.test(text) && !allowed.includes(roomIn(path)),
  );
  assert.deepEqual(
    found.map(([path]) => path),
    [],
  );
});

test('every room has a README of at most 30 lines, that names each of its files', () => {
  const sources = [...tree.keys()].filter((path) => /^central\/[\w-]+(\/[\w-]+)*\/[\w-]+\.ts$/.test(path));
  const folders = new Set(sources.map((path) => path.slice(0, path.lastIndexOf('/'))));
  for (const folder of folders) {
    const text = tree.get(`${folder}/README.md`);
    assert.ok(text, `${folder}/README.md is missing`);
    assert.ok(text.trimEnd().split('\n').length <= 30, `${folder}/README.md is too long`);
    assert.match(text, /import/, `${folder}/README.md: what may it import?`);
    const own = sources.filter((path) => path.slice(0, path.lastIndexOf('/')) === folder);
    assert.ok(own.length <= 20, `${folder} has more than 20 sources`);
    const untold = own.map((path) => path.slice(path.lastIndexOf('/') + 1, -3)).filter((name) => !text.includes(name));
    assert.deepEqual(untold, [], `${folder}/README.md says nothing of them`);
  }
});
