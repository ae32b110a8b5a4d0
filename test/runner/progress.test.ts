import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '#test/support/until.ts';
import { openDurations } from './durations.ts';
import type { TestFile } from './files.ts';
import { openProgress } from './progress.ts';
import { openScreen } from './screen.ts';

const folder = mkdtempSync(join(tmpdir(), 'amphi-progress-'));
after(() => rmSync(folder, { recursive: true }));

test('the line says what is done, what runs and how much is left', () => {
  let nowMs = 0;
  const progress = openProgress(() => nowMs);
  progress.plan(
    [
      { name: 'a', expectedMs: 60_000 },
      { name: 'b', expectedMs: 180_000 },
    ],
    1,
  );
  progress.plan([{ name: 'c', expectedMs: 240_000 }], 2);
  assert.equal(progress.line(), '0 of 3, 0:00, about 6 min left');
  progress.begin('a');
  nowMs = 30_000;
  assert.equal(progress.line(), '0 of 3, 0:30, about 6 min left; now: a 0:30');
  progress.done('a');
  progress.done('a');
  progress.begin('b');
  nowMs = 400_000;
  assert.equal(
    progress.line(),
    '1 of 3, 6:40, about 2 min left; now: b 6:10',
    'what takes longer leaves no less than nothing',
  );
  progress.done('b');
  progress.begin('c');
  nowMs = 400_000 + 235_000;
  assert.equal(progress.line(), '2 of 3, 10:35, a few seconds left; now: c 3:55');
});

test('many that run at once are counted', () => {
  const progress = openProgress(() => 0);
  for (const name of ['a', 'b', 'c', 'd', 'e']) progress.begin(name);
  assert.match(progress.line(), /now: a 0:00, b 0:00, c 0:00, 2 more$/);
});

function written(isTTY: boolean): {
  text: () => string;
  output: { isTTY: boolean; columns: number; write(text: string): void };
} {
  let text = '';
  return { text: () => text, output: { isTTY, columns: 20, write: (more) => void (text += more) } };
}

test('on a terminal one line is written over; what stays is above it', async () => {
  const { text, output } = written(true);
  const screen = openScreen(output, () => 'x'.repeat(50), 5);
  await until('the line is shown', () => text().includes('…'));
  screen.print('stays');
  screen.close();
  assert.ok(text().startsWith(`\r\u001B[K… ${'x'.repeat(17)}\r\u001B[K`));
  assert.ok(text().includes('\r\u001B[Kstays\n'));
  assert.ok(text().endsWith('\r\u001B[K'));
});

test('elsewhere the line comes now and then, as one of its own, without codes', async () => {
  const { text, output } = written(false);
  const screen = openScreen(output, () => '1 of 2', 5);
  await until('the line is shown', () => text().includes('… 1 of 2\n'));
  screen.print('stays');
  screen.close();
  assert.ok(text().includes('stays\n'));
  assert.ok(!text().includes('\u001B'));
});

const file = (path: string, kind: TestFile['kind']): TestFile => ({
  path: join(folder, path),
  kind,
  limitMs: 1,
  covers: [],
});

test('the files that take an unusual time are there', () => {
  const usual = JSON.parse(readFileSync(new URL('usual-durations.json', import.meta.url), 'utf8')) as object;
  const gone = Object.keys(usual).filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)));
  assert.deepEqual(gone, []);
});

test('durations are remembered; what never ran takes what its kind does; a spoilt memory is none', () => {
  const path = join(folder, 'deep', 'durations.json');
  const first = openDurations(path, folder);
  const unknown = ['unit', 'whole', 'alone'].map((kind) => first.of(file('x.test.ts', kind as TestFile['kind'])));
  assert.deepEqual(
    unknown.toSorted((a, b) => a - b),
    unknown,
  );
  assert.ok(first.of(file('x.long.test.ts', 'unit')) > unknown[2]!);
  assert.ok(first.of(file('test/e2e/demo.test.ts', 'alone')) > unknown[2]!, 'what is known to take long');
  first.keep('x.test.ts', 1234.4);
  first.keep('lint', 99);
  first.save();
  const second = openDurations(path, folder);
  assert.deepEqual([second.of(file('x.test.ts', 'alone')), second.of('lint')], [1234, 99]);
  assert.match(readFileSync(path, 'utf8'), /"x\.test\.ts": 1234/);
  writeFileSync(path, '{"x.test.ts": "long", "y":');
  assert.equal(openDurations(path, folder).of(file('x.test.ts', 'unit')), unknown[0]);
});
