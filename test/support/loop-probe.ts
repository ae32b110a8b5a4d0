import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Measures, inside a door of a box or a central server under test (`NODE_OPTIONS=--import`), how much processor time
 * its thread uses without a break: all its other clients wait that long, however busy the machine is. Every 100 ms it
 * adds a line to `$AMPHI_LOOP_PROBE.<pid>`: the time (milliseconds since 1970) and the worst since the last line, in
 * milliseconds.
 */
const LOOK_MS = 5;
const LINE_MS = 100;
const file = process.env['AMPHI_LOOP_PROBE'];

function watch(path: string): void {
  let before = process.threadCpuUsage();
  let worstMs = 0;
  setInterval(() => {
    const now = process.threadCpuUsage();
    worstMs = Math.max(worstMs, (now.user + now.system - before.user - before.system) / 1000);
    before = now;
  }, LOOK_MS).unref();
  setInterval(() => {
    appendFileSync(`${path}.${process.pid}`, `${performance.timeOrigin + performance.now()} ${worstMs}\n`);
    worstMs = 0;
  }, LINE_MS).unref();
}

if (file && isMainThread && /-door\.ts$|\bcentral\b/.test(process.argv.slice(1, 3).join(' '))) watch(file);
