import { workerData } from 'node:worker_threads';

/** Writes how late a timer of this thread was at worst, ms, into the number it is given. */
const latest = workerData as Float64Array;
const EVERY_MS = 10;

let dueMs = performance.now() + EVERY_MS;
setInterval(() => {
  const nowMs = performance.now();
  latest[0] = Math.max(latest[0] ?? 0, nowMs - dueMs);
  dueMs = nowMs + EVERY_MS;
}, EVERY_MS);
