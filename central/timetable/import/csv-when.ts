import { RecurrenceError } from '@amphi/lib/calendar/rules/rule-text.ts';
import { UTC, type Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import { wallsOf } from '../repeated.ts';
import { readClock, readDuration, readSpan } from './clocks.ts';
import type { Field } from './columns.ts';
import { readDate, readInstant, readWeekdays, splitMoment, type DateOrder } from './dates.ts';
import { dayOf, LONGEST_MS } from './lecture.ts';

/** Why a line is no lecture, in words for whoever wrote it. */
export class Wrong extends Error {}

/** What a line of the table says in one column, or ''. */
export type Cell = (field: Field) => string;

/** How clocks and dates of a file are meant. */
export interface Spelling {
  zone: Zone;
  order: DateOrder;
  /** From the heading: `Durée (min)`. */
  durationUnit: 'h' | 'min' | undefined;
}

const DAY_MS = 86_400_000;

export interface Span {
  startsAtMs: number;
  endsAtMs: number;
  /** `2016-09-12`, which names an occurrence of a line that repeats. */
  day: string;
}

/** When a line takes place: once, or every week until a day. Throws a Wrong that says what cannot be read. */
export function readWhen(cell: Cell, sheet: Spelling): Span[] {
  const instant = readInstants(cell, sheet);
  if (instant) return [checked(instant)];
  const { wall, endsAt } = readWalls(cell, sheet);
  const { instantOf } = sheet.zone;
  return occurrences(cell, sheet, wall).map((start) => {
    const startsAtMs = instantOf(start);
    const endsAtMs = 'lengthMs' in endsAt ? startsAtMs + endsAt.lengthMs : instantOf(start + endsAt.wall - wall);
    return checked({ startsAtMs, endsAtMs, day: dayOf(UTC, start) });
  });
}

function checked(span: Span): Span {
  const length = span.endsAtMs - span.startsAtMs;
  if (length === 0) throw new Wrong('it ends when it begins');
  if (length < 0) throw new Wrong('it ends before it begins');
  if (length > LONGEST_MS) throw new Wrong(`it lasts ${(length / 3_600_000).toFixed(1)} hours: is the end right?`);
  return span;
}

/** What a program gives as moments with their zone, or undefined. */
function readInstants(cell: Cell, sheet: Spelling): Span | undefined {
  const startsAtMs = readInstant(cell('start')) ?? readInstant(cell('date'));
  if (startsAtMs === undefined) return undefined;
  const end = readInstant(cell('end')) ?? readInstant(cell('endDate'));
  const endsAtMs = end ?? startsAtMs + lengthOf(cell, sheet);
  return { startsAtMs, endsAtMs, day: dayOf(sheet.zone, startsAtMs) };
}

/** The clock on the wall at the beginning, and the one at the end or how long it lasts. */
interface Walls {
  wall: number;
  endsAt: { wall: number } | { lengthMs: number };
}

function readWalls(cell: Cell, sheet: Spelling): Walls {
  const { dayMs, clock } = readDayAndClock(cell, sheet);
  const span = readSpan(clock);
  const startMs = span?.startMs ?? readClock(clock);
  if (startMs === undefined) {
    if (clock === '') throw new Wrong('the time at which it begins is missing');
    throw new Wrong(`"${clock}" is no time of day: write 08:30 or 8h30`);
  }
  const wall = dayMs + startMs;
  if (span) return { wall, endsAt: { wall: wall + overMidnight(span.endMs - startMs) } };
  return { wall, endsAt: cell('end') ? { wall: endOf(cell, sheet, wall) } : { lengthMs: lengthOf(cell, sheet) } };
}

function readDayAndClock(cell: Cell, { order }: Spelling): { dayMs: number; clock: string } {
  const date = cell('date') || cell('start');
  if (date === '' || readClock(date) !== undefined || readSpan(date)) throw new Wrong('the date is missing');
  const found = splitMoment(date, order);
  if (!found) throw new Wrong(`"${date}" is no date: write 12/09/2016 or 2016-09-12`);
  const own = cell('date') ? (splitMoment(cell('start'), order)?.clock ?? cell('start')) : '';
  return { dayMs: found.dayMs, clock: own || found.clock };
}

function lengthOf(cell: Cell, { durationUnit }: Spelling): number {
  const text = cell('duration');
  if (text === '') throw new Wrong('the time at which it ends, or its duration, is missing');
  const length = readDuration(text, durationUnit);
  if (length === undefined) throw new Wrong(`"${text}" is no duration: write 2h, 1h30 or 90 min`);
  return length;
}

/** The clock at which it ends: on the day that the file names, else the first time after the beginning. */
function endOf(cell: Cell, { order }: Spelling, startWall: number): number {
  const text = cell('end');
  const moment = splitMoment(text, order);
  const clockMs = readClock(moment?.clock || text);
  if (clockMs === undefined) throw new Wrong(`"${text}" is no time of day: write 10:30 or 10h30`);
  const told = moment?.dayMs ?? splitMoment(cell('endDate'), order)?.dayMs;
  if (told !== undefined) return told + clockMs;
  return startWall + overMidnight(clockMs - (startWall % DAY_MS));
}

/** 22:00 to 00:30 ends on the next day; 10:30 to 08:30 is a mistake of whoever typed it. */
function overMidnight(length: number): number {
  if (length >= 0) return length;
  if (length + DAY_MS > DAY_MS / 4) throw new Wrong('it ends before it begins');
  return length + DAY_MS;
}

function occurrences(cell: Cell, sheet: Spelling, wall: number): number[] {
  const text = cell('until');
  if (text === '') return [wall];
  const last = readDate(text, sheet.order);
  if (last === undefined) throw new Wrong(`"${text}" is no date: write 12/12/2016 or 2016-12-12`);
  const days = cell('days') ? readWeekdays(cell('days')) : '';
  if (days === undefined) throw new Wrong(`"${cell('days')}" are no days of the week: write lundi, mercredi`);
  const rule = days ? `FREQ=WEEKLY;BYDAY=${days}` : 'FREQ=WEEKLY';
  const walls = walled(() => wallsOf({ rule, firstWallMs: wall, lastWallMs: last + DAY_MS - 1, zone: sheet.zone }));
  if (walls.length === 0) throw new Wrong(`the last day ${text} is before the first`);
  return walls;
}

function walled(read: () => number[]): number[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof RecurrenceError) throw new Wrong(error.message);
    throw error;
  }
}
