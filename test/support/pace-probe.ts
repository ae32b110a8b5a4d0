import { workerData } from 'node:worker_threads';

/** Writes the worst lateness of a timer in this thread, in milliseconds, into the shared number that it is given. */
const latest = workerData as Float64Array;
const EVERY_MS = 10;

let dueMs = performance.now() + EVERY_MS;
setInterval(() => {
  const nowMs = performance.now();
  latest[0] = Math.max(latest[0] ?? 0, nowMs - dueMs);
  dueMs = nowMs + EVERY_MS;
}, EVERY_MS);
