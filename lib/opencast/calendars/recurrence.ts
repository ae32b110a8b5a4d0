import ICAL from 'ical.js';

/** Recurrence rules (RFC 5545 3.3.10), reckoned on the wall of a hall (see `zoned-time.ts`). */

/** So many starts are looked at, whatever a rule says. */
const MAX_STEPS = 50_000;

/** `text` of a rule is wrong; the message says what. */
export class RecurrenceError extends Error {}

export interface Rule {
  /** `FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20270131T235959Z` */
  text: string;
  /** The first start on the wall, which is always one. */
  firstWallMs: number;
  /** UNTIL in UTC is an instant: how to find the wall time of it. */
  wallOf: (atMs: number) => number;
}

/** The starts on the wall that lie in [fromWallMs, toWallMs), in order. Throws `RecurrenceError`. */
export function startsOf(rule: Rule, fromWallMs: number, toWallMs: number): number[] {
  const iterator = iteratorOf(rule);
  const starts: number[] = [];
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = iterator.next();
    if (!next) return starts;
    const wallMs = wallMsOf(next);
    if (wallMs >= toWallMs) return starts;
    if (wallMs >= fromWallMs) starts.push(wallMs);
  }
  throw new RecurrenceError(`the rule ${rule.text} has more than ${MAX_STEPS} occurrences`);
}

function iteratorOf({ text, firstWallMs, wallOf }: Rule): { next(): ICAL.Time | null | undefined } {
  // Finer than hours nobody schedules, and it takes for ever.
  if (/FREQ=(SECONDLY|MINUTELY)/i.test(text))
    throw new RecurrenceError(`the rule ${text} is too frequent for lectures`);
  try {
    const recur = ICAL.Recur.fromString(text);
    const { until } = recur;
    // A date means its whole day.
    if (until?.isDate) recur.until = timeOf(wallMsOf(until) + 86_399_000);
    else if (until?.zone === ICAL.Timezone.utcTimezone) recur.until = timeOf(wallOf(wallMsOf(until)));
    return recur.iterator(timeOf(firstWallMs));
  } catch (error) {
    throw new RecurrenceError(
      `the rule ${text} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** What a clock shows, as a wall time; a date alone is its midnight. */
export const wallMsOf = (time: ICAL.Time): number =>
  Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second);

/** A wall time as ical.js has it: floating. */
export function timeOf(wallMs: number): ICAL.Time {
  const date = new Date(wallMs);
  return ICAL.Time.fromData({
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    isDate: false,
  });
}
