import type { Booked } from '../catalogue/event-rows.ts';

/** Two events that want the same box at the same time; `later` begins later, or at the same moment. */
export interface Clash<T> {
  earlier: T;
  later: T;
}

/**
 * All pairs of events that overlap on one box, in order of time. The events are sorted once and walked through, so that
 * 10 000 of them take milliseconds. At most `most` pairs are given, for a calendar where everything overlaps.
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
