import { readCalendar } from '#lib/calendar/calendar-read.ts';
import type { CalendarReading, KnownCalendar } from '#lib/calendar/calendar.ts';
import { ianaZone } from '#lib/calendar/zones/zoned-time.ts';

/** Calendars for tests, and what is read of them. */

export const PARIS = 'Europe/Paris';
export const NOUMEA = 'Pacific/Noumea';
export const calendar = (...parts: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', ...parts, 'END:VCALENDAR', ''].join('\r\n');
export const event = (...lines: string[]): string => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n');

const says = (lines: readonly string[], name: string): boolean =>
  lines.some((line) => line.toUpperCase().startsWith(name));
/** Monday, 5 October 2026, 08:30 to 10:30 in Paris, unless the lines say otherwise. */
export const lecture = (...lines: string[]): string =>
  event(
    ...(says(lines, 'UID') ? [] : ['UID:u']),
    ...(says(lines, 'SUMMARY') ? [] : ['SUMMARY:T']),
    ...(says(lines, 'DTSTART') ? [] : ['DTSTART;TZID=Europe/Paris:20261005T083000']),
    ...(says(lines, 'DTEND') || says(lines, 'DURATION') ? [] : ['DURATION:PT2H']),
    ...lines,
  );

export const readWith = (
  bytes: string | Uint8Array,
  { zone = PARIS, known }: { zone?: string; known?: KnownCalendar } = {},
): Promise<CalendarReading> =>
  readCalendar(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, {
    zone: ianaZone(zone)!,
    fromMs: Date.UTC(2026, 0),
    toMs: Date.UTC(2028, 0),
    ...(known ? { known } : {}),
  });

/** `10-05 08:30 120`: on the wall of the hall; with `-` before it what is cancelled. */
export const hoursOf = ({ occurrences }: CalendarReading, zone = PARIS): string[] =>
  occurrences.map(({ event: { startsAtMs, endsAtMs }, cancelled }) => {
    const wall = new Date(ianaZone(zone)!.wallOf(startsAtMs)).toISOString();
    return `${cancelled ? '-' : ''}${wall.slice(5, 16).replace('T', ' ')} ${(endsAtMs - startsAtMs) / 60_000}`;
  });

export const hours = async (bytes: string | Uint8Array, zone = PARIS): Promise<string[]> =>
  hoursOf(await readWith(bytes, { zone }), zone);
