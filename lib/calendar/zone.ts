/**
 * A wall clock without a zone, as the milliseconds that the same clock in UTC would show: 08:30 on 12 September 2016 is
 * `Date.UTC(2016, 8, 12, 8, 30)`, wherever the wall stands.
 */
export type WallMs = number;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  formats.set(zone, made);
  return made;
}

/** Whether `zone` is an IANA name (`Europe/Paris`) that this machine knows. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** What the wall clock in `zone` shows at a moment. Throws a RangeError for a zone nobody knows. */
export function wallIn(zone: string, atMs: number): WallMs {
  const ms = ((atMs % 1000) + 1000) % 1000;
  return Date.parse(`${formatOf(zone).format(atMs).replace(' ', 'T')}Z`) + ms;
}

/**
 * The moment at which the wall clock in `zone` shows `wall`. A clock that shows it twice means the first time; one that
 * jumps over it means as long after the jump as it would have been (RFC 5545, 3.3.5).
 */
export function momentIn(zone: string, wall: WallMs): number {
  const offset = (atMs: number): number => wallIn(zone, atMs) - atMs;
  const dayMs = 86_400_000;
  const before = offset(wall - dayMs);
  const after = offset(wall + dayMs);
  const early = wall - Math.max(before, after);
  if (wallIn(zone, early) === wall) return early;
  const late = wall - Math.min(before, after);
  return wallIn(zone, late) === wall ? late : wall - before;
}

/** `2016-09-12` of a wall clock. */
export const dateOfWall = (wall: WallMs): string => new Date(wall).toISOString().slice(0, 10);

/** `08:30` of a wall clock. */
export const clockOfWall = (wall: WallMs): string => new Date(wall).toISOString().slice(11, 16);
