import { startsOf } from '@amphi/lib/calendar/rules/recurrence.ts';
import { hasEnd, readRule, RecurrenceError, type Rule } from '@amphi/lib/calendar/rules/rule-text.ts';
import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';

export interface Repetition {
  /** `FREQ=WEEKLY;BYDAY=MO,WE`, with or without `RRULE:` before it, as programs write it; or what was read of it. */
  rule: string | Rule;
  /** The first beginning on the wall of the hall. */
  firstWallMs: number;
  /** Nothing begins later on that wall. */
  lastWallMs?: number;
  zone: Zone;
}

/** More than a lecture hall holds in ten years. */
const MOST = 5000;

/**
 * The beginnings on the wall that a rule names, in order. Throws a RecurrenceError for a rule that is none, that never ends,
 * or that names more than 5000.
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
