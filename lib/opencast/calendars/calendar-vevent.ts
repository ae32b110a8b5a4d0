import ICAL from 'ical.js';
import type { Attachment, Complaint } from './calendar.ts';
import type { ZoneOf } from './calendar-zones.ts';
import { wallMsOf } from './recurrence.ts';
import { UTC, type Zone } from './zoned-time.ts';

/** One VEVENT with its values, before recurrence is expanded. */
export interface Vevent {
  uid: string;
  title: string;
  description?: string;
  location?: string;
  seriesId?: string;
  organizer?: string;
  lastModifiedMs?: number;
  attachments: Attachment[];
  startsAtMs: number;
  endsAtMs: number;
  /** The zone in which its rules are expanded. */
  zone: Zone;
  startWallMs: number;
  wallDurationMs: number;
  /** Recurrence rules (RRULE). */
  rules: string[];
  /** Additional occurrences (RDATE). */
  extraMs: number[];
  /** Excluded occurrences (EXDATE): instants, and whole days, counted from 1970 in the event's zone. */
  excludedMs: number[];
  excludedDays: number[];
  /** The occurrence that this one replaces (RECURRENCE-ID). */
  recurrenceMs?: number;
  sequence: number;
  cancelled: boolean;
}

/** What a VEVENT gives: an event, nothing to record, or a complaint. */
export type VeventReading = { kind: 'event'; event: Vevent } | { kind: 'none' } | Complaint;

/** Reads one VEVENT; `none` is an all-day event, which is not recorded. */
export function readVevent(text: string, zoneOf: ZoneOf): VeventReading {
  let component: ICAL.Component;
  try {
    component = new ICAL.Component(ICAL.parse(text) as [string, unknown[], unknown[]]);
    return eventIn(component, zoneOf);
  } catch (error) {
    const uid = /^UID:(.{1,200})$/im.exec(text)?.[1]?.trim();
    const why = error instanceof Error ? error.message : String(error);
    return { ...(uid ? { uid } : {}), text: `the event ${uid ?? '(without UID)'} cannot be read: ${why}` };
  }
}

function eventIn(component: ICAL.Component, zoneOf: ZoneOf): VeventReading {
  const words = wordsIn(component);
  const { uid, title } = words;
  const complain = (what: string): Complaint => ({ ...(uid ? { uid } : {}), text: `"${title || uid}" ${what}` });
  const start = momentOf(component.getFirstProperty('dtstart'), zoneOf);
  if (!uid) return complain('has no UID');
  if (!start) return complain('has no start');
  if (start.isDate) return { kind: 'none' };
  const endsAtMs = endOf(component, start, zoneOf);
  if (endsAtMs === undefined) return complain('has no end');
  if (endsAtMs <= start.atMs) return complain('ends before it begins');
  const excluded = momentsOf(component, 'exdate', zoneOf);
  const recurrence = momentOf(component.getFirstProperty('recurrence-id'), zoneOf);
  return {
    kind: 'event',
    event: {
      ...words,
      attachments: component.getAllProperties('attach').flatMap(attachmentOf),
      startsAtMs: start.atMs,
      endsAtMs,
      zone: start.zone,
      startWallMs: start.wallMs,
      wallDurationMs: start.zone.wallOf(endsAtMs) - start.wallMs,
      rules: component.getAllProperties('rrule').map((rule) => String(rule.getFirstValue())),
      extraMs: momentsOf(component, 'rdate', zoneOf).map(({ atMs }) => atMs),
      excludedMs: excluded.filter(({ isDate }) => !isDate).map(({ atMs }) => atMs),
      excludedDays: excluded.filter(({ isDate }) => isDate).map(({ wallMs }) => Math.floor(wallMs / 86_400_000)),
      ...(recurrence ? { recurrenceMs: recurrence.atMs } : {}),
      sequence: Number(component.getFirstPropertyValue('sequence')) || 0,
      cancelled: String(component.getFirstPropertyValue('status')).toUpperCase() === 'CANCELLED',
    },
  };
}

function wordsIn(component: ICAL.Component) {
  const word = (name: string): string => String(component.getFirstPropertyValue(name) ?? '').trim();
  const optional = (key: string, value: string) => (value ? { [key]: value } : {});
  const organizer = component.getFirstProperty('organizer');
  const modified = momentOf(component.getFirstProperty('last-modified'), () => UTC);
  return {
    uid: word('uid'),
    title: word('summary'),
    ...optional('description', word('description')),
    ...optional('location', word('location')),
    ...optional('seriesId', word('related-to')),
    ...optional('organizer', String(organizer?.getParameter('cn') ?? word('organizer').replace(/^mailto:/i, ''))),
    ...(modified ? { lastModifiedMs: modified.atMs } : {}),
  };
}

interface Moment {
  atMs: number;
  wallMs: number;
  zone: Zone;
  isDate: boolean;
}

const momentOf = (property: ICAL.Property | null, zoneOf: ZoneOf): Moment | undefined =>
  property ? momentsIn(property, zoneOf)[0] : undefined;

const momentsOf = (component: ICAL.Component, name: string, zoneOf: ZoneOf): Moment[] =>
  component.getAllProperties(name).flatMap((property) => momentsIn(property, zoneOf));

function momentsIn(property: ICAL.Property, zoneOf: ZoneOf): Moment[] {
  const tzid = property.getParameter('tzid');
  return property.getValues().flatMap((value: unknown) => {
    const time = value instanceof ICAL.Period ? value.start : value;
    if (!(time instanceof ICAL.Time) || Number.isNaN(wallMsOf(time))) return [];
    const isUtc = time.zone === ICAL.Timezone.utcTimezone;
    // If the start is in UTC, the rule is expanded in UTC.
    const zone = isUtc ? UTC : zoneOf(typeof tzid === 'string' ? tzid : undefined);
    const wallMs = wallMsOf(time);
    return [{ wallMs, zone, atMs: zone.instantOf(wallMs), isDate: time.isDate }];
  });
}

function endOf(component: ICAL.Component, start: Moment, zoneOf: ZoneOf): number | undefined {
  const end = momentOf(component.getFirstProperty('dtend'), zoneOf);
  if (end) return end.atMs;
  const duration: unknown = component.getFirstPropertyValue('duration');
  return duration instanceof ICAL.Duration ? start.atMs + duration.toSeconds() * 1000 : undefined;
}

/** The files inside of the event; linked ones are ignored. */
function attachmentOf(property: ICAL.Property): Attachment[] {
  const parameter = (name: string): string => String(property.getParameter(name) ?? '').replaceAll('"', '');
  const value: unknown = property.getFirstValue();
  const data = value instanceof ICAL.Binary ? value.value : value;
  if (typeof data !== 'string' || parameter('encoding').toUpperCase() !== 'BASE64') return [];
  return [
    {
      name: parameter('x-apple-filename') || parameter('filename'),
      mimeType: parameter('fmttype'),
      content: Buffer.from(data, 'base64').toString('utf8'),
    },
  ];
}
