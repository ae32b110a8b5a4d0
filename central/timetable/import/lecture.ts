import { UnreadableFile } from '@amphi/lib/tables/text.ts';
import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';

/** One lecture, as a line of a file describes it. */
export interface Lecture {
  /** Line in the file, from 1. */
  line: number;
  /** Name that the timetabling program gives it, the same in its next export; undefined if it gives none. */
  key?: string;
  /** Whether `key` is unique only within its series. */
  keyOfSeries?: true;
  /** Name of the hall or id of its agent, as the file spells it. */
  hall: string;
  startsAtMs: number;
  endsAtMs: number;
  title: string;
  /** Id or title of the series, as the file spells it. */
  series?: string;
  /** Presenters; undefined if the file does not name any: the ones that the server knows stay. */
  presenters?: string[];
  description?: string;
  language?: string;
  /** Whether the program says that it does not take place. */
  cancelled?: boolean;
}

/** A mistake in a file, with its line. */
export interface Mistake {
  line: number;
  message: string;
}

/** Lectures that were read from a file, and mistakes for those that could not be read. */
export interface Reading {
  lectures: Lecture[];
  mistakes: Mistake[];
  /** Notes for the reader about things that are not wrong: columns that were not used, lines that were left out. */
  notes: string[];
}

/** Settings of an import that apply where the file is silent. */
export interface ReadingOptions {
  /** Time zone of times without a zone: that of the halls. */
  zone: Zone;
  /** Series of lectures that name none. */
  series?: string;
  /** Hall of lectures that name none. */
  hall?: string;
}

/** Longest lecture, in ms; a longer one is refused as a mistake in a date. */
export const LONGEST_MS = 12 * 3_600_000;

/** The day at a moment on the clock of a zone: `2016-09-12`. */
export const dayOf = (zone: Zone, atMs: number): string => new Date(zone.wallOf(atMs)).toISOString().slice(0, 10);

/** The time of day at a moment on the clock of a zone: `08:30`. */
export const clockOf = (zone: Zone, atMs: number): string => new Date(zone.wallOf(atMs)).toISOString().slice(11, 16);

/** Lectures of one file; a file with more is refused: a rule that repeats too often, or another kind of file. */
const MOST_LECTURES = 20_000;
/** Mistakes that are collected; beyond this, reading stops. */
const MOST_MISTAKES = 1000;

/**
 * Reads one thing after the other, until there are too many mistakes. Throws UnreadableFile for more than 20 000
 * lectures.
 */
export function gathered<T>(things: Iterable<T>, mistakes: Mistake[], read: (one: T) => Lecture[]): Lecture[] {
  const lectures: Lecture[] = [];
  for (const one of things) {
    for (const lecture of read(one)) lectures.push(lecture);
    if (lectures.length > MOST_LECTURES) throw new UnreadableFile(`the file names more than ${MOST_LECTURES} lectures`);
    const last = mistakes[MOST_MISTAKES];
    if (!last) continue;
    mistakes.push({ line: last.line, message: 'so many mistakes: what follows was not read' });
    break;
  }
  return lectures;
}
