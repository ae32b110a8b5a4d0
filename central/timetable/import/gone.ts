import type { KnownEvent } from './known.ts';
import type { Match } from './match.ts';
import { familyOf } from './names.ts';

/** What an import says of events that its file no longer names. */
export interface Gone {
  /** Occurrences and further halls of what is in the file, which says all of them. */
  cancelled: KnownEvent[];
  /** Others of earlier imports: told, and cancelled on demand. */
  missing: KnownEvent[];
  /** So many are missing that it may be another file, or half of one. */
  isDoubtful: boolean;
}

/** So few that are missing are a change of plans, however small the file is. */
const FEW = 2;

/**
 * Coming events of earlier imports that the file no longer names: what the last import of this file brought, whatever its series and
 * day; and whatever was imported within the series and the days of the file.
 */
export function goneEvents(
  matches: readonly Match[],
  events: readonly KnownEvent[],
  { nowMs, source }: { nowMs: number; source?: string | undefined },
): Gone {
  const matched = new Set(matches.flatMap(({ event }) => event ?? []));
  const families = new Set(matches.flatMap(({ wanted: { importKey } }) => (importKey ? [familyOf(importKey)] : [])));
  const imported = events.filter(
    ({ importKey, recorded, startsAtMs }) => importKey !== undefined && !recorded && startsAtMs > nowMs,
  );
  const gone = imported.filter((event) => !matched.has(event));
  const isForeign = foreignTo(matches);
  const isOfFamily = (event: KnownEvent): boolean => families.has(familyOf(event.importKey ?? '')) && !isForeign(event);
  const isOfFile = withinFile(matches);
  const owners = ownersOf(imported, matched, source);
  const missing = gone.filter((event) => !isOfFamily(event) && (owners.has(event.source ?? '') || isOfFile(event)));
  return {
    cancelled: gone.filter(isOfFamily),
    missing,
    isDoubtful: missing.length > Math.max(FEW, imported.length - gone.length),
  };
}

/**
 * Sources whose later version this file is: the one that is called so, and those of whose coming lectures it names half or more, since
 * exports are often named by their date.
 */
function ownersOf(
  imported: readonly KnownEvent[],
  matched: ReadonlySet<KnownEvent>,
  source: string | undefined,
): Set<string> {
  const bySource = Map.groupBy(imported, (event) => event.source ?? '');
  const shared = [...bySource].filter(([, of]) => of.filter((event) => matched.has(event)).length * 2 >= of.length);
  const owners = new Set([...shared.map(([name]) => name), ...(source ? [source] : [])]);
  // What was imported before imports were kept is of no source that is known.
  owners.delete('');
  return owners;
}

/** Whether an event is in a series of the file, and between its first and its last lecture. */
function withinFile(matches: readonly Match[]): (event: KnownEvent) => boolean {
  const series = new Set(matches.map(({ wanted }) => wanted.seriesId));
  const starts = matches.map(({ wanted }) => wanted.startsAtMs);
  const fromMs = starts.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
  const toMs = starts.reduce((most, one) => Math.max(most, one), Number.NEGATIVE_INFINITY);
  return ({ seriesId, startsAtMs }) => series.has(seriesId) && startsAtMs >= fromMs && startsAtMs <= toMs;
}

/** Events that have a name of the file, and are of another calendar: they have neither title nor series of its own ones. */
function foreignTo(matches: readonly Match[]): (event: KnownEvent) => boolean {
  const named = matches.filter(({ wanted }) => wanted.importKey !== undefined);
  const own = Map.groupBy(named, ({ wanted }) => familyOf(wanted.importKey ?? ''));
  return ({ importKey = '', title, seriesId }) =>
    !(own.get(familyOf(importKey)) ?? []).some(
      ({ wanted, event }) =>
        wanted.title === title || event?.title === title || (seriesId && wanted.seriesId === seriesId),
    );
}
