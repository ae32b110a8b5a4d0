import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBelievedWall } from '#lib/runtime/believed-wall.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test('a jump ahead does not count for a week, and not at all once it is mended; time goes on', () => {
  const clock = virtualClock(0, 1_000_000_000_000);
  const wall = openBelievedWall(clock);
  clock.advance(HOUR_MS);
  assert.equal(wall(), clock.nowMs());
  const rightMs = clock.nowMs();
  clock.setWall(rightMs + 30 * 365 * DAY_MS);
  assert.equal(wall(), rightMs);
  clock.advance(6 * HOUR_MS);
  assert.equal(wall(), rightMs + 6 * HOUR_MS);
  clock.setWall(rightMs + 6 * HOUR_MS);
  assert.equal(wall(), clock.nowMs(), 'mended');
  clock.advance(DAY_MS);
  assert.equal(wall(), clock.nowMs());
});

test('a clock that stays where it was set to is believed after a week; a jump back counts at once', () => {
  const clock = virtualClock(0, 1_000_000_000_000);
  const wall = openBelievedWall(clock);
  clock.setWall(clock.nowMs() + 10 * DAY_MS);
  wall();
  clock.advance(7 * DAY_MS - 1);
  assert.equal(wall(), clock.nowMs() - 10 * DAY_MS);
  clock.advance(1);
  assert.equal(wall(), clock.nowMs());
  clock.setWall(clock.nowMs() - 40 * DAY_MS);
  assert.equal(wall(), clock.nowMs());
});

test('small corrections count at once, also many of them', () => {
  const clock = virtualClock(0, 1_000_000_000_000);
  const wall = openBelievedWall(clock);
  for (let n = 0; n < 100; n++) {
    clock.advance(6 * HOUR_MS);
    clock.setWall(clock.nowMs() + 20_000);
    assert.equal(wall(), clock.nowMs());
  }
});
