import { createHash } from 'node:crypto';
import { common, SOURCE_KINDS, type Planned } from './timetable.ts';

/** For each id that several calendars use, the calendar whose event keeps the id. */
export type Holders = Map<string, string>;

const calendarOf = ({ from, source }: Planned): string => from ?? source;
/** The id that an event gets instead if another calendar keeps its id; it depends on the event's calendar. */
const foreignId = (booking: Planned): string =>
  `${booking.id}@${createHash('sha256').update(calendarOf(booking)).digest('hex').slice(0, 8)}`;

/**
 * The bookings of all sources, each once. An id is unique within a calendar only: if two calendars have the same event,
 * it is given once; if they use one id for different events, both are given, one of them under another id. The calendar
 * that kept the id before still does (`holders`, which is changed), and above all the one of the running booking
 * (`running`).
 */
export function uniqueBookings(all: readonly Planned[], holders: Holders, running?: Planned): Planned[] {
  const inOrder = all.toSorted((one, other) => SOURCE_KINDS.indexOf(one.source) - SOURCE_KINDS.indexOf(other.source));
  return [...Map.groupBy(inOrder, ({ id }) => id).values()].flatMap((group) => {
    const different = group.filter((one, n) => group.findIndex((other) => isSame(one, other)) === n);
    const [first] = different;
    if (!first) return [];
    const isForeign = (one: Planned): boolean => running !== undefined && running.id === foreignId(one);
    const holds = (one: Planned): boolean => calendarOf(one) === holders.get(one.id);
    const isRunning = (one: Planned): boolean =>
      running?.id === one.id && calendarOf(one) === calendarOf(running) && isSame(one, running);
    const holder =
      different.find(isRunning) ??
      different.find((one) => holds(one) && !isForeign(one)) ??
      different.find((one) => !isForeign(one));
    if (different.length > 1 && holder) holders.set(holder.id, calendarOf(holder));
    return different.map((one) => (one === holder ? one : { ...one, id: foreignId(one) }));
  });
}

/**
 * Whether two bookings with the same id are the same event: they are in the same calendar, at the same time, or have
 * the same title and overlap.
 */
const isSame = (one: Planned, other: Planned): boolean =>
  calendarOf(one) === calendarOf(other) ||
  (one.startsAtMs === other.startsAtMs && one.endsAtMs === other.endsAtMs) ||
  (one.title.trim() === other.title.trim() && common(one.startsAtMs, one.endsAtMs, other) > 0);
