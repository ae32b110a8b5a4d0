import { datesIn, periodAt, periodStart } from './periods.ts';
import { readRule, RecurrenceError, type Rule } from './rule-text.ts';

/** Recurrence rules, expanded in wall time (see `zoned-time.ts`). */

/**
 * Number of periods (hours, days, weeks, months, years) that are examined; a rule that needs more is refused with
 * RecurrenceError.
 */
const MOST_PERIODS = 20_000;
/** Number of periods that are examined before other work may run. */
const LOOKED_AT_ONCE = 32;
/** Number of starts that are given; a rule with more is refused with RecurrenceError. */
const MOST_STARTS = 50_000;
/** Time after which no start is given, in wall milliseconds. */
const LAST_MS = Date.UTC(2200, 0, 1);
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The time in which starts are looked for, in wall milliseconds: [fromMs, toMs). */
export interface Stretch {
  fromMs: number;
  toMs: number;
}

/**
 * The starts that a rule names in a stretch, in order. UNTIL is not looked at; `isOver` ends the series. COUNT counts
 * from `firstMs` on, which is a start only if the rule names it. Each `undefined` that is yielded lets other work run.
 * Throws RecurrenceError if there are more than 50 000 starts, or if too many periods must be examined.
 */
export function* startsNamed(
  rule: Rule,
  firstMs: number,
  { fromMs, toMs }: Stretch,
  isOver: (ms: number) => boolean = () => false,
): Generator<number | undefined> {
  const lastMs = Math.min(toMs, LAST_MS);
  const skipped = rule.count === undefined ? periodAt(rule, firstMs, Math.max(firstMs, fromMs)) - 1 : 0;
  let [counted, given] = [0, 0];
  for (let n = Math.max(0, skipped), looked = 0; ; n++, looked++) {
    if (periodStart(rule, firstMs, n) >= lastMs) return;
    if (looked > MOST_PERIODS) throw new RecurrenceError(`the rule ${rule.text} names too few days to look for more`);
    if (looked % LOOKED_AT_ONCE === LOOKED_AT_ONCE - 1) yield undefined;
    for (const ms of startsIn(rule, firstMs, n)) {
      if (ms < firstMs) continue;
      if (ms >= lastMs || isOver(ms) || counted++ === rule.count) return;
      if (ms < fromMs) continue;
      if (given++ === MOST_STARTS)
        throw new RecurrenceError(`the rule ${rule.text} has more than ${MOST_STARTS} occurrences`);
      yield ms;
    }
  }
}

function startsIn(rule: Rule, firstMs: number, n: number): number[] {
  const { BYHOUR, BYMINUTE, BYSECOND, BYSETPOS } = rule.by;
  const clock = new Date(firstMs);
  const isHourly = rule.frequency === 'HOURLY';
  const periodMs = periodStart(rule, firstMs, n);
  const hours = isHourly ? [new Date(periodMs).getUTCHours()] : orElse(BYHOUR, clock.getUTCHours());
  if (isHourly && BYHOUR.length > 0 && !BYHOUR.includes(hours[0] ?? 0)) return [];
  const minutes = orElse(BYMINUTE, clock.getUTCMinutes());
  const seconds = orElse(BYSECOND, clock.getUTCSeconds());
  const starts = datesIn(rule, firstMs, n).flatMap((dayMs) =>
    hours.flatMap((hour) =>
      minutes.flatMap((minute) =>
        seconds.map((second) => dayMs + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS),
      ),
    ),
  );
  if (BYSETPOS.length === 0) return starts;
  const places = BYSETPOS.map((place) => (place > 0 ? place - 1 : starts.length + place));
  return [...new Set(places)].toSorted((one, other) => one - other).flatMap((place) => starts[place] ?? []);
}

const orElse = (numbers: readonly number[], own: number): readonly number[] => (numbers.length > 0 ? numbers : [own]);

/** A rule with its first start, for users that have no calendar. */
export interface Repetition {
  /** Text such as `FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20270131T235959Z`, or the rule that `readRule` made of it. */
  rule: string | Rule;
  firstWallMs: number;
  /** Converts an instant to wall time; used for an UNTIL in UTC. */
  wallOf: (atMs: number) => number;
}

/** The starts in [fromWallMs, toWallMs), as wall times, in order, up to UNTIL. Throws RecurrenceError. */
export function startsOf({ rule, firstWallMs, wallOf }: Repetition, fromWallMs: number, toWallMs: number): number[] {
  const read = typeof rule === 'string' ? readRule(rule) : rule;
  const untilMs = read.until === undefined ? Number.POSITIVE_INFINITY : lastWallMs(read.until, wallOf);
  const stretch = { fromMs: fromWallMs, toMs: Math.min(toWallMs, untilMs + 1) };
  return [...startsNamed(read, firstWallMs, stretch)].filter((ms) => ms !== undefined);
}

/** The last wall time at which an occurrence may begin by UNTIL; an UNTIL without a time includes its whole day. */
export const lastWallMs = ({ kind, ms }: NonNullable<Rule['until']>, wallOf: (atMs: number) => number): number =>
  kind === 'instant' ? wallOf(ms) : kind === 'date' ? ms + DAY_MS - 1 : ms;
