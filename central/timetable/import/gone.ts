import type { KnownEvent } from './known.ts';
import type { Match } from './match.ts';
import { familyOf } from './names.ts';

/** Events of earlier imports that a file no longer names. */
export interface Gone {
  /**
   * Occurrences or further halls of a lecture that the file still has: it names all of them, so these are cancelled.
   */
  cancelled: KnownEvent[];
  /** Other events: the report lists them, and they are cancelled only if the import is asked to. */
  missing: KnownEvent[];
  /** Whether so many are missing that it may be the wrong file, or half of one. */
  isDoubtful: boolean;
}

/**
 * Missing events that are no reason for doubt, however small the file is; beyond this, doubt depends on how many are
 * not missing.
 */
const FEW = 2;

/**
 * Coming events of earlier imports that the file no longer names: those that the last import of this file brought, in
 * any series and on any day; and those that any import brought in the series and between the first and last day of the
 * file.
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
 * Sources of which this file is a later version: the one with the same name, and those of which it names at least half
 * of the coming lectures, since the names of exports often contain the date.
 */
function ownersOf(
  imported: readonly KnownEvent[],
  matched: ReadonlySet<KnownEvent>,
  source: string | undefined,
): Set<string> {
  const bySource = Map.groupBy(imported, (event) => event.source ?? '');
  const shared = [...bySource].filter(([, of]) => of.filter((event) => matched.has(event)).length * 2 >= of.length);
  const owners = new Set([...shared.map(([name]) => name), ...(source ? [source] : [])]);
  // Events without a source were imported before sources were kept: they belong to no file.
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

/**
 * Whether an event has the name of a lecture in the file, but comes from another calendar: it shares neither title nor
 * series with the lectures of that name.
 */
function foreignTo(matches: readonly Match[]): (event: KnownEvent) => boolean {
  const named = matches.filter(({ wanted }) => wanted.importKey !== undefined);
  const own = Map.groupBy(named, ({ wanted }) => familyOf(wanted.importKey ?? ''));
  return ({ importKey = '', title, seriesId }) =>
    !(own.get(familyOf(importKey)) ?? []).some(
      ({ wanted, event }) =>
        wanted.title === title || event?.title === title || (seriesId && wanted.seriesId === seriesId),
    );
}
