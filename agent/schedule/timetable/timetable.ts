import type { Booking } from '#lib/opencast/calendars/booking.ts';

/** The timetable: which booking the box records when. Pure. */

/** A booking, and where it came from. */
export interface Planned extends Booking {
  source: SourceKind;
  /** Of several calendars which one. */
  from?: string;
  /** The episode catalog as its server wrote it, to be handed back with the recording. */
  episodeXml?: string;
}

/** Where two begin at the same moment, the source that stands first goes first. */
export const SOURCE_KINDS = ['box', 'opencast', 'ical'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

export interface TimetableRules {
  /** Time before a booking at which its recording begins, ms, unless another one needs the time. */
  leadInMs: number;
  leadOutMs: number;
}

/** What people did by hand, which the timetable keeps to. */
export interface ManualChanges {
  /** Not started again, unless the booking is moved to begin later than it was stopped. */
  stopped: readonly { booking: string; atMs: number }[];
  /** Counts as long as the booking ends when it did then. */
  extended: readonly { booking: string; plannedEndMs: number; endsAtMs: number }[];
}

/** Nothing was done by hand. */
export const NO_MEMORY: ManualChanges = { stopped: [], extended: [] };

/** A time in which one booking is recorded. */
export interface Slot {
  booking: Planned;
  fromMs: number;
  toMs: number;
  /** The end that somebody gave it by hand, without lead-out. */
  extendedToMs?: number;
}

/** A booking that loses time, or all of it, to another one. */
export interface Overlap {
  booking: Planned;
  to: Planned;
  lostMs: number;
}

export interface Timetable {
  /** In order, one after the other. */
  slots: readonly Slot[];
  overlaps: readonly Overlap[];
}

interface Piece extends Slot {
  /** The booking begins, or ends, with this piece. */
  first: boolean;
  last: boolean;
}

/**
 * Puts bookings one after the other. The rule where they overlap: what began first is recorded to its end, and the other
 * one after it, for what is left of it; the one that is running (`running`, its id) counts as first. Lead-in and lead-out
 * take no time from any booking, nor does an extension by hand.
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

/** What is left of a booking when others have taken their time; what it loses is told. */
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

/** Time that a stretch and a booking have in common, ms. */
export const common = (fromMs: number, toMs: number, { startsAtMs, endsAtMs }: Planned): number =>
  Math.max(0, Math.min(toMs, endsAtMs) - Math.max(fromMs, startsAtMs));

/** Lead-in first, then what follows the end: an extension by hand, and the lead-out. */
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
