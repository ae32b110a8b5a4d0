import { UnreadableFile } from '@amphi/lib/tables/text.ts';
import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';

/** What a line of a file says is to happen. */
export interface Lecture {
  /** Where it stands in the file, from 1. */
  line: number;
  /** What the timetabling program calls it, the same in its next export; undefined if it gives it no name. */
  key?: string;
  /** That name is one only among the lectures of its series. */
  keyOfSeries?: true;
  /** Name of the hall or id of its agent, as the file spells it. */
  hall: string;
  startsAtMs: number;
  endsAtMs: number;
  title: string;
  /** Id or title of the series, as the file spells it. */
  series?: string;
  /** Undefined if the file does not say who; what is known of it stays. */
  presenters?: string[];
  description?: string;
  language?: string;
  /** The program says that it does not take place. */
  cancelled?: boolean;
}

/** Something that is wrong, and where. */
export interface Mistake {
  line: number;
  message: string;
}

/** What was read from a file: everything that could be, and everything that could not. */
export interface Reading {
  lectures: Lecture[];
  mistakes: Mistake[];
  /** What the reader should know, though it is not wrong: columns that were not used, lines that were left out. */
  notes: string[];
}

/** What whoever imports says besides the file. */
export interface ReadingOptions {
  /** Where the file's clocks hang when they name no zone: that of the halls. */
  zone: Zone;
  /** For lectures that name no series. */
  series?: string;
  /** For lectures that name no hall. */
  hall?: string;
}

/** More is no lecture, but a mistake in a date. */
export const LONGEST_MS = 12 * 3_600_000;

/** `2016-09-12`, on the wall. */
export const dayOf = (zone: Zone, atMs: number): string => new Date(zone.wallOf(atMs)).toISOString().slice(0, 10);

/** `08:30`, on the wall. */
export const clockOf = (zone: Zone, atMs: number): string => new Date(zone.wallOf(atMs)).toISOString().slice(11, 16);

/** More are no semester of a university: a rule runs wild, or it is another file. */
const MOST_LECTURES = 20_000;
/** Whoever has made so many mistakes need not be told of more. */
const MOST_MISTAKES = 1000;

/** Reads one thing after the other, as long as there is a point in it. Throws UnreadableFile for more than 20 000 lectures. */
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
