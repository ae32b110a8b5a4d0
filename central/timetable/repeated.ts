import { startsOf } from '@amphi/lib/calendar/rules/recurrence.ts';
import { hasEnd, readRule, RecurrenceError, type Rule } from '@amphi/lib/calendar/rules/rule-text.ts';
import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';

/** A lecture that repeats, on the clock of its hall. */
export interface Repetition {
  /**
   * Rule of recurrence, `FREQ=WEEKLY;BYDAY=MO,WE`, with or without `RRULE:` before it; or one that was already read.
   */
  rule: string | Rule;
  /** First start, on the clock of the hall. */
  firstWallMs: number;
  /** Last moment at which an occurrence may begin, on the same clock. */
  lastWallMs?: number;
  zone: Zone;
}

/** Occurrences of one rule; one with more is refused. A lecture hall has fewer in ten years. */
const MOST = 5000;

/**
 * The starts of a rule on the clock of the hall, in order. Throws a RecurrenceError for a text that is no rule, a rule
 * that never ends, or one with more than 5000 occurrences.
 */
export function wallsOf({ rule, firstWallMs, lastWallMs, zone }: Repetition): number[] {
  const read = typeof rule === 'string' ? readRule(rule) : rule;
  if (read.frequency === 'HOURLY') {
    throw new RecurrenceError(`the rule ${read.text} needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY`);
  }
  if (lastWallMs === undefined && !hasEnd(read)) {
    throw new RecurrenceError(`the rule ${read.text} never ends: give it UNTIL or COUNT`);
  }
  const afterWallMs = lastWallMs === undefined ? Number.POSITIVE_INFINITY : lastWallMs + 1;
  const walls = startsOf({ rule: read, firstWallMs, wallOf: zone.wallOf }, firstWallMs, afterWallMs);
  if (walls.length > MOST) throw new RecurrenceError(`the rule ${read.text} names more than ${MOST} events`);
  return walls;
}
