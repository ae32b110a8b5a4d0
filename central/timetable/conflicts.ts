/** What occupies a hall's box for a while. The stretch is half-open: one may begin the moment another ends. */
export interface Booked {
  agentId: string;
  startsAtMs: number;
  endsAtMs: number;
}

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

/** Those of `others` that overlap one wanted stretch in the same hall, first things first. */
export const clashesWith = <T extends Booked>(wanted: Booked, others: readonly T[]): T[] =>
  others
    .filter(
      (other) =>
        other.agentId === wanted.agentId && other.startsAtMs < wanted.endsAtMs && other.endsAtMs > wanted.startsAtMs,
    )
    .toSorted((a, b) => a.startsAtMs - b.startsAtMs);
