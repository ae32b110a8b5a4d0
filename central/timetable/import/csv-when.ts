import { RecurrenceError } from '@amphi/lib/calendar/rules/rule-text.ts';
import { UTC, type Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import { wallsOf } from '../repeated.ts';
import { readClock, readDuration, readEndClock, readSpan } from './clocks.ts';
import type { Field } from './columns.ts';
import { otherWeekdayOf, readInstant, readWeekday, readWeekdays, splitMoment, type DateOrder } from './dates.ts';
import { dayOf, LONGEST_MS } from './lecture.ts';
import { whenText } from './when-cell.ts';

/** The reason why a line is no lecture, in words for its author. */
export class Wrong extends Error {}

/** Gives the text of a line in the column of a field; '' if there is none. */
export type Cell = (field: Field) => string;

/** How times and dates are written in a file. */
export interface Spelling {
  zone: Zone;
  order: DateOrder;
  /** Unit of lengths, from the heading: `Durée (min)`. */
  durationUnit: 'h' | 'min' | undefined;
}

const DAY_MS = 86_400_000;

/** Start and end of one lecture. */
export interface Span {
  startsAtMs: number;
  endsAtMs: number;
  /** Day on the clock of the hall, `2016-09-12`; it names an occurrence of a line that repeats. */
  day: string;
}

/** Reads when a line takes place: once, or every week until a day. Throws a Wrong that says what cannot be read. */
export function readWhen(raw: Cell, sheet: Spelling): Span[] {
  const cell: Cell = (field) => whenText(raw(field));
  const { wall, startsAtMs, endsAt } = readMoments(cell, sheet);
  checkWeekday(cell, wall);
  const { instantOf } = sheet.zone;
  return occurrences(cell, sheet, wall).map((at) => {
    const start = at === wall && startsAtMs !== undefined ? startsAtMs : instantOf(at);
    const endsAtMs = 'wall' in endsAt ? instantOf(at + endsAt.wall - wall) : start + endsAt.lengthMs;
    return checked({ startsAtMs: start, endsAtMs, day: dayOf(UTC, at) });
  });
}

/**
 * Checks that the day of the week in its own column is that of the date. The column `days` belongs to a repetition, and
 * is checked only on a line that does not repeat.
 */
function checkWeekday(cell: Cell, wall: number): void {
  const text = cell('weekday') || (cell('until') ? '' : cell('days'));
  const [said, is] = [readWeekday(text), new Date(wall).getUTCDay()];
  if (said === undefined || said === is) return;
  const date = cell('date') || cell('start');
  throw new Wrong(`"${date}" is a ${WEEKDAYS[is]}, and the line says "${text}"; which of the two is meant?`);
}

function checked(span: Span): Span {
  const length = span.endsAtMs - span.startsAtMs;
  if (length === 0) throw new Wrong('it ends when it begins');
  if (length < 0) throw new Wrong('it ends before it begins');
  if (length > LONGEST_MS) throw new Wrong(`it lasts ${(length / 3_600_000).toFixed(1)} hours: is the end right?`);
  return span;
}

/** Start of a lecture on the clock of the halls, and its end: at a time of day, or after a length. */
interface Moments {
  wall: number;
  /**
   * Exact moment, where the file gives it with a time zone: a clock shows the same time twice when summer time ends.
   */
  startsAtMs?: number;
  endsAt: End;
}

type End = { wall: number } | { lengthMs: number };

function readMoments(cell: Cell, sheet: Spelling): Moments {
  const startsAtMs = readInstant(cell('start')) ?? startInDateOf(cell, sheet);
  if (startsAtMs !== undefined) {
    const wall = sheet.zone.wallOf(startsAtMs);
    return { wall, startsAtMs, endsAt: endOf(cell, sheet, wall, startsAtMs) };
  }
  const { dayMs, clock } = readDayAndClock(cell, sheet);
  const span = readSpan(clock);
  const startMs = span?.startMs ?? readClock(clock);
  if (startMs === undefined) {
    if (clock === '') throw new Wrong('the time at which it begins is missing');
    throw new Wrong(`"${clock}" is no time of day: write 08:30 or 8h30`);
  }
  const wall = dayMs + startMs;
  if (span) return { wall, endsAt: { wall: wall + overMidnight(span.endMs - startMs) } };
  return { wall, endsAt: endOf(cell, sheet, wall, sheet.zone.instantOf(wall)) };
}

/**
 * The start of a lecture in the column of dates, in a file without a column of times. Midnight, local or in UTC, does
 * not count: programs write a mere day in this form.
 */
function startInDateOf(cell: Cell, { zone }: Spelling): number | undefined {
  const atMs = cell('start') === '' ? readInstant(cell('date')) : undefined;
  return atMs === undefined || isMidnight(atMs) || isMidnight(zone.wallOf(atMs)) ? undefined : atMs;
}

const isMidnight = (ms: number): boolean => ms % DAY_MS === 0;

/**
 * The day of a text, and the rest of the text. A moment with a zone is taken as its day in the halls, but midnight in
 * UTC is the day that it was written from.
 */
function dayIn(text: string, { order, zone }: Spelling): { dayMs: number; clock: string } | undefined {
  const atMs = readInstant(text);
  if (atMs === undefined) return splitMoment(text, order);
  const wall = zone.wallOf(atMs);
  const day = isMidnight(atMs) && !isMidnight(wall) ? atMs : wall;
  return { dayMs: day - (day % DAY_MS), clock: '' };
}

function readDayAndClock(cell: Cell, sheet: Spelling): { dayMs: number; clock: string } {
  const date = cell('date') || cell('start');
  if (date === '' || readClock(date) !== undefined || readSpan(date)) throw new Wrong('the date is missing');
  const found = dayIn(date, sheet);
  if (!found) throw new Wrong(noDate(date, sheet));
  const own = cell('date') ? (splitMoment(cell('start'), sheet.order)?.clock ?? cell('start')) : '';
  return { dayMs: found.dayMs, clock: own || found.clock };
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

function noDate(text: string, { order }: Spelling): string {
  if (readWeekday(text) !== undefined)
    return `"${text}" is a day of the week, no date: write the date of each lecture, 12/09/2016 or 2016-09-12`;
  const weekday = otherWeekdayOf(text, order);
  if (weekday !== undefined) return `"${text}": that day is a ${WEEKDAYS[weekday]}; which of the two is meant?`;
  return `"${text}" is no date: write 12/09/2016 or 2016-09-12`;
}

function lengthOf(cell: Cell, { durationUnit }: Spelling): number {
  const text = cell('duration');
  if (text === '') throw new Wrong('the time at which it ends, or its duration, is missing');
  const length = readDuration(text, durationUnit);
  const open = /^(\d+)[.,](\d\d)$/.exec(text);
  if (length === undefined && open)
    throw new Wrong(`"${text}" may be ${open[1]}h${open[2]} or a part of an hour: write 1h30, 90 min or 1,5 h`);
  if (length === undefined) throw new Wrong(`"${text}" is no duration: write 2h, 1h30 or 90 min`);
  return length;
}

/**
 * The end of a line: a moment; a time of day (on the day that the file names, else the first after the start); or a
 * length.
 */
function endOf(cell: Cell, sheet: Spelling, startWall: number, startsAtMs: number): End {
  const text = cell('end');
  const atMs = readInstant(text) ?? (text === '' ? readInstant(cell('endDate')) : undefined);
  if (atMs !== undefined) return { lengthMs: atMs - startsAtMs };
  if (text === '') return { lengthMs: lengthOf(cell, sheet) };
  const moment = splitMoment(text, sheet.order);
  const clockMs = readEndClock(moment?.clock || text);
  if (clockMs === undefined) throw new Wrong(`"${text}" is no time of day: write 10:30 or 10h30`);
  const told = moment?.dayMs ?? dayIn(cell('endDate'), sheet)?.dayMs;
  if (told !== undefined) return { wall: told + clockMs };
  return { wall: startWall + overMidnight(clockMs - (startWall % DAY_MS)) };
}

/**
 * A length whose end is before its start: from 22:00 to 00:30 it ends on the next day; from 10:30 to 08:30 is a typing
 * mistake.
 */
function overMidnight(length: number): number {
  if (length >= 0) return length;
  if (length + DAY_MS > DAY_MS / 4) throw new Wrong('it ends before it begins');
  return length + DAY_MS;
}

function occurrences(cell: Cell, sheet: Spelling, wall: number): number[] {
  const text = cell('until');
  if (text === '') return [wall];
  const last = dayIn(text, sheet)?.dayMs;
  if (last === undefined) throw new Wrong(noDate(text, sheet));
  if (cell('weeks') !== '')
    throw new Wrong(`it repeats, and only in the weeks "${cell('weeks')}": write each date on a line of its own`);
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
