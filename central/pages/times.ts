import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import type { Language } from '@amphi/lib/pages/typography.ts';

const wall = (zone: Zone, iso: string): Date => new Date(zone.wallOf(Date.parse(iso)));

/** Time of day in a zone: `08:30`. */
export const clockIn = (zone: Zone, iso: string): string => wall(zone, iso).toISOString().slice(11, 16);

const DAY = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
const days = { fr: new Intl.DateTimeFormat('fr', DAY), en: new Intl.DateTimeFormat('en-GB', DAY) };

/** Day in a language: `Mon, 14 Sept 2026` of `2026-09-14`. */
export const dayIn = (day: string, language: Language): string =>
  Number.isNaN(Date.parse(day)) ? day : days[language].format(new Date(day));

/** Day and time of day in a zone. */
export const momentIn = (zone: Zone, iso: string, language: Language): string =>
  `${dayIn(wall(zone, iso).toISOString().slice(0, 10), language)} ${clockIn(zone, iso)}`;
