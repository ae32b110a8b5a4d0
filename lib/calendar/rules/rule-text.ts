import { stampOf, type Stamp } from '../moments.ts';
import { modernRule } from './vcalendar-rule.ts';

/** Recurrence rules (RFC 5545 3.3.10, also those of vCalendar 1.0) as programs write them. */

/** Thrown if a rule cannot be followed; the message says what is wrong. */
export class RecurrenceError extends Error {}

export const FREQUENCIES = ['HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** A weekday (0 for Sunday), and which one of the month or the year is meant (`nth`); 0 means each. */
export interface WeekDay {
  nth: number;
  day: number;
}

/** A rule whose parts are all understood. */
export interface Rule {
  /** The rule as it was written, without parts that change nothing. */
  text: string;
  frequency: Frequency;
  interval: number;
  count?: number;
  until?: Stamp;
  /** First day of the week, 0 for Sunday. */
  weekStart: number;
  days: WeekDay[];
  /** The other BY-parts; an empty one does not limit. */
  by: Record<NumberPart, number[]>;
  /** Notes about parts that were left out because they change nothing. */
  notes: string[];
}

const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** The least and greatest numbers of BY-parts; those of `signed` parts may be negative and count from the end. */
const NUMBER_PARTS = {
  BYMONTH: { least: 1, most: 12, signed: false },
  BYMONTHDAY: { least: 1, most: 31, signed: true },
  BYYEARDAY: { least: 1, most: 366, signed: true },
  BYWEEKNO: { least: 1, most: 53, signed: true },
  BYHOUR: { least: 0, most: 23, signed: false },
  BYMINUTE: { least: 0, most: 59, signed: false },
  BYSECOND: { least: 0, most: 59, signed: false },
  BYSETPOS: { least: 1, most: 366, signed: true },
} as const;
export type NumberPart = keyof typeof NUMBER_PARTS;
const PART_NAMES = Object.keys(NUMBER_PARTS) as NumberPart[];

/** Number of starts on one day; a rule with more is refused, since lectures do not begin so often. */
const MOST_A_DAY = 48;
/** Length of a rule's text, in characters; a longer one is refused. */
const LONGEST_TEXT = 2000;

/**
 * Reads a rule, with or without `RRULE:` before it, in any case, with blanks and empty parts. Parts that change nothing
 * are left out with a note. Throws RecurrenceError for what would have to be guessed.
 */
export function readRule(written: string): Rule {
  if (written.length > LONGEST_TEXT) throw new RecurrenceError(`a rule has at most ${LONGEST_TEXT} characters`);
  const compact = (modernRule(written) ?? written)
    .replaceAll(/(?<=\d)\s+(?=\d\d:?\d\d)/g, 'T')
    .replaceAll(/[\s"'\\]/g, '')
    .toUpperCase()
    .replace(/^(?:EX|R)RULE[:=]/, '')
    // A comma where a semicolon is meant: `FREQ=WEEKLY,COUNT=2`.
    .replaceAll(/,(?=[A-Z]+=)/g, ';');
  const notes: string[] = [];
  const parts = partsOf(compact, notes);
  const text = [...parts].map(([name, value]) => `${name}=${value}`).join(';');
  const refuse = (why: string): RecurrenceError =>
    new RecurrenceError(`the rule ${(text || written.trim()).slice(0, 200)} ${why}`);
  const rule: Rule = {
    text,
    notes,
    frequency: frequencyOf(parts.get('FREQ'), refuse),
    interval: intervalOf(parts.get('INTERVAL'), notes, refuse),
    weekStart: weekStartOf(parts.get('WKST'), notes),
    days: daysOf(parts.get('BYDAY'), refuse),
    by: Object.fromEntries(PART_NAMES.map((name) => [name, numbersOf(name, parts.get(name), refuse)])) as Rule['by'],
    ...endOf(parts, notes, refuse),
  };
  if (rule.frequency === 'WEEKLY') rule.days = rule.days.map(onlyOfWeek);
  checkWhole(rule, parts, refuse);
  return rule;
}

type Refuse = (why: string) => RecurrenceError;

const KNOWN = new Set(['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST', 'BYDAY', 'RSCALE', 'SKIP', ...PART_NAMES]);

function partsOf(text: string, notes: string[]): Map<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    const [name, value] = equals === -1 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
    if (part === '' || name.startsWith('X-')) continue;
    if (equals === -1 || !KNOWN.has(name)) notes.push(`${part.slice(0, 60)} is no part of a rule: left out`);
    else if (parts.has(name) && parts.get(name) !== value)
      throw new RecurrenceError(`the rule ${text.slice(0, 200)} has ${name} twice`);
    else parts.set(name, value.replaceAll(/^,+|,+$/g, ''));
  }
  return parts;
}

function frequencyOf(text: string | undefined, refuse: Refuse): Frequency {
  const found = FREQUENCIES.find((one) => one === text);
  if (found) return found;
  // Rules by the minute are refused: they are no lectures, and to expand them would take too long.
  const why = text === 'SECONDLY' || text === 'MINUTELY' ? `: ${text} is too frequent for lectures` : '';
  throw refuse(`needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY${why}`);
}

const MOST_INTERVAL = 10_000;

function intervalOf(text: string | undefined, notes: string[], refuse: Refuse): number {
  if (text === undefined) return 1;
  const value = Number(text);
  if (/^\+?\d{1,5}$/.test(text) && value >= 1 && value <= MOST_INTERVAL) return value;
  if (text !== '' && !/^0+$/.test(text)) throw refuse(`has INTERVAL=${text}: it is a number from 1`);
  notes.push(`INTERVAL=${text} says nothing: 1 is taken`);
  return 1;
}

function weekStartOf(text: string | undefined, notes: string[]): number {
  const found = text === undefined ? 1 : DAYS.indexOf(text);
  if (found !== -1) return found;
  notes.push(`WKST=${text} is no day: MO is taken`);
  return 1;
}

/** A weekday with an optional number before it; longer forms such as `MON` and `THURSDAY` are accepted. */
const DAY =
  /^([+-]?\d{1,2})?(?:(SU)(?:N(?:DAY)?)?|(MO)(?:N(?:DAY)?)?|(TU)(?:E(?:SDAY)?)?|(WE)(?:D(?:NESDAY)?)?|(TH)(?:U(?:RSDAY)?)?|(FR)(?:I(?:DAY)?)?|(SA)(?:T(?:URDAY)?)?)$/;

function daysOf(text: string | undefined, refuse: Refuse): WeekDay[] {
  return listOf('BYDAY', text, refuse).map((word) => {
    const found = DAY.exec(word);
    const nth = Number(found?.[1] ?? 0);
    if (!found || Math.abs(nth) > 53 || (found[1] !== undefined && nth === 0))
      throw refuse(`has BYDAY=${text}: days are MO, TU, WE, TH, FR, SA, SU`);
    return { nth, day: found.slice(2).findIndex(Boolean) };
  });
}

/** A weekday of a rule of weeks: `1MO` and `-1MO` are its only Monday; other numbers are refused later. */
const onlyOfWeek = ({ nth, day }: WeekDay): WeekDay => ({ nth: Math.abs(nth) === 1 ? 0 : nth, day });

function numbersOf(name: NumberPart, text: string | undefined, refuse: Refuse): number[] {
  const { least, most, signed } = NUMBER_PARTS[name];
  const numbers = listOf(name, text, refuse).map((word) => {
    const size = Math.abs(Number(word));
    if (!/^[+-]?\d{1,3}$/.test(word) || (word.startsWith('-') && !signed) || size < least || size > most)
      throw refuse(`has ${name}=${text}: numbers are ${least} to ${most}`);
    return Number(word);
  });
  return [...new Set(numbers)].toSorted((one, other) => one - other);
}

/** The values of a part. Throws if the part is written without a value, since nobody knows what was meant. */
function listOf(name: string, text: string | undefined, refuse: Refuse): string[] {
  if (text === undefined) return [];
  const words = text.split(',').filter(Boolean);
  if (words.length === 0) throw refuse(`has ${name}= with nothing behind it`);
  return words;
}

/**
 * Reads COUNT and UNTIL. One that cannot be read is left out with a note if the other one says where the rule ends;
 * else it throws.
 */
function endOf(parts: ReadonlyMap<string, string>, notes: string[], refuse: Refuse): Pick<Rule, 'count' | 'until'> {
  const [countText, untilText] = [parts.get('COUNT'), parts.get('UNTIL')];
  const count = countText !== undefined && /^\+?\d{1,7}$/.test(countText) ? Number(countText) : 0;
  const until = untilText === undefined ? undefined : stampOf(untilText);
  const wrong = [
    ...(countText !== undefined && count < 1 ? [`COUNT=${countText}`] : []),
    ...(untilText !== undefined && !until ? [`UNTIL=${untilText}`] : []),
  ];
  if (wrong.length > 0 && count < 1 && !until) throw refuse(`does not say where it ends: ${wrong.join(', ')}`);
  notes.push(...wrong.map((part) => `${part} says nothing: left out`));
  return { ...(count > 0 ? { count } : {}), ...(until ? { until } : {}) };
}

function checkWhole(rule: Rule, parts: ReadonlyMap<string, string>, refuse: Refuse): void {
  const scale = parts.get('RSCALE');
  if (scale && scale !== 'GREGORIAN') throw refuse(`has RSCALE=${scale}: only GREGORIAN is known`);
  const skip = parts.get('SKIP');
  if (skip && skip !== 'OMIT') throw refuse(`has SKIP=${skip}: only OMIT is known`);
  const isLong = rule.frequency === 'MONTHLY' || rule.frequency === 'YEARLY';
  if (!isLong && rule.days.some(({ nth }) => nth !== 0)) throw refuse('counts days, which only months and years have');
  const times = ['BYHOUR', 'BYMINUTE', 'BYSECOND'] as const;
  if (times.reduce((product, name) => product * Math.max(1, rule.by[name].length), 1) > MOST_A_DAY)
    throw refuse('is too frequent for lectures');
}

/** Whether a rule says where it ends. */
export const hasEnd = ({ count, until }: Rule): boolean => count !== undefined || until !== undefined;
