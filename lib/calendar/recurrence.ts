import ICAL from 'ical.js';
import { momentIn, wallIn, type WallMs } from './zone.ts';

/** A rule (RFC 5545, RRULE) that cannot be followed, in words. */
export class RuleError extends Error {}

export interface Recurrence {
  /** `FREQ=WEEKLY;BYDAY=MO,WE`, without `RRULE:` */
  rule: string;
  /** The wall clock of the first occurrence. */
  from: WallMs;
  /** No occurrence begins later than this wall clock. */
  to?: WallMs;
  /** Wall clocks that are left out. */
  except?: readonly WallMs[];
  /** An IANA zone: the hall's. */
  zone: string;
}

/** More than a lecture hall holds in ten years. */
const MOST = 5000;

/**
 * The wall clocks that a rule names, in order. A rule without COUNT and UNTIL ends at `to`. Throws a RuleError for a rule
 * that is none, that has no end, or that names more than 5000.
 */
export function wallsOf({ rule, from, to, except = [], zone }: Recurrence): WallMs[] {
  const recur = readRule(rule, zone);
  if (to === undefined && !recur.count && !recur.until) {
    throw new RuleError(`the rule ${rule} never ends: give it UNTIL or COUNT`);
  }
  const out = new Set(except);
  const walls: WallMs[] = [];
  const next = recur.iterator(floating(from));
  for (let at = next.next(); at; at = next.next()) {
    const wall = wallOf(at);
    if (to !== undefined && wall > to) break;
    if (out.has(wall)) continue;
    if (walls.push(wall) > MOST) throw new RuleError(`the rule ${rule} names more than ${MOST} events`);
  }
  return walls;
}

/** The same as moments, each expanded in the zone: 08:30 stays 08:30 when the clocks change. */
export const momentsOf = (recurrence: Recurrence): number[] =>
  wallsOf(recurrence).map((wall) => momentIn(recurrence.zone, wall));

function readRule(rule: string, zone: string): ICAL.Recur {
  const recur = (() => {
    try {
      return ICAL.Recur.fromString(rule.replace(/^RRULE:/i, ''));
    } catch (error) {
      throw new RuleError(
        `${rule} is no rule of recurrence: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  })();
  if (!recur.freq) throw new RuleError(`${rule} is no rule of recurrence: FREQ is missing`);
  if (/^(SECONDLY|MINUTELY|HOURLY)$/.test(recur.freq)) throw new RuleError(`${rule}: FREQ is DAILY, WEEKLY or longer`);
  if (recur.until) recur.until = floating(untilWall(recur.until, zone));
  return recur;
}

/** UNTIL is UTC when the event has a zone; a date alone means the whole day. */
function untilWall(until: ICAL.Time, zone: string): WallMs {
  if (until.isDate) return wallOf(until) + 86_399_000;
  return until.zone === ICAL.Timezone.utcTimezone ? wallIn(zone, wallOf(until)) : wallOf(until);
}

const wallOf = (at: ICAL.Time): WallMs => Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second);

function floating(wall: WallMs): ICAL.Time {
  const at = new Date(wall);
  return new ICAL.Time(
    {
      year: at.getUTCFullYear(),
      month: at.getUTCMonth() + 1,
      day: at.getUTCDate(),
      hour: at.getUTCHours(),
      minute: at.getUTCMinutes(),
      second: at.getUTCSeconds(),
      isDate: false,
    },
    ICAL.Timezone.localTimezone,
  );
}
