/**
 * Dates, times and durations of calendars. What is out of range is refused, never carried over to the next day or
 * month.
 */

/** A date or time: the numbers that are written, as milliseconds since 1970 of a UTC clock that shows them. */
export interface Stamp {
  ms: number;
  /**
   * `date`: a whole day; `wall`: a time in a zone that is named elsewhere; `instant`: `ms` is milliseconds since 1970,
   * UTC.
   */
  kind: 'date' | 'wall' | 'instant';
}

const FORM =
  /^(\d{4})[-/]?(\d\d)[-/]?(\d\d)(?:(?:T|\s+)(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$/i;
/** Signs around a moment that say nothing: quotes, a separator, the name of a zone whose offset is written before it. */
const AROUND = /^[\s"']+|[\s"',;]+$|(?<=Z|[+-]\d\d:?\d\d)\[[\w/+-]*\]\s*$/g;
const [FIRST_YEAR, LAST_YEAR] = [1900, 2200];
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Reads `20261005T083000`, with `Z` or an offset behind it, without seconds, with the signs of ISO 8601, or a day.
 * 24:00:00 is the midnight that follows. Undefined for other text, and for what no clock or calendar shows.
 */
export function stampOf(text: string): Stamp | undefined {
  const found = FORM.exec(text.replaceAll(AROUND, ''));
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const dayMs = Date.UTC(year, month - 1, day);
  const isDay = month >= 1 && month <= 12 && day >= 1 && new Date(dayMs).getUTCDate() === day;
  if (!isDay || year < FIRST_YEAR || year > LAST_YEAR) return undefined;
  if (found[4] === undefined) return { ms: dayMs, kind: 'date' };
  const isMidnight = hour === 24 && minute === 0 && second === 0;
  if (!(hour < 24 || isMidnight) || minute > 59 || second > 60) return undefined;
  const ms = dayMs + (hour * 60 + minute) * MINUTE_MS + Math.min(second, 59) * 1000;
  if (found[7] === undefined) return { ms, kind: 'wall' };
  const offsetMs = offsetOf(found[7]);
  return offsetMs === undefined ? undefined : { ms: ms - offsetMs, kind: 'instant' };
}

/**
 * Reads `+0200`, `+02:00`, `Z` as milliseconds east of Greenwich. Undefined for other text and for more than 14 hours.
 */
export function offsetOf(text: string): number | undefined {
  const found = /^([+-])(\d\d):?(\d\d)?(?::?(\d\d))?$/.exec(text.trim());
  if (!found) return /^(?:Z|UTC|GMT)$/i.test(text.trim()) ? 0 : undefined;
  const [, sign, hours, minutes = '0', seconds = '0'] = found;
  const ms = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS + Number(seconds) * 1000;
  if (Number(minutes) > 59 || Number(seconds) > 59 || ms > 14 * 60 * MINUTE_MS) return undefined;
  return sign === '-' ? -ms : ms;
}

const NUMBER = String.raw`(\d{1,9}(?:[.,]\d{1,9})?)`;
const DURATION = new RegExp(
  `^\\+?P(?:${NUMBER}W)?(?:${NUMBER}D)?(?:T(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`,
  'i',
);
/** Hours and minutes as a clock shows them: `1:30`, `01:30:00`. */
const CLOCK = /^(\d{1,2}):([0-5]\d)(?::([0-5]\d))?$/;
const UNITS_MS = [7 * DAY_MS, DAY_MS, 60 * MINUTE_MS, MINUTE_MS, 1000];

/**
 * Reads `PT1H30M`, also `PT1.5H`, `P1H30M` and `1:30:00`, as milliseconds. Undefined for other text, and for a
 * duration without a unit.
 */
export function durationOf(text: string): number | undefined {
  const words = text.replaceAll(/[\s"']/g, '').toUpperCase();
  const clock = CLOCK.exec(words);
  const parts = clock ? [undefined, undefined, ...clock.slice(1)] : DURATION.exec(inOrder(words))?.slice(1);
  if (!parts || parts.every((part) => part === undefined)) return undefined;
  const ms = parts.reduce((sum, part, n) => sum + Number((part ?? '0').replace(',', '.')) * (UNITS_MS[n] ?? 0), 0);
  return Math.round(ms);
}

/** A duration with the `T` before its hours, without no years and no months. */
const inOrder = (words: string): string =>
  words
    .replace(/^(\+?P)0+Y/, '$1')
    .replace(/^(\+?P)0+M(?=\w)/, '$1')
    .replace(/^(\+?P(?:\d{1,9}W)?(?:\d{1,9}D)?)(?=\d{1,9}H)/, '$1T');

/** A wall time for messages: `2026-10-05 08:30`. */
export const shown = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, 16).replace('T', ' ');
