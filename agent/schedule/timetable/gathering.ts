import type { Source } from './source.ts';
import { SOURCE_KINDS, type Planned } from './timetable.ts';

/** All sources as one. */
export interface Gathering {
  /**
   * The bookings. The running one (`running`) stays until its source has said twice that it is not there, so that a
   * source that failed once does not stop a lecture.
   */
  bookings(running: Planned | undefined): Planned[];
}

/** Joins the sources. `isOurs`: the box itself made this event at the server, for a recording by hand. */
export function openGathering(sources: readonly Source[], isOurs: (uid: string) => boolean): Gathering {
  let missing: { id: string; polls: number } | undefined;
  const keeps = (running: Planned): boolean => {
    const [name] = (running.from ?? running.source).split('/');
    const source = sources.find((one) => one.name === name);
    if (!source) return true;
    if (running.source === 'box') return false;
    if (missing?.id !== running.id) missing = { id: running.id, polls: source.polls };
    return source.polls < missing.polls + 1 || source.polls < 2;
  };
  return {
    bookings(running) {
      const all = sources
        .flatMap((source) => source.bookings())
        .toSorted((one, other) => SOURCE_KINDS.indexOf(one.source) - SOURCE_KINDS.indexOf(other.source));
      const unique = new Map<string, Planned>();
      for (const booking of all) if (!unique.has(booking.id) && !isOurs(booking.uid)) unique.set(booking.id, booking);
      if (!running) return [...unique.values()];
      if (unique.has(running.id)) missing = undefined;
      else if (keeps(running)) unique.set(running.id, running);
      return [...unique.values()];
    },
  };
}
