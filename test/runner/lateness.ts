import type { BatchResult } from './batch.ts';

/** The machine was late if work that could run waited for a core for more than this part of the time. */
const LATE_PART = 0.1;

/** What a test says that waited for something which did not come: `until`, and Playwright. All else is a judgement. */
const WAITED = /waited \d+ s in vain|Timeout \d+ms exceeded|Clicking the checkbox did not change its state/;

/**
 * Whether all that failed in a file is that something was waited for in vain, while the machine was late: no fault of the product is
 * proven, and the file is run again. What was judged wrong never is.
 */
export function failedByWaiting(batch: BatchResult, waitedMs: number): boolean {
  const failed = batch.results.filter(({ outcome }) => outcome === 'failed');
  if (batch.problem !== undefined || failed.length === 0) return false;
  return waitedMs > batch.durationMs * LATE_PART && failed.every(({ error = '' }) => WAITED.test(error));
}

/** A file's failures by waiting, for the report. */
export function waitingWords(batch: BatchResult, waitedMs: number): string {
  const failed = batch.results.filter(({ outcome }) => outcome === 'failed');
  const words = failed.map(({ name, error = '' }) => `${name}: ${error.split('\n', 1)[0]}`);
  return `repeated: the machine was late (in ${seconds(batch.durationMs)} work waited ${seconds(waitedMs)} for a core): ${words.join('; ')}`;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
