import type { Period } from '@amphi/lib/opencast/dates.ts';
import { readRule, RecurrenceError, type Rule } from '@amphi/lib/calendar/rules/rule-text.ts';
import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import type { Booked } from '../catalogue/event-rows.ts';
import { wallsOf } from './repeated.ts';

/** A recurring booking, as Opencast's schedulers send it. */
export interface OpencastRule {
  /**
   * Rule of recurrence, with at most one BYHOUR and one BYMINUTE, which are UTC on the day of `startsAtMs`
   * (facts/opencast 3.1).
   */
  rule: string;
  startsAtMs: number;
  /** Last moment at which an occurrence may begin. */
  endsAtMs: number;
  durationMs: number;
  /** Time zone of the hall. */
  zone: Zone;
}

/**
 * The periods of a rule. Hour and minute are converted from UTC to the clock of the hall once, for the first day, and
 * every occurrence is computed with them: a lecture at 08:30 stays at 08:30 when summer time begins or ends. BYDAY
 * means days of the hall. Throws a RecurrenceError for a text that is no rule, a rule with two hours, or one whose
 * occurrences overlap.
 */
export function expandOpencastRule({ rule, startsAtMs, endsAtMs, durationMs, zone }: OpencastRule): Period[] {
  const read = readRule(rule);
  const firstWallMs = zone.wallOf(firstBeginning(read, startsAtMs));
  const periods = wallsOf({ rule: withoutClock(read), firstWallMs, lastWallMs: zone.wallOf(endsAtMs), zone })
    .map((wallMs) => zone.instantOf(wallMs))
    .filter((atMs) => atMs >= startsAtMs && atMs <= endsAtMs)
    .map((atMs) => ({ startsAtMs: atMs, endsAtMs: atMs + durationMs }));
  const clash = periods.find(({ startsAtMs: atMs }, n) => n > 0 && atMs < (periods[n - 1]?.endsAtMs ?? 0));
  if (clash) {
    const at = new Date(clash.startsAtMs).toISOString();
    throw new RecurrenceError(`the event of ${at} would begin before the one before it ends: make them shorter`);
  }
  return periods;
}

const withoutClock = (rule: Rule): Rule => ({
  ...rule,
  by: { ...rule.by, BYHOUR: [], BYMINUTE: [], BYSECOND: [] },
});

/** The start of the first day, at the hour and minute of the rule. */
function firstBeginning(rule: Rule, startsAtMs: number): number {
  const hour = only(rule, 'BYHOUR');
  const minute = only(rule, 'BYMINUTE');
  if (hour === undefined && minute === undefined) return startsAtMs;
  const utc = new Date(startsAtMs);
  return utc.setUTCHours(hour ?? utc.getUTCHours(), minute ?? utc.getUTCMinutes(), 0, 0);
}

function only({ by, text }: Rule, name: 'BYHOUR' | 'BYMINUTE'): number | undefined {
  const numbers = by[name];
  if (numbers.length > 1) throw new RecurrenceError(`${text}: ${name} is one number`);
  return numbers[0];
}

/**
 * The bookings of a rule for an agent. Throws BadRequest for a rule that cannot be read, or that has no occurrences.
 */
export function ruledSlots({ agentId, ...rule }: OpencastRule & Pick<Booked, 'agentId'>): Booked[] {
  try {
    const periods = expandOpencastRule(rule);
    if (periods.length === 0) throw new BadRequest(`the rule ${rule.rule} names no day between start and end`);
    return periods.map((period) => ({ agentId, ...period }));
  } catch (error) {
    throw error instanceof RecurrenceError ? new BadRequest(error.message) : error;
  }
}

/** The title of the n-th event of a rule, as Opencast numbers it: `Lecture 01`, `Lecture 02`, … */
export const numbered = (title: string, n: number): string => `${title} ${String(n + 1).padStart(2, '0')}`;
