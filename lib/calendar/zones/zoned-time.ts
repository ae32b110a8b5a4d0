/**
 * Wall time and instants. A wall time is a number: the milliseconds since 1970 of a UTC clock with the same reading.
 * Rules are expanded in wall time, so a lecture at 08:30 stays at 08:30 when the clocks change.
 */

/** A time zone. */
export interface Zone {
  name: string;
  /**
   * The instant at which clocks show `wallMs`: the first if there are two. An hour that is skipped is read with the
   * offset before it.
   */
  instantOf: (wallMs: number) => number;
  wallOf: (atMs: number) => number;
}

/** The zone UTC. */
export const UTC: Zone = { name: 'UTC', instantOf: (wallMs) => wallMs, wallOf: (atMs) => atMs };

const DAY_MS = 86_400_000;
const zones = new Map<string, Zone>();

/** A zone of the IANA database, such as `Europe/Paris`; undefined for an unknown name. */
export function ianaZone(name: string): Zone | undefined {
  const known = zones.get(name);
  if (known) return known;
  const format = formatOf(name);
  if (!format) return undefined;
  const wallOf = withKeptOffsets((atMs) => wallIn(format, atMs));
  const zone = zoneOfWall(name, wallOf);
  zones.set(name, zone);
  return zone;
}

/** Number of days of a zone whose offsets are kept; with more, all are looked up again. */
const MOST_DAYS_KEPT = 2000;

/** Keeps the offset of each day (in UTC) on which the clocks do not change, since `Intl` takes long to tell it. */
function withKeptOffsets(wallOf: (atMs: number) => number): (atMs: number) => number {
  const kept = new Map<number, number | undefined>();
  const offsetAt = (atMs: number): number => wallOf(atMs) - atMs;
  const offsetOfDay = (day: number): number | undefined => {
    const [first, last] = [offsetAt(day * DAY_MS), offsetAt((day + 1) * DAY_MS - 1)];
    return first === last ? first : undefined;
  };
  return (atMs) => {
    const day = Math.floor(atMs / DAY_MS);
    if (!Number.isFinite(day)) return wallOf(atMs);
    if (!kept.has(day)) {
      if (kept.size >= MOST_DAYS_KEPT) kept.clear();
      kept.set(day, offsetOfDay(day));
    }
    const offset = kept.get(day);
    return offset === undefined ? wallOf(atMs) : atMs + offset;
  };
}

/** All zones of the database. */
export const allZones = (): Zone[] => Intl.supportedValuesOf('timeZone').flatMap((name) => ianaZone(name) ?? []);

/** Makes a zone from its wall time at each instant. */
export const zoneOfWall = (name: string, wallOf: (atMs: number) => number): Zone => ({
  name,
  wallOf,
  instantOf: (wallMs) => instantIn(wallOf, wallMs),
});

/**
 * The zone of a calendar's TZID: a name of the IANA database, or text that ends with one
 * (`/freeassociation.sourceforge.net/Europe/Paris`).
 */
export function zoneOfTzid(tzid: string): Zone | undefined {
  const parts = tzid.split('/').filter(Boolean);
  for (let first = 0; first < parts.length; first++) {
    const zone = ianaZone(parts.slice(first).join('/'));
    if (zone) return zone;
  }
  return undefined;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  // Intl accepts `+01:00`, which is no name of a zone.
  if (!/^[A-Za-z][\w+\-/]{0,63}$/.test(timeZone)) return undefined;
  const number = '2-digit' as const;
  const fields = { month: number, day: number, hour: number, minute: number, second: number, year: 'numeric' } as const;
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', calendar: 'gregory', ...fields });
  } catch {
    return undefined;
  }
}

function wallIn(format: Intl.DateTimeFormat, atMs: number): number {
  const of: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(atMs)) of[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = of;
  const milliseconds = ((atMs % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) + milliseconds;
}

function instantIn(wallOf: (atMs: number) => number, wallMs: number): number {
  const offsetAt = (atMs: number): number => wallOf(atMs) - atMs;
  const [before, after] = [offsetAt(wallMs - DAY_MS), offsetAt(wallMs + DAY_MS)];
  const right = [before, after].filter((offset) => offsetAt(wallMs - offset) === offset);
  return wallMs - (right.length > 0 ? Math.max(...right) : before);
}
