import type { CancelledEvent } from './known.ts';
import { mayBe, isNamed, type Match } from './match.ts';
import { nameOf } from './names.ts';
import type { Wanted } from './wanted.ts';

/**
 * Lectures of the file that a person cancelled by hand after an earlier import: those that begin at exactly the time of
 * the cancelled event. A lecture that the timetable has moved since is a new one.
 */
export function cancelledByHand(
  matches: readonly Match[],
  cancelled: readonly CancelledEvent[],
): Map<Wanted, CancelledEvent> {
  const byStart = Map.groupBy(cancelled, ({ startsAtMs }) => startsAtMs);
  const found = new Map<Wanted, CancelledEvent>();
  const taken = new Set<CancelledEvent>();
  for (const { wanted, event } of matches) {
    if (event || wanted.cancelled) continue;
    const one = byStart.get(wanted.startsAtMs)?.find((gone) => !taken.has(gone) && isSame(wanted, gone));
    if (!one) continue;
    taken.add(one);
    found.set(wanted, one);
  }
  return found;
}

function isSame(wanted: Wanted, gone: CancelledEvent): boolean {
  const { importKey = '', agentId, title, seriesId } = wanted;
  const hasName = isNamed(gone) && nameOf(gone.importKey ?? '') === nameOf(importKey);
  if (hasName) return mayBe(wanted, gone);
  return title.trim() === gone.title.trim()
    ? seriesId === gone.seriesId
    : agentId === gone.agentId && seriesId !== undefined && seriesId === gone.seriesId;
}
