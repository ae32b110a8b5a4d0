import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import type { KnownEvent } from './known.ts';
import { dayOf } from './lecture.ts';
import { dayNamed, familyOf, nameOf } from './names.ts';
import type { Wanted } from './wanted.ts';

/** A lecture of the file, and the event of the server that it already is, if there is one. */
export interface Match {
  wanted: Wanted;
  event?: KnownEvent;
}

/**
 * A way to see that two lectures are the same: they share the text that `of` gives; undefined: it says nothing about
 * this lecture.
 */
type Likeness = {
  of: (lecture: Wanted | KnownEvent) => string | undefined;
  /** Whether it counts only if the text occurs once in the file and once on the server. */
  single: boolean;
};

const at = (...words: readonly (string | number | undefined)[]): string => JSON.stringify(words);

/**
 * Ways in which lectures without a name are found again, the surest first: by hall and start; by start and title (the
 * hall may change); by start; by day and title (the hour may change); by title (the day may change). All of them within
 * one series.
 */
const likenesses = (zone: Zone): readonly Likeness[] => [
  { single: false, of: ({ seriesId, agentId, startsAtMs }) => at(seriesId, agentId, startsAtMs) },
  { single: true, of: ({ seriesId, startsAtMs, title }) => at(seriesId, startsAtMs, title) },
  { single: true, of: ({ seriesId, startsAtMs }) => (seriesId ? at(seriesId, startsAtMs) : undefined) },
  { single: true, of: ({ seriesId, startsAtMs, title }) => at(seriesId, dayOf(zone, startsAtMs), title) },
  { single: true, of: ({ seriesId, title }) => (seriesId ? at(seriesId, title) : undefined) },
];

/**
 * Ways in which named lectures are found again whose names changed a little: a UID that is now given to several
 * lectures, or again to one alone; occurrences that are named by their day, or whose hour changed.
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
 * Finds for each lecture of the file its event on the server. A lecture with a name is looked for by this name, and the
 * event must have something in common with it; else by likeness. A named lecture that is new takes over an event
 * without a name in the same hall at the same start. `source` is the name of the file.
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
 * Whether an event of the same name may be this lecture: names are unique only within one calendar. An event comes from
 * another calendar if its title differs and its series differs too; without two series to compare, if its title and
 * start differ.
 */
export function mayBe(wanted: Wanted, event: KnownEvent): boolean {
  if (wanted.title.trim() === event.title.trim() || (wanted.cancelled && wanted.title === '')) return true;
  if (wanted.seriesId && event.seriesId) return wanted.seriesId === event.seriesId;
  return wanted.startsAtMs === event.startsAtMs;
}

/** Length in characters below which a name (such as a number) may be given by several timetabling programs. */
const SHORT_NAME = 8;

/** Whether a lecture and an event with the same short name come from two files: they share neither time nor series. */
function isOfAnotherFile(wanted: Wanted, event: KnownEvent, source: string | undefined): boolean {
  const isShort = familyOf(event.importKey ?? '').length < SHORT_NAME;
  const isElsewhere = source !== undefined && event.source !== undefined && source !== event.source;
  if (!isShort || !isElsewhere || wanted.cancelled) return false;
  const meet = wanted.startsAtMs < event.endsAtMs && event.startsAtMs < wanted.endsAtMs;
  return !meet && (wanted.seriesId === undefined || wanted.seriesId !== event.seriesId);
}

/** Beginning of the name by which a lecture without a name is kept once it is imported. */
export const UNNAMED = 'unnamed:';

/** Whether an event has a name from the timetabling program. */
export const isNamed = ({ importKey }: Pick<KnownEvent, 'importKey'>): boolean =>
  importKey !== undefined && !importKey.startsWith(UNNAMED);
