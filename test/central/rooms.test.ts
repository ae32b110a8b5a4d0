import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf } from '#test/laws/imports.ts';
import { readTree, type Tree } from '#test/laws/tree.ts';

/** What each room of the server may import besides itself and packages; a worker is everything but `http` and `pages`. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  store: [],
  identity: ['store'],
  catalogue: ['store', 'identity'],
  agents: ['store', 'identity', 'catalogue'],
  timetable: ['store', 'identity', 'catalogue', 'agents'],
  workflows: ['store', 'identity', 'catalogue'],
  intake: ['store', 'identity', 'catalogue', 'agents', 'workflows'],
  http: ['store', 'identity', 'catalogue', 'agents', 'timetable', 'workflows', 'intake', 'config.ts'],
  pages: ['store', 'identity', 'catalogue', 'agents', 'timetable', 'workflows', 'intake', 'http'],
};
/** The lists of what runs: they know every room. */
const TOP = new Set(['main.ts', 'command.ts', 'modules.ts', 'config.ts']);

const roomIn = (path: string): string => path.split('/')[1] ?? '';

function forbidden(tree: Tree): string[] {
  return importsOf(tree)
    .filter(({ from, to }) => from.startsWith('central/') && to.startsWith('central/'))
    .flatMap(({ from, to }) => {
      const [room, target] = [roomIn(from), roomIn(to)];
      if (room === target || TOP.has(room)) return [];
      const may = MAY[room];
      if (!may) return [`${room} has no line in test/central/rooms.test.ts`];
      return may.includes(target) ? [] : [`${from} imports ${to}`];
    });
}

const tree = readTree();

test('rooms of the server know those below them alone: never http or pages', () => {
  assert.deepEqual(forbidden(tree), []);
});

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
    assert.equal(forbidden(planted).length, 1, `${from} imports ${to}`);
  }
});

test('fastify is known by http and pages alone', () => {
  const known = importsOf(tree).filter(
    ({ from, to }) => from.startsWith('central/') && /^(fastify$|@fastify\/)/.test(to),
  );
  assert.deepEqual([...new Set(known.map(({ from }) => roomIn(from)))], ['http']);
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
