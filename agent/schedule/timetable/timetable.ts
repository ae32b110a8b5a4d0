import type { Booking } from '#lib/opencast/calendars/booking.ts';

/** Makes the timetable: which booking the box records when. Pure. */

/** A booking with its source. */
export interface Planned extends Booking {
  source: SourceKind;
  /** Name of the calendar that it is from. */
  from?: string;
  /** The episode catalog as the server wrote it; it is sent back with the recording. */
  episodeXml?: string;
}

/** Sources in the order of precedence for bookings that begin at the same time. */
export const SOURCE_KINDS = ['box', 'opencast', 'ical'] as const;
/** Kind of a source: events that were entered on the box, the Opencast server, or an iCalendar feed or file. */
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** Times that are added before and after a booking. */
export interface TimetableRules {
  /** Time in ms before a booking at which its recording begins, unless another booking needs that time. */
  leadInMs: number;
  leadOutMs: number;
}

/** Changes that people made by hand, which the timetable respects. */
export interface ManualChanges {
  /** Bookings that were stopped: not started again, unless the booking is moved to begin later than `atMs`. */
  stopped: readonly { booking: string; atMs: number }[];
  /** Bookings that were extended: counts as long as the booking's planned end is the same. */
  extended: readonly { booking: string; plannedEndMs: number; endsAtMs: number }[];
}

/** No changes by hand. */
export const NO_MEMORY: ManualChanges = { stopped: [], extended: [] };

/** A time in which one booking is recorded. */
export interface Slot {
  booking: Planned;
  fromMs: number;
  toMs: number;
  /** End that a person set by hand, without lead-out. */
  extendedToMs?: number;
}

/** A booking that loses time, or all of it, to another one. */
export interface Overlap {
  booking: Planned;
  to: Planned;
  lostMs: number;
}

/** Which booking is recorded when, and which bookings lose time to others. */
export interface Timetable {
  /** Slots in order; they do not overlap. */
  slots: readonly Slot[];
  overlaps: readonly Overlap[];
}

interface Piece extends Slot {
  /** Whether the booking begins with this piece; `last`: whether it ends with it. */
  first: boolean;
  last: boolean;
}

/**
 * Makes the timetable of bookings that may overlap. The booking that began first is recorded to its end, and the other
 * one after it, for the time that is left; the running one (`running`, its id) counts as first. Lead-in, lead-out and
 * extensions by hand take no time from another booking.
 */
export function timetableOf(
  bookings: readonly Planned[],
  rules: TimetableRules,
  memory: ManualChanges = NO_MEMORY,
  running?: string,
): Timetable {
  const sorted = bookings.toSorted(inOrder);
  const first = sorted.find(({ id }) => id === running);
  const overlaps: Overlap[] = [];
  const pieces: Piece[] = first ? [pieceOf(first, first.startsAtMs, first.endsAtMs)] : [];
  let last: Planned | undefined;
  for (const booking of sorted) {
    if (booking === first) continue;
    const holders = [last, first].filter((holder) => holder !== undefined);
    pieces.push(...piecesBeside(booking, holders, overlaps));
    if (!last || booking.endsAtMs > last.endsAtMs) last = booking;
  }
  pieces.sort((one, other) => one.fromMs - other.fromMs);
  return { slots: withLeads(pieces, rules, memory), overlaps };
}

const inOrder = (one: Planned, other: Planned): number =>
  one.startsAtMs - other.startsAtMs ||
  SOURCE_KINDS.indexOf(one.source) - SOURCE_KINDS.indexOf(other.source) ||
  (one.id < other.id ? -1 : 1);

const pieceOf = (booking: Planned, fromMs: number, toMs: number): Piece => ({
  booking,
  fromMs,
  toMs,
  first: fromMs === booking.startsAtMs,
  last: toMs === booking.endsAtMs,
});

/** The pieces of a booking that are left when others have taken their time; what it loses is added to `overlaps`. */
function piecesBeside(booking: Planned, holders: readonly Planned[], overlaps: Overlap[]): Piece[] {
  let left = [{ fromMs: booking.startsAtMs, toMs: booking.endsAtMs }];
  for (const holder of holders) {
    const lostMs = left.reduce((sum, { fromMs, toMs }) => sum + common(fromMs, toMs, holder), 0);
    if (lostMs === 0) continue;
    overlaps.push({ booking, to: holder, lostMs });
    left = left.flatMap(({ fromMs, toMs }) =>
      [
        { fromMs, toMs: Math.min(toMs, holder.startsAtMs) },
        { fromMs: Math.max(fromMs, holder.endsAtMs), toMs },
      ].filter((piece) => piece.toMs > piece.fromMs),
    );
  }
  return left.map(({ fromMs, toMs }) => pieceOf(booking, fromMs, toMs));
}

/** Time in ms that a booking and the time between `fromMs` and `toMs` have in common. */
export const common = (fromMs: number, toMs: number, { startsAtMs, endsAtMs }: Planned): number =>
  Math.max(0, Math.min(toMs, endsAtMs) - Math.max(fromMs, startsAtMs));

/**
 * Makes slots of the pieces: adds lead-ins, then extensions by hand and lead-outs, where no other piece needs the time.
 */
function withLeads(pieces: readonly Piece[], { leadInMs, leadOutMs }: TimetableRules, memory: ManualChanges): Slot[] {
  const begun = pieces.map((piece, index) => {
    const earliestMs = pieces[index - 1]?.toMs ?? Number.NEGATIVE_INFINITY;
    return piece.first ? { ...piece, fromMs: Math.max(piece.fromMs - leadInMs, earliestMs) } : piece;
  });
  return begun.map(({ booking, fromMs, toMs, last }, index) => {
    const latestMs = begun[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    if (!last) return { booking, fromMs, toMs };
    const extendedToMs = extensionOf(booking, memory);
    const endsAtMs = Math.min((extendedToMs ?? toMs) + leadOutMs, latestMs);
    return { booking, fromMs, toMs: endsAtMs, ...(extendedToMs === undefined ? {} : { extendedToMs }) };
  });
}

function extensionOf({ id, endsAtMs }: Planned, memory: ManualChanges): number | undefined {
  const found = memory.extended.find(({ booking, plannedEndMs }) => booking === id && plannedEndMs === endsAtMs);
  return found && Math.max(found.endsAtMs, endsAtMs);
}
