const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];

const NAMED = new Map([
  ['midi', 12 * HOUR_MS],
  ['noon', 12 * HOUR_MS],
  ['minuit', 0],
  ['midnight', 0],
]);

/**
 * Text with each run of blanks as one: a pattern that looks for a word after any number of blanks would take quadratic
 * time.
 */
const singleBlanks = (text: string): string => text.trim().replaceAll(/ +/g, ' ');

/**
 * Reads a time of day as milliseconds since midnight: `8h30`, `08:30`, `8 h`, `08:30:00`, `0830`, `2:15 PM`, `midi`, or the
 * part of a day as spreadsheets keep it (`0.354166`). Undefined: it is none, or unclear.
 */
export function readClock(text: string): number | undefined {
  const words = singleBlanks(text)
    .replace(/^(?:à|at|T)(?= ?\d) ?/i, '')
    .replace(/ ?heures? ?/i, 'h')
    .replace(/(:\d\d| ) ?(?:h|uhr)$/i, '$1')
    .trim();
  const named = NAMED.get(words.toLowerCase());
  if (named !== undefined) return named;
  // `0.50` is unclear: ten to one in the night, or noon as half a day.
  if (/^0[.,]\d\d$/.test(words)) return undefined;
  if (/^0[.,]\d+$/.test(words)) return partOfDay(words.replace(',', '.'));
  const figures = /^(\d\d)(\d\d)$/.exec(words);
  if (figures) return readClock(`${figures[1]}:${figures[2]}`);
  const found = /^(\d{1,2})(?: *[h:.] *(\d\d)?)?(?::(\d\d))?(?:[.,]0+)? *(?:mn|min)? *([ap])?\.?(?: ?m\.?)?$/i.exec(
    words,
  );
  if (!found || (!/[h:.]/i.test(words) && !found[4])) return undefined;
  const [hours, minutes, seconds] = [Number(found[1]), Number(found[2] ?? 0), Number(found[3] ?? 0)];
  const half = found[4]?.toLowerCase();
  if (half && (hours < 1 || hours > 12)) return undefined;
  const hour = half ? (hours % 12) + (half === 'p' ? 12 : 0) : hours;
  return hour < 24 && minutes < 60 && seconds < 60 ? ((hour * 60 + minutes) * 60 + seconds) * 1000 : undefined;
}

/** Reads the time of day of an end; `24:00` is the midnight at the end of the day. */
export const readEndClock = (text: string): number | undefined =>
  /^24 ?[h:.] ?(?:00)?(?::00)?$/i.test(singleBlanks(text)) ? DAY_MS : readClock(text);

/**
 * A part of a day in ms: spreadsheets keep fractions that are not exact. It is rounded to five minutes, a minute or a
 * second: the first of them that the written digits allow (`0.354` is 8:30, though 8:29:46 would be nearer).
 */
function partOfDay(text: string): number {
  const ms = Number(text) * DAY_MS;
  const openMs = DAY_MS / 2 / 10 ** (text.length - 2);
  const rounded = (stepMs: number): number => Math.round(ms / stepMs) * stepMs;
  const step = [5 * MINUTE_MS, MINUTE_MS].find((stepMs) => Math.abs(rounded(stepMs) - ms) <= openMs) ?? 1000;
  return rounded(step) % DAY_MS;
}

/** Reads the start and end in one cell: `8h30-10h30`, `de 8h30 à 10h30`, `8h30/10h30`. */
export function readSpan(text: string): { startMs: number; endMs: number } | undefined {
  const parts = singleBlanks(text)
    .replace(/^(de|from|entre|between) +/i, '')
    .split(/ *(?:->|=>|\.{2,3}|…|[-\u2013\u2014\u2192/>~]) *| +(?:à|a|to|au|et|and|until|jusqu['’]à) +/i);
  const [start = '', end = ''] = parts;
  const [startMs, endMs] = [readClock(start), readEndClock(end)];
  return parts.length === 2 && startMs !== undefined && endMs !== undefined ? { startMs, endMs } : undefined;
}

/**
 * Reads a length in milliseconds: `2h`, `1h30`, `1:30`, `01:30:00`, `90 min`, `1,5 h`, `PT1H30M`. A bare number is in
 * `unit`. Without a unit it is hours if it has a comma, and minutes from 15 on; smaller ones could be either:
 * undefined, as is `1.30`, which may mean 1h30.
 */
export function readDuration(text: string, unit?: 'h' | 'min'): number | undefined {
  const words = text.trim().toLowerCase().replaceAll(/\s+/g, '');
  const clock = /^(\d{1,2})(?:h|:|heures?|hours?|hrs?)(\d\d)?(?::00(?:[.,]0+)?)?(?:m|mn|min|minutes?)?$/.exec(words);
  if (clock) return Number(clock[2] ?? 0) < 60 ? hoursAndMinutes(clock[1], clock[2]) : undefined;
  const iso = /^pt(?:(\d+)h)?(?:(\d+)m)?(?:0+s)?$/.exec(words);
  if (iso?.[1] ?? iso?.[2]) return hoursAndMinutes(iso?.[1], iso?.[2]);
  const number = /^(\d+(?:[.,]\d+)?)(h|heures?|hours?|hrs?|m|mn|min|minutes?)?$/.exec(words);
  if (!number) return undefined;
  const value = Number((number[1] ?? '').replace(',', '.'));
  const isOpen = /^\d+[.,](?!00$)\d\d$/.test(words) && unit === undefined;
  if (isOpen) return undefined;
  const guess = /[.,]/.test(words) ? 'h' : value >= 15 ? 'm' : undefined;
  const of = number[2]?.[0] ?? unit?.[0] ?? guess;
  return of === undefined ? undefined : Math.round(value * (of === 'h' ? HOUR_MS : MINUTE_MS));
}

const hoursAndMinutes = (hours = '0', minutes = '0'): number => Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
