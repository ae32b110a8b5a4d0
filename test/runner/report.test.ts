import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BatchResult, TestResult } from './batch.ts';
import { openReport } from './report.ts';

const result = (name: string, outcome: TestResult['outcome'], durationMs = 1): TestResult => ({
  file: '/p/test/a.test.ts',
  name,
  outcome,
  durationMs,
  ...(outcome === 'failed' ? { error: 'why' } : {}),
});
const batch = (results: TestResult[], problem?: string): BatchResult => ({
  results,
  notes: [],
  output: 'printed',
  durationMs: 5,
  ...(problem ? { problem } : {}),
});

function reported(fill: (report: ReturnType<typeof openReport>) => void): { lines: string[]; failed: number } {
  const lines: string[] = [];
  const report = openReport('/p', (line) => lines.push(...line.split('\n')));
  fill(report);
  return { failed: report.finish(), lines };
}

test('the last line is the sum of checks and tests', () => {
  const { lines, failed } = reported((report) => {
    report.check('format', undefined, 5);
    report.check('lint', 'a.ts:1 is wrong', 5);
    report.file('/p/test/a.test.ts', batch([result('a', 'passed'), result('b', 'failed'), result('c', 'skipped')]));
  });
  assert.equal(lines.at(-1), '2 passed, 2 failed');
  assert.equal(failed, 2);
  assert.ok(lines.includes('1 skipped'));
  assert.ok(lines.some((line) => line.includes('a.ts:1 is wrong')));
  assert.ok(lines.some((line) => line.includes('test/a.test.ts: b')));
});

test('a problem of a file, or a file without tests, is a failure', () => {
  assert.equal(reported((report) => report.file('/p/x', batch([result('a', 'passed')], 'did not end'))).failed, 1);
  assert.equal(reported((report) => report.file('/p/x', batch([]))).failed, 1);
  assert.equal(reported((report) => report.file('/p/x', batch([result('a', 'passed')]))).failed, 0);
});

test('the slowest files and tests come first', () => {
  const { lines } = reported((report) =>
    report.file('/p/x', batch([result('quick', 'passed', 100), result('slow', 'passed', 9000)])),
  );
  const [slow, quick] = [
    lines.findIndex((line) => /9\.0 s.*slow/.test(line)),
    lines.findIndex((line) => /0\.1 s.*quick/.test(line)),
  ];
  assert.ok(slow >= 0 && slow < quick);
});

test('what was noted is told with its file and test, and fails nothing', () => {
  const noted = {
    ...batch([result('a', 'passed')]),
    notes: [{ file: '/p/x', name: 'a', text: 'note: repeated: late' }],
  };
  const { lines, failed } = reported((report) => report.file('/p/x', noted));
  assert.equal(failed, 0);
  const at = lines.indexOf('Noted');
  assert.deepEqual(lines.slice(at + 1, at + 3), ['x: a', '    note: repeated: late']);
  assert.equal(lines.at(-1), '1 passed, 0 failed');
});
