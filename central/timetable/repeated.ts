import { RecurrenceError, startsOf } from '@amphi/lib/opencast/calendars/recurrence.ts';
import type { Zone } from '@amphi/lib/opencast/calendars/zoned-time.ts';

export interface Repetition {
  /** `FREQ=WEEKLY;BYDAY=MO,WE`, with or without `RRULE:` before it. */
  rule: string;
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
  const text = rule.replace(/^RRULE:/i, '');
  if (!/(^|;)FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;|$)/i.test(text)) {
    throw new RecurrenceError(`the rule ${text} needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY`);
  }
  if (lastWallMs === undefined && !/(^|;)(UNTIL|COUNT)=/i.test(text)) {
    throw new RecurrenceError(`the rule ${text} never ends: give it UNTIL or COUNT`);
  }
  const afterWallMs = lastWallMs === undefined ? Number.POSITIVE_INFINITY : lastWallMs + 1;
  const walls = startsOf({ text, firstWallMs, wallOf: zone.wallOf }, firstWallMs, afterWallMs);
  if (walls.length > MOST) throw new RecurrenceError(`the rule ${text} names more than ${MOST} events`);
  return walls;
}
