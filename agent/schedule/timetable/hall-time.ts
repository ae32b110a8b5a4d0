import { ianaZone, UTC } from '#lib/calendar/zones/zoned-time.ts';

/** Gives a function that writes a time (ms) on the hall's clock, for messages: `25 November 08:30`. */
export function timeTextIn(zone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (ms) => format.format(ms).replace(' at ', ' ').replace(',', '');
}

/** Gives a function for the minutes since midnight on the hall's clock. */
export function minuteOfDayIn(zone: string): (ms: number) => number {
  const { wallOf } = ianaZone(zone) ?? UTC;
  return (ms) => Math.floor((wallOf(ms) % 86_400_000) / 60_000);
}
