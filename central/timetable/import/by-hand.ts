import type { CancelledEvent } from './known.ts';
import { mayBe, isNamed, type Match } from './match.ts';
import { nameOf } from './names.ts';
import type { Wanted } from './wanted.ts';

/**
 * Which lectures of the file somebody cancelled by hand after an earlier import: those that are to begin at the very time at which
 * the cancelled one was. One that the timetable has put elsewhere since is a lecture of its own.
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
