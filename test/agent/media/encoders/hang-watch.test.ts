import assert from 'node:assert/strict';
import test from 'node:test';
import { openHangWatch, type EncoderProgress } from '#agent/media/encoders/hang-watch.ts';
import type { Doing } from '#lib/runtime/processes/vital-signs.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';

/** Asks each 100 ms until the encoder counts as hung; gives after how long, at most two minutes. */
async function hungAfterMs(
  doing: (atMs: number) => Doing,
  progress: (atMs: number) => Pick<EncoderProgress, 'heard' | 'taken'>,
  queued = 20,
): Promise<number> {
  const clock = virtualClock(0);
  const watch = openHangWatch({ look: () => Promise.resolve(doing(clock.monotonicMs())) }, clock);
  while (clock.monotonicMs() < 120_000) {
    if (watch.isHung({ ...progress(clock.monotonicMs()), queued })) return clock.monotonicMs();
    clock.advance(100);
    await Promise.resolve();
  }
  return Infinity;
}

const once = (atMs: number): { heard: number; taken: number } => ({ heard: atMs < 100 ? 0 : 1, taken: 1 });

test('one that does nothing is hung soon, later at its start', async () => {
  const waits = (): Doing => 'waits';
  assert.equal(await hungAfterMs(waits, once), 2700);
  assert.equal(await hungAfterMs(waits, () => ({ heard: 0, taken: 1 })), 6100);
  assert.equal(await hungAfterMs(() => 'gone', once), 2700);
});

test('one that computes, or is stopped for a while, is not; one that computes in vain is, in the end', async () => {
  assert.equal(await hungAfterMs(() => 'works', once), 20_200);
  assert.equal(await hungAfterMs(() => 'stopped', once), 20_200);
  // It gets a core for a moment in each ten seconds.
  const starved = (atMs: number): Doing => (atMs % 1000 < 600 ? 'works' : 'waits');
  assert.equal(await hungAfterMs(starved, (atMs) => ({ heard: Math.floor(atMs / 10_000), taken: 0 })), Infinity);
});

test('one that takes all it is given and says nothing is broken, whatever it computes', async () => {
  const takesAll = (atMs: number): { heard: number; taken: number } => ({ heard: 0, taken: atMs });
  assert.equal(await hungAfterMs(() => 'works', takesAll, 0), 6100);
});

test('any progress is life: a frame that was taken, or a packet that came', async () => {
  assert.equal(
    await hungAfterMs(
      () => 'waits',
      (atMs) => ({ heard: 1, taken: Math.floor(atMs / 2000) }),
    ),
    Infinity,
  );
  assert.equal(
    await hungAfterMs(
      () => 'waits',
      (atMs) => ({ heard: Math.floor(atMs / 2000), taken: 0 }),
    ),
    Infinity,
  );
});
