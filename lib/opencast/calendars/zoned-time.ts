/**
 * Wall time and instants. A wall time is a number too: the milliseconds since 1970 that a clock on the wall would mean if it
 * showed UTC. So rules are reckoned on the wall, and a lecture at 08:30 stays at 08:30 when the clocks change.
 */

export interface Zone {
  name: string;
  /** The instant at which the wall shows `wallMs`: the first of two; for an hour that is left out, as if it were not. */
  instantOf: (wallMs: number) => number;
  wallOf: (atMs: number) => number;
}

export const UTC: Zone = { name: 'UTC', instantOf: (wallMs) => wallMs, wallOf: (atMs) => atMs };

const DAY_MS = 86_400_000;
const zones = new Map<string, Zone>();

/** A zone of the IANA data base, such as `Europe/Paris`; undefined if there is none of this name. */
export function ianaZone(name: string): Zone | undefined {
  const known = zones.get(name);
  if (known) return known;
  const format = formatOf(name);
  if (!format) return undefined;
  const wallOf = (atMs: number): number => wallIn(format, atMs);
  const zone = { name, wallOf, instantOf: (wallMs: number) => instantIn(wallOf, wallMs) };
  zones.set(name, zone);
  return zone;
}

/**
 * The zone that a calendar means by a TZID: a name of the IANA data base, or one that ends with such
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
  // `+01:00` is no name of a zone, but Intl takes it.
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
