import type { Component } from './components.ts';
import type { Moment } from './event-moments.ts';
import type { Zone } from './zones/zoned-time.ts';

/** Properties by which programs mark an event of whole days that they write with times from midnight to midnight. */
const FLAGS = new Set([
  'X-MICROSOFT-CDO-ALLDAYEVENT',
  'X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT',
  'X-FUNAMBOL-ALLDAY',
  'X-ALLDAY',
]);
const DAY_MS = 86_400_000;

/** Whether an event is of whole days: by a start without a time, or by a mark and a start at midnight. */
export function isOfWholeDays({ properties }: Component, start: Moment, hall: Zone): boolean {
  if (start.isDate) return true;
  const isMarked = properties.some(({ name, value }) => FLAGS.has(name) && /^(?:TRUE|1|YES)$/i.test(value.trim()));
  return isMarked && [start.wallMs, hall.wallOf(start.atMs)].some((ms) => ms % DAY_MS === 0);
}

/** Whether an exception takes the place of an occurrence that has a time of day, and not of one of whole days. */
export const hasTimeOfDay = ({ isDate, wallMs }: Moment): boolean => !isDate && wallMs % DAY_MS !== 0;
