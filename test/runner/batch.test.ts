import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isAlive } from '#test/support/alive.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';
import { runBatch, type BatchOptions } from './batch.ts';
import { runTogether } from './together.ts';

const folder = mkdtempSync(join(tmpdir(), 'amphi-runner-'));
after(() => rmSync(folder, { recursive: true }));
const { NODE_TEST_CONTEXT: _, ...env } = process.env;
/** A process needs a while to start: `limitMs` is for the files behind `good`, whose time begins with their first test. */
const within = (limitMs: number): BatchOptions => ({
  env,
  limitMs: (file) => (file === good ? PATIENCE_MS : limitMs),
});

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
const hang = write(
  'hang',
  `import { spawn } from 'node:child_process';`,
  `describe('f', () => { test('g', () => new Promise(() => { spawn('sleep', ['61']); setInterval(() => {}, 1000); })); });`,
);
// By turns of the event loop: after a pause of the machine a timer may be due before the test is over.
const late = write(
  'late',
  `test('g', () => { let left = 100; const next = () => { if (left-- > 0) return void setImmediate(next); throw new Error('late'); }; next(); });`,
);
const child = write(
  'child',
  `import { spawn } from 'node:child_process';`,
  `test('h', () => { console.log('pid ' + spawn('sleep', ['600'], { stdio: 'ignore' }).pid); process.exit(0); });`,
);

test('each result is told with its file, its name and its outcome', async () => {
  const { results, problem } = await runBatch([good, bad], within(60_000));
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
  const { results } = await runBatch([write('broken', 'const = 1;')], within(60_000));
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['failed'],
  );
});

test('a file that ends its process, or throws when nobody waits, is a problem', async () => {
  assert.match((await runBatch([crash], within(60_000))).problem ?? '', /exit code 3/);
  assert.match((await runBatch([late], within(60_000))).problem ?? '', /late/);
});

test('a file that hangs is ended', async () => {
  const { problem = '', hung } = await runBatch([good, hang], within(3000));
  assert.match(problem, /did not end within 3 s; waited for: f › g \(for \d+ s\)/);
  assert.match(problem, /it holds: .*Timeout/);
  assert.match(problem, /it runs: sleep 61/);
  assert.equal(hung, hang);
});

test('a file whose thread is busy for ever is ended too', async () => {
  const busy = write('busy', `test('i', () => { for (;;); });`);
  const { problem = '' } = await runBatch([good, busy], within(2000));
  assert.match(problem, /waited for: i [\s\S]*its thread does not answer/);
});

test('files of one process do not share their time', async () => {
  const slow = ['slow-1', 'slow-2', 'slow-3'].map((name) =>
    write(name, `test('${name}', () => new Promise((resolve) => void setTimeout(resolve, 2000)));`),
  );
  // The first has the start of the process besides. All together take longer than one of them may.
  const { durationMs } = await runBatch([good], within(60_000));
  const { problem, results } = await runBatch(slow, within(5000 + durationMs));
  assert.equal(problem, undefined);
  assert.equal(results.length, 3);
});

test('what a test notes is told with its name; other diagnostics are not', async () => {
  const noting = write('noting', `test('j', (t) => { t.diagnostic('note: once more'); t.diagnostic('idle talk'); });`);
  const { notes } = await runBatch([good, noting], within(60_000));
  assert.deepEqual(
    notes.map(({ file, name, text }) => [file, name, text]),
    [[noting, 'j', 'note: once more']],
  );
});

test('what a file leaves running is ended with it', async () => {
  const { output } = await runBatch([child], within(60_000));
  const pid = Number(/pid (\d+)/.exec(output)?.[1]);
  assert.ok(pid > 0);
  await until('it is gone', () => !isAlive(pid));
});

test('of files run together, the one at fault is found, and the others count', async () => {
  const done = await runTogether([good, crash, bad], within(60_000));
  assert.deepEqual(
    done.map(({ file, batch }) => [file, batch.problem !== undefined, batch.results.length]),
    [
      [good, false, 3],
      [crash, true, 0],
      [bad, false, 2],
    ],
  );
});

test('a file that hung among others is not tried again; the others are', async () => {
  const done = await runTogether([hang, good], within(3000));
  assert.deepEqual(
    done.map(({ batch }) => [batch.problem?.slice(0, 19), batch.results.length]),
    [
      ['did not end within ', 0],
      [undefined, 3],
    ],
  );
});
