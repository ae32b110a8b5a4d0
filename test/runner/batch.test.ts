import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runBatch, runTogether } from './batch.ts';

const folder = mkdtempSync(join(tmpdir(), 'amphi-runner-'));
after(() => rmSync(folder, { recursive: true }));
const { NODE_TEST_CONTEXT: _, ...env } = process.env;

function write(name: string, ...lines: string[]): string {
  const path = join(folder, `${name}.test.ts`);
  writeFileSync(path, [`import { describe, test } from 'node:test';`, ...lines].join('\n'));
  return path;
}

const good = write(
  'good',
  `test('a', () => {});`,
  `describe('b', () => { test('c', () => {}); test.skip('d', () => {}); });`,
);
const bad = write('bad', `test('good', () => {});`, `test('bad', () => { throw new Error('broken'); });`);
const crash = write('crash', `test('e', () => process.exit(3));`);
const hang = write('hang', `test('f', () => new Promise(() => setInterval(() => {}, 1000)));`);
const late = write('late', `test('g', () => void setTimeout(() => { throw new Error('late'); }, 10));`);
const child = write(
  'child',
  `import { spawn } from 'node:child_process';`,
  `test('h', () => { console.log('pid ' + spawn('sleep', ['60'], { stdio: 'ignore' }).pid); process.exit(0); });`,
);

test('each result is told with its file, its name and its outcome', async () => {
  const { results, problem } = await runBatch([good, bad], 20_000, env);
  assert.equal(problem, undefined);
  assert.deepEqual(
    results.map(({ file, name, outcome }) => [file, name, outcome]),
    [
      [good, 'a', 'passed'],
      [good, 'b › c', 'passed'],
      [good, 'b › d', 'skipped'],
      [bad, 'good', 'passed'],
      [bad, 'bad', 'failed'],
    ],
  );
  assert.match(results.at(-1)?.error ?? '', /broken/);
});

test('a file that is no TypeScript is a failed test', async () => {
  const { results } = await runBatch([write('broken', 'const = 1;')], 20_000, env);
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['failed'],
  );
});

test('a file that ends its process, or throws when nobody waits, is a problem', async () => {
  assert.match((await runBatch([crash], 20_000, env)).problem ?? '', /exit code 3/);
  assert.match((await runBatch([late], 20_000, env)).problem ?? '', /late/);
});

test('a file that hangs is ended', async () => {
  const startedAtMs = performance.now();
  assert.match((await runBatch([hang], 1500, env)).problem ?? '', /did not end within 2 s/);
  assert.ok(performance.now() - startedAtMs < 10_000);
});

test('what a file leaves running is ended with it', async () => {
  const { output } = await runBatch([child], 20_000, env);
  const pid = Number(/pid (\d+)/.exec(output)?.[1]);
  assert.ok(pid > 0);
  // Without somebody to bury it, a dead process stays as a zombie.
  const alive = (): boolean => existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  for (let tries = 0; tries < 50 && alive(); tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(alive(), false);
});

test('of files run together, the one at fault is found, and the others count', async () => {
  const done = await runTogether([good, crash, bad], () => 20_000, env);
  assert.deepEqual(
    done.map(({ file, batch }) => [file, batch.problem !== undefined, batch.results.length]),
    [
      [good, false, 3],
      [crash, true, 0],
      [bad, false, 2],
    ],
  );
});

test('without time left nothing is run, and that is a problem of each', async () => {
  const done = await runTogether([good, bad], () => 0, env);
  assert.deepEqual(
    done.map(({ batch }) => batch.problem),
    Array(2).fill('not run: no time left'),
  );
});
