import { ianaZone, UTC, type Zone } from '#lib/calendar/zones/zoned-time.ts';
import { DialError } from '#technician/dial/dial-error.ts';
import type { Server } from '#technician/dial/server.ts';

/** Time zone of this machine. */
export const ownZone = (): Zone => ianaZone(new Intl.DateTimeFormat().resolvedOptions().timeZone) ?? UTC;

/**
 * Makes a function that gives the time zone of a hall: the one asked for, else what the server says of this hall, else
 * that of most halls, else that of this machine.
 */
export async function zonesOf(server: Server, asked: string | undefined): Promise<(hall: string) => Zone> {
  if (asked !== undefined) {
    const zone = ianaZone(asked);
    if (!zone) throw new DialError(`${asked} is no time zone: write Europe/Paris`);
    return () => zone;
  }
  const { json } = await server.ask('GET', '/api/v1/time-zones');
  const names = new Map(Object.entries((json ?? {}) as Record<string, string>));
  const groups = [...Map.groupBy(names.values(), (name) => name).values()].toSorted((a, b) => b.length - a.length);
  const usual = ianaZone(groups[0]?.[0] ?? '') ?? ownZone();
  return (hall) => ianaZone(names.get(hall) ?? '') ?? usual;
}

const MINUTE_MS = 60_000;

/** Day in ISO form: `14/09/2026` is `2026-09-14`; other texts are given back as they are. */
const isoDay = (text: string): string =>
  text
    .trim()
    .replace(/^(\d{1,2})\/(\d{1,2})\/(\d{4})/, (_, day: string, month: string, year: string) =>
      [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-'),
    );

/**
 * Moment in ms of a date and time in a zone: `2026-09-14 08:30` or `14/09/2026 8h30`, also with a `T`. Throws
 * DialError.
 */
export function momentOf(text: string, zone: Zone): number {
  const found = /^(\d{4}-\d\d-\d\d)[ T](\d{1,2})[:h](\d\d)$/.exec(isoDay(text));
  const wallMs = found ? Date.parse(`${found[1]}T${(found[2] ?? '').padStart(2, '0')}:${found[3]}Z`) : Number.NaN;
  if (Number.isNaN(wallMs)) throw new DialError(`"${text}" is no date and time: write "2026-09-14 08:30"`);
  return zone.instantOf(wallMs);
}

/** Beginning or end of a day, in ms: `2026-09-14`, `14/09/2026`. Throws DialError. */
export function dayOf(text: string, zone: Zone, end: boolean): number {
  const day = isoDay(text);
  const wallMs = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00Z`) : Number.NaN;
  if (Number.isNaN(wallMs)) throw new DialError(`"${text}" is no day: write 2026-09-14`);
  return zone.instantOf(wallMs + (end ? 86_400_000 - 1000 : 0));
}

/** Length in ms: `2h`, `1h30`, `90min` or `90` (minutes). Throws DialError. */
export function durationOf(text: string): number {
  const found = /^(?:(\d{1,2}) ?h ?(\d{1,2})?|(\d{1,3}) ?(?:min|m)?)$/.exec(text.trim());
  const minutes = found ? Number(found[1] ?? 0) * 60 + Number(found[2] ?? found[3] ?? 0) : 0;
  if (minutes === 0) throw new DialError(`"${text}" is no duration: write 1h30 or 90min`);
  return minutes * MINUTE_MS;
}

/** Day at a moment in a zone: `2026-09-14`. */
export const dateText = (zone: Zone, atMs: number): string => new Date(zone.wallOf(atMs)).toISOString().slice(0, 10);
/** Time of day at a moment in a zone: `08:30`. */
export const clockText = (zone: Zone, atMs: number): string => new Date(zone.wallOf(atMs)).toISOString().slice(11, 16);
/** Moment in UTC: `2026-09-14T06:30:00Z`. */
export const isoOf = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
