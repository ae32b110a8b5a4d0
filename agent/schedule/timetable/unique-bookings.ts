import { createHash } from 'node:crypto';
import { common, SOURCE_KINDS, type Planned } from './timetable.ts';

/** Which calendar of those that use an id has it for itself. */
export type Holders = Map<string, string>;

const calendarOf = ({ from, source }: Planned): string => from ?? source;
/** An id of another calendar than the one that has it for itself; it says which one. */
const foreignId = (booking: Planned): string =>
  `${booking.id}@${createHash('sha256').update(calendarOf(booking)).digest('hex').slice(0, 8)}`;

/**
 * The bookings of all sources, each once. An id is unique within its calendar: two calendars that have the same event give it
 * once, and two that use one id for different events give both, one of them under another id. Who had the id for itself
 * before keeps it (`holders`, which is changed), above all the one that is recorded (`running`).
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

/** Whether two of one id are one event: in the same calendar, at the same time, or of one title while both take place. */
const isSame = (one: Planned, other: Planned): boolean =>
  calendarOf(one) === calendarOf(other) ||
  (one.startsAtMs === other.startsAtMs && one.endsAtMs === other.endsAtMs) ||
  (one.title.trim() === other.title.trim() && common(one.startsAtMs, one.endsAtMs, other) > 0);
