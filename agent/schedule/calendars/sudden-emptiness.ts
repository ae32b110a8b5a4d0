import type { CalendarReading } from '#lib/calendar/calendar.ts';
import type { Planned } from '../timetable/timetable.ts';

/**
 * A calendar that is suddenly empty is believed after this. An export that broke at night is mended in the course of the next
 * morning, and until then its lectures are recorded; where really nothing takes place, an empty hall is recorded for as long.
 */
export const DOUBT_MS = 12 * 3_600_000;

/**
 * Why a new calendar is not believed, undefined if it is: it has nothing ahead, the one before had, and says nothing of the
 * events of that one: neither that they are cancelled nor that they end sooner. An export that failed, a wrong agent and another hall look like this.
 */
export function doubtOf({
  before,
  bookings,
  read,
  nowMs,
}: {
  before: readonly Planned[];
  /** What the new one says of this hall. */
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

/** How long a calendar has been doubted, and whether it is believed at last. */
export interface Doubt {
  /** Whether a calendar that is doubted counts now. */
  believes(nowMs: number, byHand: boolean): boolean;
  /** The calendar was doubted, or was not. */
  heard(isDoubted: boolean, nowMs: number): void;
}

/** Opens the doubt; times are those of the monotonic clock. The first doubt is told before a person may end it. */
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
