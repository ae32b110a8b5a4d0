import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import type { KnownEvent } from './known.ts';
import { dayOf } from './lecture.ts';
import { dayNamed, familyOf, nameOf } from './names.ts';
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
 * What named lectures are told by whose names are not quite the same: a UID that is given to several from now on, or to one
 * alone again; occurrences that are named by their day, or whose hour has moved.
 */
const nameLikenesses = (zone: Zone): readonly Likeness[] => [
  { single: true, of: named((family, { agentId, startsAtMs }) => at(family, agentId, startsAtMs)) },
  {
    single: true,
    of: named((family, { importKey = '', agentId }) => {
      const day = dayNamed(importKey, zone);
      return day === undefined ? undefined : at(family, agentId, day);
    }),
  },
  {
    single: true,
    of: named((family, { importKey = '' }) => {
      const day = dayNamed(importKey, zone);
      return day === undefined ? undefined : at(family, day);
    }),
  },
];

const named =
  (words: (family: string, lecture: Wanted | KnownEvent) => string | undefined): Likeness['of'] =>
  (lecture) =>
    lecture.importKey === undefined ? undefined : words(familyOf(lecture.importKey), lecture);

/**
 * Which event of the server each lecture of the file is. By the name that the timetabling program gives it, where it gives
 * one and the two have anything in common; else by likeness. A named one that is not known yet takes an event over that stands in
 * its place and has no name. `source` is what imports call the file.
 */
export function matchLectures(
  lectures: readonly Wanted[],
  events: readonly KnownEvent[],
  zone: Zone,
  source?: string,
): Match[] {
  const mayBeIn = (wanted: Wanted, event: KnownEvent): boolean =>
    mayBe(wanted, event) && !isOfAnotherFile(wanted, event, source);
  const found = new Map<Wanted, KnownEvent>();
  const taken = new Set<KnownEvent>();
  const take = (wanted: Wanted, event: KnownEvent): void => {
    found.set(wanted, event);
    taken.add(event);
  };
  const byName = Map.groupBy(events.filter(isNamed), ({ importKey = '' }) => nameOf(importKey));
  for (const wanted of lectures) {
    const candidates = wanted.importKey === undefined ? [] : (byName.get(wanted.importKey) ?? []);
    const event = candidates.find((one) => !taken.has(one) && mayBeIn(wanted, one));
    if (event) take(wanted, event);
  }
  const matchBy = ({ of, single }: Likeness, open: readonly Wanted[], left: readonly KnownEvent[]): void => {
    const eventsBy = Map.groupBy(left, of);
    for (const [words, alike] of Map.groupBy(open, of)) {
      const candidates = (words === undefined ? undefined : eventsBy.get(words)) ?? [];
      if (single && (alike.length > 1 || candidates.length > 1)) continue;
      for (const [m, wanted] of alike.entries()) {
        const event = candidates[m];
        if (event && (!isNamed(event) || mayBeIn(wanted, event))) take(wanted, event);
      }
    }
  };
  for (const likeness of nameLikenesses(zone)) {
    const left = events.filter((event) => !taken.has(event) && isNamed(event));
    matchBy(
      likeness,
      lectures.filter((wanted) => !found.has(wanted) && wanted.importKey !== undefined),
      left,
    );
  }
  for (const [n, likeness] of likenesses(zone).entries()) {
    const left = events.filter((event) => !taken.has(event) && !isNamed(event));
    matchBy(
      likeness,
      lectures.filter((wanted) => !found.has(wanted) && (n === 0 || wanted.importKey === undefined)),
      left,
    );
  }
  return lectures.map((wanted) => {
    const event = found.get(wanted);
    return event ? { wanted, event } : { wanted };
  });
}

/**
 * Whether an event of the same name may be this lecture. A name is unique within one calendar only: of another title, and either of
 * another series or at another time without a series in common, it is that of another calendar.
 */
export function mayBe(wanted: Wanted, event: KnownEvent): boolean {
  if (wanted.title.trim() === event.title.trim() || (wanted.cancelled && wanted.title === '')) return true;
  if (wanted.seriesId && event.seriesId) return wanted.seriesId === event.seriesId;
  return wanted.startsAtMs === event.startsAtMs;
}

/** A name so short, such as a number, is given by more than one timetabling program. */
const SHORT_NAME = 8;

/** Whether two that share a short name, and have neither hours nor a series in common, come from two files. */
function isOfAnotherFile(wanted: Wanted, event: KnownEvent, source: string | undefined): boolean {
  const isShort = familyOf(event.importKey ?? '').length < SHORT_NAME;
  const isElsewhere = source !== undefined && event.source !== undefined && source !== event.source;
  if (!isShort || !isElsewhere || wanted.cancelled) return false;
  const meet = wanted.startsAtMs < event.endsAtMs && event.startsAtMs < wanted.endsAtMs;
  return !meet && (wanted.seriesId === undefined || wanted.seriesId !== event.seriesId);
}

/** What a lecture without a name of its own is called once it was imported. */
export const UNNAMED = 'unnamed:';

/** Whether the timetabling program gave it a name. */
export const isNamed = ({ importKey }: Pick<KnownEvent, 'importKey'>): boolean =>
  importKey !== undefined && !importKey.startsWith(UNNAMED);
