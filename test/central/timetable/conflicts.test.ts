import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Booked } from '#central/catalogue/event-rows.ts';
import { clashesOf } from '#central/timetable/conflicts.ts';

interface Named extends Booked {
  name: string;
}
const event = (name: string, agentId: string, startsAtMs: number, endsAtMs: number): Named => ({
  name,
  agentId,
  startsAtMs,
  endsAtMs,
});
const names = (events: readonly Named[]): string[] =>
  clashesOf(events).map(({ earlier, later }) => `${earlier.name}-${later.name}`);

test('two in one hall at once clash; in two halls, or back to back, they do not', () => {
  assert.deepEqual(names([event('a', 'D', 0, 10), event('b', 'D', 10, 20), event('c', 'E', 5, 15)]), []);
  assert.deepEqual(names([event('b', 'D', 9, 20), event('a', 'D', 0, 10)]), ['a-b']);
  assert.deepEqual(names([event('a', 'D', 0, 100), event('b', 'D', 10, 20), event('c', 'D', 30, 40)]), ['a-b', 'a-c']);
});

const overlap = (one: Booked, other: Booked): boolean =>
  one.agentId === other.agentId && one.startsAtMs < other.endsAtMs && one.endsAtMs > other.startsAtMs;

test('the sweep finds what comparing all with all finds', () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 50; round++) {
    const events = Array.from({ length: 40 }, (_, n) => {
      const start = random(300);
      return event(String(n), `hall${random(3)}`, start, start + 1 + random(20));
    });
    const pairs = events.flatMap((one, n) =>
      events
        .slice(n + 1)
        .filter((other) => overlap(one, other))
        .map((other) => [one.name, other.name]),
    );
    const expected = pairs.map((pair) => pair.toSorted().join()).toSorted();
    const found = clashesOf(events).map(({ earlier, later }) => [earlier.name, later.name].toSorted().join());
    assert.deepEqual(found.toSorted(), expected);
  }
});

test('a calendar that overlaps everywhere is told in part', () => {
  const events = Array.from({ length: 2000 }, (_, n) => event(String(n), 'D', n, n + 5000));
  assert.equal(clashesOf(events, 10).length, 10);
});
