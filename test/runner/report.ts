import { relative } from 'node:path';
import type { BatchResult, TestResult } from './batch.ts';

export interface Report {
  check(name: string, failure: string | undefined, durationMs: number): void;
  file(file: string, batch: BatchResult): void;
  /** Of a file that runs again: it counts then. */
  postponed(file: string, why: string): void;
  heading(text: string): void;
  /** Prints failures, the slowest tests and, last, `N passed, N failed`. Returns the number of failures. */
  finish(): number;
}

const SLOWEST = 8;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const indented = (text: string): string => text.replaceAll(/^/gm, '    ');

/** A line a file as they end, everything else at the end. `print` takes a line. */
export function openReport(root: string, print: (line: string) => void): Report {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const tests: TestResult[] = [];
  const files: { name: string; durationMs: number }[] = [];
  const notes: string[] = [];
  const failures: string[] = [];

  const fail = (what: string, why: string): void => {
    counts.failed += 1;
    failures.push(`✗ ${what}\n${indented(why)}`);
  };
  const countTest = (name: string, test: TestResult): void => {
    tests.push(test);
    if (test.outcome === 'failed') fail(`${name}: ${test.name}`, test.error ?? 'no reason given');
    else counts[test.outcome] += 1;
  };

  const printSlowest = (): void => {
    const slowest = <T extends { durationMs: number }>(list: readonly T[]): T[] =>
      list.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST);
    if (files.length > 0) print('\nSlowest files');
    for (const { name, durationMs } of slowest(files)) print(`  ${seconds(durationMs)}  ${name}`);
    if (tests.length > 0) print('\nSlowest tests');
    for (const test of slowest(tests))
      print(`  ${seconds(test.durationMs)}  ${relative(root, test.file)}: ${test.name}`);
  };

  return {
    heading: (text) => print(text),
    postponed: (file, why) => print(`  … ${relative(root, file)}  ${why}`),
    check(name, failure, durationMs) {
      print(`  ${failure === undefined ? '✓' : '✗'} ${name}  ${seconds(durationMs)}`);
      if (failure === undefined) counts.passed += 1;
      else fail(name, failure);
    },
    file(file, batch) {
      const name = relative(root, file);
      const failedBefore = counts.failed;
      for (const test of batch.results) countTest(name, test);
      if (batch.problem) fail(name, batch.problem);
      else if (batch.results.length === 0) fail(name, 'no test in it');
      const good = counts.failed === failedBefore;
      if (!good && batch.output.trim()) failures.push(indented(`what it printed:\n${batch.output.trim()}`));
      print(`  ${good ? '✓' : '✗'} ${name}  ${batch.results.length} tests  ${seconds(batch.durationMs)}`);
      files.push({ name, durationMs: batch.durationMs });
      for (const note of batch.notes) {
        print(indented(`${note.name}: ${note.text}`));
        notes.push(`${name}: ${note.name}\n${indented(note.text)}`);
      }
    },
    finish() {
      if (failures.length > 0) print(`\nFailures\n${failures.join('\n')}`);
      printSlowest();
      if (notes.length > 0) print(`\nNoted\n${notes.join('\n')}`);
      if (counts.skipped > 0) print(`\n${counts.skipped} skipped`);
      print(`\n${counts.passed} passed, ${counts.failed} failed`);
      return counts.failed;
    },
  };
}
