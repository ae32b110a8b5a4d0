import ICAL from 'ical.js';

/** Recurrence rules (RFC 5545 3.3.10), expanded in wall time (see `zoned-time.ts`). */

/** The number of starts that are examined is limited to this; a rule with more before the window gives an error. */
const MAX_STEPS = 50_000;

/** Thrown if the text of a rule is wrong; the message says what. */
export class RecurrenceError extends Error {}

/** A recurrence rule with its first start. */
export interface Rule {
  /** The rule: `FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20270131T235959Z`. */
  text: string;
  /** Wall time of the first start, which always is an occurrence. */
  firstWallMs: number;
  /** Converts UNTIL, which in UTC is an instant, to wall time. */
  wallOf: (atMs: number) => number;
}

/** The starts in [fromWallMs, toWallMs), as wall times, in order. Throws `RecurrenceError`. */
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
  // Frequencies below an hour are refused: nobody plans lectures so, and they would take too long.
  if (/FREQ=(SECONDLY|MINUTELY)/i.test(text))
    throw new RecurrenceError(`the rule ${text} is too frequent for lectures`);
  try {
    const recur = ICAL.Recur.fromString(text);
    const { until } = recur;
    // A date without a time includes its whole day.
    if (until?.isDate) recur.until = timeOf(wallMsOf(until) + 86_399_000);
    else if (until?.zone === ICAL.Timezone.utcTimezone) recur.until = timeOf(wallOf(wallMsOf(until)));
    return recur.iterator(timeOf(firstWallMs));
  } catch (error) {
    throw new RecurrenceError(
      `the rule ${text} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The wall time of a clock's numbers; a date alone is its midnight. */
export const wallMsOf = (time: ICAL.Time): number =>
  Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second);

/** A wall time for ical.js: a time without a zone. */
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
