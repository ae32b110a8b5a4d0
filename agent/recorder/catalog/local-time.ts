/** A time in the local time of a zone. */
export interface LocalTime {
  /** Date as `YYYYMMDD`. */
  date: string;
  /** Time as `HHMMSS`. */
  time: string;
  /** Date and time as `2022-12-16T08:16:42+01:00`. */
  iso: string;
  /** Offset from UTC as `+01:00`. */
  offset: string;
}

/**
 * The local time of `atMs` (milliseconds since 1970) in an IANA zone; without a zone, in the machine's. Throws a
 * RangeError for an unknown zone.
 */
export function localTime(atMs: number, timeZone?: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  const parts = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const { year = '', month = '', day = '', hour = '', minute = '', second = '', timeZoneName = '' } = parts;
  const offset = /[+-]\d\d:\d\d/.exec(timeZoneName)?.[0] ?? '+00:00';
  return {
    date: `${year}${month}${day}`,
    time: `${hour}${minute}${second}`,
    iso: `${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`,
    offset,
  };
}

/** Names of a time zone as in the package of an SMP 351: `CET`, `(UTC+01:00) Central European Standard Time`. */
export function zoneNames(atMs: number, timeZone?: string): { id: string; description: string } {
  const name = (locale: string, style: 'short' | 'long'): string =>
    new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: style })
      .formatToParts(atMs)
      .find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
  return { id: name('en-GB', 'short'), description: `(UTC${localTime(atMs, timeZone).offset}) ${name('en', 'long')}` };
}
