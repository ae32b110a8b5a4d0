import { CalendarError, type CalendarEvent, type CalendarReading, type Complaint } from './calendar.ts';
import { cutCalendar } from './calendar-lines.ts';
import { readVevent, type Vevent } from './calendar-vevent.ts';
import { RecurrenceError, startsOf } from './recurrence.ts';
import type { Zone } from './zoned-time.ts';
import { zonesOf } from './calendar-zones.ts';

/** What a reading needs besides the text. */
export interface ReadingOptions {
  /** The hall's zone: times without a zone are in it. */
  zone: Zone;
  /** The window [fromMs, toMs): an event is given if a part of it is inside. */
  fromMs: number;
  toMs: number;
}

const MAX_EVENTS = 20_000;

/**
 * Reads any calendar: recurrence (RRULE, RDATE, EXDATE, RECURRENCE-ID), zones, durations. An event that cannot be
 * recorded (no end, wrong rule) becomes a complaint, and the others are given. All-day and cancelled events are left
 * out. Throws `CalendarError` if the text is no calendar, not a whole one, or too large.
 */
export function readCalendar(text: string, options: ReadingOptions): CalendarReading {
  const cut = cutCalendar(text);
  if (cut.events.length > MAX_EVENTS) throw new CalendarError(`there are more than ${MAX_EVENTS} events`);
  const complaints: Complaint[] = [];
  const zoneOf = zonesOf(cut.zones, options.zone, complaints);
  const families = new Map<string, Vevent[]>();
  for (const one of cut.events) {
    const read = readVevent(one, zoneOf);
    if ('text' in read) complaints.push(read);
    else if (read.kind === 'event') families.set(read.event.uid, [...(families.get(read.event.uid) ?? []), read.event]);
  }
  const events: CalendarEvent[] = [];
  for (const family of families.values()) {
    try {
      events.push(...occurrencesOf(family, options));
    } catch (error) {
      if (!(error instanceof RecurrenceError)) throw error;
      complaints.push({ uid: family[0]?.uid ?? '', text: `"${family[0]?.title}": ${error.message}` });
    }
    if (events.length > MAX_EVENTS) throw new CalendarError(`there are more than ${MAX_EVENTS} events`);
  }
  return { events: events.toSorted((one, other) => one.startsAtMs - other.startsAtMs), complaints };
}

/**
 * The events with one UID: a single event, a rule with its exceptions, or, as some programs write, several single
 * events.
 */
function occurrencesOf(family: readonly Vevent[], options: ReadingOptions): CalendarEvent[] {
  const overrides = family.filter(({ recurrenceMs }) => recurrenceMs !== undefined);
  const masters = latest(family.filter(({ recurrenceMs }) => recurrenceMs === undefined));
  const replaced = new Set(overrides.map(({ recurrenceMs }) => recurrenceMs));
  const inside = ({ startsAtMs, endsAtMs }: CalendarEvent): boolean =>
    endsAtMs > options.fromMs && startsAtMs < options.toMs;
  const own = masters.flatMap((master, index) => {
    const single = master.rules.length === 0 && master.extraMs.length === 0;
    if (single && overrides.length === 0) {
      if (master.cancelled) return [];
      return [eventOf(master, index === 0 ? master.uid : idOf(master, master.startsAtMs), master.startsAtMs)];
    }
    if (master.cancelled) return [];
    return startsIn(master, options)
      .filter((startsAtMs) => !replaced.has(startsAtMs))
      .map((startsAtMs) => eventOf(master, idOf(master, startsAtMs), startsAtMs));
  });
  const moved = overrides
    .filter(({ cancelled }) => !cancelled)
    .map((one) => eventOf(one, idOf(one, one.recurrenceMs ?? one.startsAtMs), one.startsAtMs));
  return [...own, ...moved].filter(inside);
}

/** The events that count: of several versions of one event the last, of several events with one UID all. */
function latest(masters: readonly Vevent[]): Vevent[] {
  const sequences = new Set(masters.map(({ sequence }) => sequence));
  if (sequences.size > 1) return masters.filter(({ sequence }) => sequence === Math.max(...sequences)).slice(-1);
  return masters.filter(
    (one, index) => masters.findLastIndex((other) => other.startsAtMs === one.startsAtMs) === index,
  );
}

function startsIn(master: Vevent, { fromMs, toMs }: ReadingOptions): number[] {
  const { zone, wallDurationMs, startWallMs } = master;
  const fromWallMs = zone.wallOf(fromMs) - wallDurationMs - DAY_MS;
  const toWallMs = zone.wallOf(toMs) + DAY_MS;
  const byRule = master.rules.flatMap((text) =>
    startsOf({ text, firstWallMs: startWallMs, wallOf: zone.wallOf }, fromWallMs, toWallMs),
  );
  const all = new Set([master.startsAtMs, ...byRule.map((wallMs) => zone.instantOf(wallMs)), ...master.extraMs]);
  const excludedDays = new Set(master.excludedDays);
  return [...all].filter(
    (atMs) => !master.excludedMs.includes(atMs) && !excludedDays.has(Math.floor(zone.wallOf(atMs) / DAY_MS)),
  );
}

const DAY_MS = 86_400_000;

function eventOf(of: Vevent, id: string, startsAtMs: number): CalendarEvent {
  const { uid, title, description, location, seriesId, organizer, lastModifiedMs, attachments } = of;
  const endsAtMs =
    startsAtMs === of.startsAtMs ? of.endsAtMs : of.zone.instantOf(of.zone.wallOf(startsAtMs) + of.wallDurationMs);
  return {
    id,
    uid,
    startsAtMs,
    endsAtMs,
    title,
    ...(description ? { description } : {}),
    ...(location ? { location } : {}),
    ...(seriesId ? { seriesId } : {}),
    ...(organizer ? { organizer } : {}),
    ...(lastModifiedMs === undefined ? {} : { lastModifiedMs }),
    attachments,
  };
}

/** Key of an occurrence; it stays the same if the occurrence is moved. */
const idOf = ({ uid, zone }: Vevent, originalMs: number): string =>
  `${uid}:${new Date(zone.wallOf(originalMs)).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}`;
