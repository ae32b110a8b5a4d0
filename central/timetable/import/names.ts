import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import { IN } from '../../catalogue/imports/imported-events.ts';
import { dayOf } from './lecture.ts';

/**
 * Names of lectures in imports: `uid`; `uid/2016-09-12T06:30Z` for one of several, followed by `@amphi d` where a
 * calendar gives all the same UID; then ` in Amphi_E` for the second hall; then `~2` where another calendar already has
 * the name. Older imports named occurrences by their day: `uid/2016-09-12`.
 */

const OCCURRENCE = /\/(\d{4}-\d\d-\d\d)(T\d\d:\d\dZ)?(?:@[^/]*)?$/;
const AGAIN = /~\d{1,6}$/;

/** A name without its hall, and without the number that tells two calendars apart. */
export const nameOf = (importKey: string): string => {
  const [name = '', ...halls] = importKey.replace(AGAIN, '').split(IN);
  return [name, ...halls].join(IN);
};

/** A name without time and hall: `uid` of `uid/2016-09-12T06:30Z in Amphi_E`. */
export const familyOf = (importKey: string): string =>
  (importKey.replace(AGAIN, '').split(IN)[0] ?? '').replace(OCCURRENCE, '');

/** The day on which an occurrence was planned first, on the clock of the halls; undefined for a name without a day. */
export function dayNamed(importKey: string, zone: Zone): string | undefined {
  const found = OCCURRENCE.exec(importKey.replace(AGAIN, '').split(IN)[0] ?? '');
  if (!found) return undefined;
  const [, day = '', time] = found;
  return time === undefined ? day : dayOf(zone, Date.parse(`${day}${time}`));
}

/** All names by which an event of this key may be known. */
export function namesOf(key: string, zone: Zone): string[] {
  const [family, day] = [familyOf(key), dayNamed(key, zone)];
  return [...new Set([key, family, ...(day === undefined ? [] : [`${family}/${day}`])])];
}

/** The first name of its kind that is not taken: `12`, `12~2`, … */
export function freeName(importKey: string, isTaken: (name: string) => boolean): string {
  for (let n = 2; isTaken(importKey) && n < 1_000_000; n++) {
    const next = `${importKey.replace(AGAIN, '')}~${n}`;
    if (!isTaken(next)) return next;
  }
  return importKey;
}
