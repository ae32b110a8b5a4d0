import type { CalendarReading } from '#lib/calendar/calendar.ts';
import type { Planned } from '../timetable/timetable.ts';

/**
 * Time in ms after which a calendar that is suddenly empty is accepted. An export that failed at night is usually
 * repaired on the next morning, and until then its lectures are recorded; if really nothing takes place, an empty hall
 * is recorded for this time.
 */
export const DOUBT_MS = 12 * 3_600_000;

/**
 * The reason to doubt a new calendar; undefined if it is accepted. It is doubted if it has no event ahead although the
 * calendar before had some, and it does not say that these were cancelled or end sooner. Causes are a failed export,
 * the calendar of a wrong agent or of another hall.
 */
export function doubtOf({
  before,
  bookings,
  read,
  nowMs,
}: {
  before: readonly Planned[];
  /** Bookings of this hall in the new calendar. */
  bookings: readonly Planned[];
  read: CalendarReading;
  nowMs: number;
}): string | undefined {
  const cancelled = read.occurrences.flatMap(({ event, cancelled: is }) => (is ? [event.uid] : []));
  const told = new Set([...cancelled, ...bookings.map(({ uid }) => uid)]);
  const ahead = before.filter(({ endsAtMs, uid }) => endsAtMs > nowMs && !told.has(uid));
  if (ahead.length === 0) return undefined;
  const what = read.events === 0 ? 'it is suddenly empty' : 'it suddenly has no event of this hall ahead';
  const hours = DOUBT_MS / 3_600_000;
  return `${what}, where there were ${ahead.length}: it is believed after ${hours} hours, or when it is read again by hand`;
}

/** Keeps for how long a calendar has been doubted, and decides when it is accepted. */
export interface Doubt {
  /** Whether a doubted calendar is accepted now. */
  believes(nowMs: number, byHand: boolean): boolean;
  /** Must be called after each reading: whether the calendar was doubted. */
  heard(isDoubted: boolean, nowMs: number): void;
}

/** Opens the doubt of one calendar; times are monotonic. A person can end a doubt only after it was reported once. */
export function openDoubt(): Doubt {
  let sinceMs: number | undefined;
  return {
    believes: (nowMs, byHand) => sinceMs !== undefined && (byHand || nowMs - sinceMs >= DOUBT_MS),
    heard(isDoubted, nowMs) {
      if (!isDoubted) sinceMs = undefined;
      else sinceMs ??= nowMs;
    },
  };
}
