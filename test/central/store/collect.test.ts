// In a process of its own: it measures memory, and what other files leave would be collected meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectYoung } from '#central/store/collect.ts';

const MB = 1 << 20;
const held = (): number => process.memoryUsage().arrayBuffers;

/** Makes buffers that nobody holds any more when it returns. */
function waste(bytes: number): void {
  for (let made = 0; made < bytes; made += MB / 4) Buffer.allocUnsafeSlow(MB / 4).fill(1);
}

test('buffers that nobody holds are given back, those that somebody holds are not', () => {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const kept = Array.from({ length: 8 }, (_, n) => Buffer.allocUnsafeSlow(MB).fill(n));
  collectYoung();
  const before = held();
  waste(24 * MB);
  assert.ok(held() - before > 16 * MB, 'nobody looks after them by himself');
  // Without a turn of the event loop, in which others make garbage and V8 collects for itself. It sweeps in another thread.
  for (let n = 0; n < 100 && held() - before > 4 * MB; n++) {
    collectYoung();
    Atomics.wait(pause, 0, 0, 10);
  }
  assert.ok(held() - before <= 4 * MB, `${(held() - before) / MB} MB are still held`);
  assert.ok(kept.every((one, n) => one[MB - 1] === n));
});
