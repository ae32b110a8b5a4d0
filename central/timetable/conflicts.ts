import type { Booked } from '../catalogue/event-rows.ts';

/** Two that want the same box at once; `later` begins later, or at the same moment. */
export interface Clash<T> {
  earlier: T;
  later: T;
}

/**
 * Everything that overlaps, box by box, in order of time: a sweep over the sorted beginnings, so that 10 000 events take
 * milliseconds. At most `most` are given, for a calendar that overlaps everywhere.
 */
export function clashesOf<T extends Booked>(events: readonly T[], most = 1000): Clash<T>[] {
  const clashes: Clash<T>[] = [];
  for (const ofAgent of Map.groupBy(events, ({ agentId }) => agentId).values()) {
    let running: T[] = [];
    for (const later of ofAgent.toSorted((a, b) => a.startsAtMs - b.startsAtMs || a.endsAtMs - b.endsAtMs)) {
      running = running.filter(({ endsAtMs }) => endsAtMs > later.startsAtMs);
      for (const earlier of running) {
        if (clashes.length >= most) return clashes;
        clashes.push({ earlier, later });
      }
      running.push(later);
    }
  }
  return clashes;
}
