import { RecurrenceError } from '@amphi/lib/calendar/rules/rule-text.ts';
import { UTC, type Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import { wallsOf } from '../repeated.ts';
import { readClock, readDuration, readEndClock, readSpan } from './clocks.ts';
import type { Field } from './columns.ts';
import { otherWeekdayOf, readInstant, readWeekday, readWeekdays, splitMoment, type DateOrder } from './dates.ts';
import { dayOf, LONGEST_MS } from './lecture.ts';
import { whenText } from './when-cell.ts';

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

/** A day of the week in a column of its own is that of the date; `days` are those of a repetition, and of no other line. */
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

/** When it begins, on the wall of the halls, and when it ends: at a clock, or so long after. */
interface Moments {
  wall: number;
  /** Where the file names the moment with its zone; the wall may show it twice a year. */
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
 * A moment in the column of dates of a file that has no clock elsewhere. A midnight, here or in UTC, is what programs make
 * of a day.
 */
function startInDateOf(cell: Cell, { zone }: Spelling): number | undefined {
  const atMs = cell('start') === '' ? readInstant(cell('date')) : undefined;
  return atMs === undefined || isMidnight(atMs) || isMidnight(zone.wallOf(atMs)) ? undefined : atMs;
}

const isMidnight = (ms: number): boolean => ms % DAY_MS === 0;

/** A day, and what is left of the text, for a text that says a day in any way. A moment is its day in the halls; midnight in UTC is the day it was. */
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

/** A moment, or a clock: on the day that the file names, else the first time after the beginning; else how long it lasts. */
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

/** 22:00 to 00:30 ends on the next day; 10:30 to 08:30 is a mistake of whoever typed it. */
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
