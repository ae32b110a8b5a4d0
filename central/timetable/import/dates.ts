import { plain } from './columns.ts';

/** Order of day and month in dates such as `03/04/2026`. */
export type DateOrder = 'day first' | 'month first';

const MONTHS = [
  'janvier janv jan january',
  'fevrier fevr fev february feb',
  'mars march mar',
  'avril avr april apr',
  'mai may',
  'juin june jun',
  'juillet juil july jul',
  'aout august aug',
  'septembre sept sep september',
  'octobre oct october',
  'novembre nov november',
  'decembre dec december',
].map((names) => names.split(' '));

function dayMs(year: number, month: number, day: number): number | undefined {
  const full = year < 100 ? 2000 + year : year;
  const at = new Date(Date.UTC(full, month - 1, day));
  const same = at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
  return same ? dayWithin(at.getTime()) : undefined;
}

/** A day between 1990 and 2200; undefined for one outside, which is a mistake. */
function dayWithin(day: number): number | undefined {
  const year = new Date(day).getUTCFullYear();
  return year >= 1990 && year <= 2200 ? day : undefined;
}

/**
 * Reads a date as its midnight in UTC: `12/09/2016`, `2016-09-12`, `lundi 12 septembre 2016`, `Sep 12, 2016`,
 * `20160912`, `12-sept-16`, or the number of days that spreadsheets keep. Undefined also if the day of the week does
 * not fit the date.
 */
export function readDate(text: string, order: DateOrder): number | undefined {
  const { date, after } = withoutWeekdayBehind(text.trim());
  const day = readNumberedDay(date, order);
  const weekday = after ?? weekdayIn(date.replace(ARTICLE, ''));
  return day === undefined || (weekday !== undefined && weekday !== new Date(day).getUTCDay()) ? undefined : day;
}

/** A date without the day of the week behind it: `12/09/2016 (lundi)`, `12/09/2016 - lundi`. */
function withoutWeekdayBehind(text: string): { date: string; after: number | undefined } {
  const found = /^(.*\d) *(?:\((\p{L}{2,10})\.?\)|[-,] *(\p{L}{2,10})\.?)$/u.exec(text);
  const after = found ? readWeekday(found[2] ?? found[3] ?? '') : undefined;
  return after === undefined ? { date: text, after } : { date: found?.[1] ?? text, after };
}

/** The real day of the week of a date that is written with a wrong one (0 is Sunday). Undefined for all other texts. */
export function otherWeekdayOf(text: string, order: DateOrder): number | undefined {
  const day = readNumberedDay(withoutWeekdayBehind(text.trim()).date, order);
  return day !== undefined && readDate(text, order) === undefined ? new Date(day).getUTCDay() : undefined;
}

/** Reads the name of a day of the week (0 is Sunday); undefined for any other text. */
export function readWeekday(text: string): number | undefined {
  const at = WEEKDAY_NAMES.findIndex((names) => names.includes(plain(text)));
  return at === -1 ? undefined : at;
}

const WEEKDAY_NAMES = [
  'dimanche dim sunday sun',
  'lundi lun monday mon',
  'mardi mar tuesday tue tues',
  'mercredi mer wednesday wed',
  'jeudi jeu thursday thu thur thurs',
  'vendredi ven friday fri',
  'samedi sam saturday sat',
].map((names) => names.split(' '));

/**
 * The day of the week that is written before a date (0 is Sunday); `mar 12 2016` has none, since `mar` is March there.
 */
function weekdayIn(text: string): number | undefined {
  const [first = '', second = '', third = ''] = plain(text).split(' ');
  const isMonth = first === 'mar' && /^\d+$/.test(second) && /^\d{4}$/.test(third);
  const at = isMonth ? -1 : WEEKDAY_NAMES.findIndex((names) => names.includes(first));
  return at < 0 ? undefined : at;
}

/** Day 0 of the dates that spreadsheets keep as numbers. */
const SERIAL_ZERO_MS = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;

/** Words around a date that say nothing: `le lundi …`, `12/09/2016 (lundi)`, whose weekday is looked at elsewhere. */
const ARTICLE = /^(?:le|on|the) +/i;

/** The day of a week of ISO 8601: `2026-W41-1`. */
function readWeekDate(year: number, week: number, day: number): number | undefined {
  const fourth = Date.UTC(year, 0, 4);
  const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS;
  const at = monday + ((week - 1) * 7 + day - 1) * DAY_MS;
  // The Thursday of a week is in the year that counts it.
  const isOfYear = new Date(at - (day - 4) * DAY_MS).getUTCFullYear() === year;
  return week >= 1 && isOfYear ? dayWithin(at) : undefined;
}

function readNumberedDay(written: string, order: DateOrder): number | undefined {
  const words = written.replace(ARTICLE, '');
  const weekDate = /^(\d{4})-?W(\d\d)-?([1-7])$/i.exec(words);
  if (weekDate) return readWeekDate(Number(weekDate[1]), Number(weekDate[2]), Number(weekDate[3]));
  if (/^\d{5}$/.test(words)) return dayWithin(SERIAL_ZERO_MS + Number(words) * DAY_MS);
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(words) ?? /^(\d{4})(\d\d)(\d\d)$/.exec(words);
  if (iso) return dayMs(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const numbers = /^(?:\p{L}+\.?,? +)?(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d\d)$/u.exec(words);
  if (!numbers) return readWordDate(plain(words));
  const [first, second] = [Number(numbers[1]), Number(numbers[2])];
  const [day, month] = order === 'day first' ? [first, second] : [second, first];
  return dayMs(Number(numbers[3]), month, day);
}

function readWordDate(words: string): number | undefined {
  const french = /^(?:[a-z]+ )?(\d{1,2})(?:er|st|nd|rd|th)? ?(?:of )?([a-z]+) ?(\d{4}|\d\d)$/.exec(words);
  const english = /^(?:[a-z]+ )?([a-z]+) (\d{1,2})(?:st|nd|rd|th)? (\d{4})$/.exec(words);
  const [day, name, year] = english ? [english[2], english[1], english[3]] : (french?.slice(1) ?? []);
  const month = MONTHS.findIndex((names) => names.includes(name ?? '')) + 1;
  return month > 0 ? dayMs(Number(year), month, Number(day)) : undefined;
}

/**
 * Reads a moment with its time zone, as programs write it: `2016-09-12T06:30:00Z`, `…+02:00`, `Mon Sep 12 2016 08:30:00
 * GMT+0200 (…)`.
 */
export function readInstant(text: string): number | undefined {
  const printed = /^[a-z]{3} ([a-z]{3} \d\d \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4})\b/i.exec(text.trim());
  if (printed) return Date.parse(printed[1] ?? '');
  const words = text.trim().replace(' ', 'T');
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i.test(words);
  const at = isInstant ? Date.parse(words) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** Splits a cell with date and time: the day, and the rest of the text, which is empty if there is no time. */
export function splitMoment(text: string, order: DateOrder): { dayMs: number; clock: string } | undefined {
  const words = text.trim();
  const serial = /^(\d{5})[.,](\d+)$/.exec(words);
  if (serial) return serialMoment(serial[1] ?? '', serial[2] ?? '', order);
  const whole = readDate(words, order);
  if (whole !== undefined) return { dayMs: whole, clock: '' };
  const found = /^(.*?\d)(?:T|,? +(?:à +|a +|at +)?)(\d{1,2} *[h:].*|midi|minuit|noon|midnight)$/iu.exec(words);
  const day = found && readDate(found[1] ?? '', order);
  return day ? { dayMs: day, clock: found[2] ?? '' } : undefined;
}

function serialMoment(days: string, part: string, order: DateOrder): { dayMs: number; clock: string } | undefined {
  const day = readDate(days, order);
  return day === undefined ? undefined : { dayMs: day, clock: `0.${part.padEnd(3, '0')}` };
}

/**
 * The order in which all of these texts are dates: day first, as in French and British, unless only the American order
 * fits. If both fit it is day first.
 */
export function dateOrderOf(texts: readonly string[]): DateOrder {
  const told = texts.filter((text) => text !== '');
  const fits = (order: DateOrder): number => told.filter((text) => splitMoment(text, order)).length;
  return fits('month first') > fits('day first') ? 'month first' : 'day first';
}

/** Whether some of these dates would mean another day in the other order, and no date shows which order is meant. */
export function isOrderOpen(texts: readonly string[]): boolean {
  const days = (order: DateOrder): (number | undefined)[] => texts.map((text) => splitMoment(text, order)?.dayMs);
  const [dayFirst, monthFirst] = [days('day first'), days('month first')];
  const differ = texts.some((_, n) => dayFirst[n] !== monthFirst[n]);
  return differ && texts.every((_, n) => (dayFirst[n] === undefined) === (monthFirst[n] === undefined));
}

const WEEKDAYS: Record<string, string> = {
  lu: 'MO',
  ma: 'TU',
  me: 'WE',
  je: 'TH',
  ve: 'FR',
  sa: 'SA',
  di: 'SU',
  mo: 'MO',
  tu: 'TU',
  we: 'WE',
  th: 'TH',
  fr: 'FR',
  su: 'SU',
};

/** Reads days of the week for a rule of recurrence: `lundi, mercredi` is `MO,WE`. Undefined if one word is no day. */
export function readWeekdays(text: string): string | undefined {
  const words = plain(text)
    .split(' ')
    .filter((word) => word !== 'et' && word !== 'and');
  const days = words.map((word) => WEEKDAYS[word.slice(0, 2)]);
  return days.includes(undefined) ? undefined : [...new Set(days)].join(',');
}
