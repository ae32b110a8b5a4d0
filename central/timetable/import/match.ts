import { dayOf } from './lecture.ts';
import type { Zone } from '@amphi/lib/opencast/calendars/zoned-time.ts';
import type { KnownEvent } from './known.ts';
import type { Wanted } from './wanted.ts';

/** A lecture of the file, and the event that it is already, if it is one. */
export interface Match {
  wanted: Wanted;
  event?: KnownEvent;
}

/** Words that two must share to be the same. `undefined`: this one cannot be told so. */
type Likeness = {
  of: (lecture: Wanted | KnownEvent) => string | undefined;
  /** Only where it is one in the file and one on the server. */
  single: boolean;
};

const at = (...words: readonly (string | number | undefined)[]): string => JSON.stringify(words);

/**
 * What lectures without a name of their own are told by, the surest first: hall and beginning; beginning and title, so that
 * the hall may change; beginning; day and title, so that the hour may change; title, so that the day may change. All within
 * their series.
 */
const likenesses = (zone: Zone): readonly Likeness[] => [
  { single: false, of: ({ seriesId, agentId, startsAtMs }) => at(seriesId, agentId, startsAtMs) },
  { single: true, of: ({ seriesId, startsAtMs, title }) => at(seriesId, startsAtMs, title) },
  { single: true, of: ({ seriesId, startsAtMs }) => (seriesId ? at(seriesId, startsAtMs) : undefined) },
  { single: true, of: ({ seriesId, startsAtMs, title }) => at(seriesId, dayOf(zone, startsAtMs), title) },
  { single: true, of: ({ seriesId, title }) => (seriesId ? at(seriesId, title) : undefined) },
];

/**
 * Which event of the server each lecture of the file is. By the name that the timetabling program gives it, where it gives
 * one; else by likeness. A named one that is not known yet takes an event over that stands in its place and has no name.
 */
export function matchLectures(lectures: readonly Wanted[], events: readonly KnownEvent[], zone: Zone): Match[] {
  const named = new Map(events.flatMap((event) => (event.importKey ? [[event.importKey, event] as const] : [])));
  const found = new Map<Wanted, KnownEvent>();
  const taken = new Set<KnownEvent>();
  const take = (wanted: Wanted, event: KnownEvent): void => {
    found.set(wanted, event);
    taken.add(event);
  };
  for (const wanted of lectures) {
    const event = wanted.importKey === undefined ? undefined : named.get(wanted.importKey);
    if (event) take(wanted, event);
  }
  for (const [n, { of, single }] of likenesses(zone).entries()) {
    const left = events.filter((event) => !taken.has(event) && !isNamed(event));
    const open = lectures.filter((wanted) => !found.has(wanted) && (n === 0 || wanted.importKey === undefined));
    const eventsBy = Map.groupBy(left, of);
    for (const [words, alike] of Map.groupBy(open, of)) {
      const candidates = (words === undefined ? undefined : eventsBy.get(words)) ?? [];
      if (single && (alike.length > 1 || candidates.length > 1)) continue;
      for (const [m, wanted] of alike.entries()) {
        const event = candidates[m];
        if (event) take(wanted, event);
      }
    }
  }
  return lectures.map((wanted) => {
    const event = found.get(wanted);
    return event ? { wanted, event } : { wanted };
  });
}

/** What a lecture without a name of its own is called once it was imported. */
export const UNNAMED = 'unnamed:';

const isNamed = ({ importKey }: KnownEvent): boolean => importKey !== undefined && !importKey.startsWith(UNNAMED);
