import type { Source } from './source.ts';
import type { Planned } from './timetable.ts';
import { uniqueBookings, type Holders } from './unique-bookings.ts';

/** All sources of the timetable in one. */
export interface Gathering {
  /**
   * The bookings of all sources. The running one (`running`) stays until its source has been read twice without it, so
   * that a source that failed once does not stop a lecture.
   */
  bookings(running: Planned | undefined): Planned[];
  /**
   * The bookings that the sources have now, with the same ids, and also with those that the box itself made at the
   * server.
   */
  all(running: Planned | undefined): Planned[];
}

/** Joins the sources. `isOurs` says whether the box itself made an event at the server, for a recording by hand. */
export function openGathering(sources: readonly Source[], isOurs: (uid: string) => boolean): Gathering {
  let missing: { id: string; polls: number } | undefined;
  const holders: Holders = new Map();
  const all = (running: Planned | undefined): Planned[] =>
    uniqueBookings(
      sources.flatMap((source) => source.bookings()),
      holders,
      running,
    );
  const keeps = (running: Planned): boolean => {
    const [name] = (running.from ?? running.source).split('/');
    const source = sources.find((one) => one.name === name);
    if (!source) return true;
    if (running.source === 'box') return false;
    if (missing?.id !== running.id) missing = { id: running.id, polls: source.polls };
    return source.polls < missing.polls + 1 || source.polls < 2;
  };
  return {
    all,
    bookings(running) {
      const others = all(running).filter(({ uid }) => !isOurs(uid));
      const unique = new Map(others.map((booking) => [booking.id, booking]));
      if (!running) return [...unique.values()];
      if (unique.has(running.id)) missing = undefined;
      else if (keeps(running)) unique.set(running.id, running);
      return [...unique.values()];
    },
  };
}
