import { hallWords } from './hall-words.ts';
import type { CalendarHead } from './components.ts';
import type { Vevent, VeventReading } from './vevent.ts';

/** An event of the calendar, or of the last good one in its place. */
export interface Chosen {
  events: Vevent[];
  /** Whether some are those of the last good calendar: then its text has to be kept. */
  isMended: boolean;
  /** UIDs for which the last good one counts. */
  mendedUids: Set<string>;
}

/**
 * Takes the events that could be read, and for those that could not, what the last good calendar said of them: of a UID with an
 * event that is lost or whose rule cannot be followed, each known event without a counterpart. An event that has lost its UID
 * has that of the known one with its start and title.
 */
export function chosenEvents(readings: readonly VeventReading[], known: readonly Vevent[]): Chosen {
  const good = readings.flatMap(({ event }) => event ?? []);
  const broken = new Set(readings.filter(isBroken).map(({ uid }) => uid));
  const named = withUids(good, known);
  const knownBy = Map.groupBy(known, ({ uid }) => uid);
  const goodBy = Map.groupBy(named, ({ uid }) => uid);
  const mended = [...broken].flatMap((uid) => {
    if (uid === '') return [];
    const before = knownBy.get(uid) ?? [];
    const partOf = partsOf(before);
    const whole = (goodBy.get(uid) ?? []).filter(({ isMaimed }) => !isMaimed);
    const there = new Set(whole.map(partOf));
    return before.filter((one) => !one.isMaimed && !there.has(partOf(one)));
  });
  const mendedUids = new Set(mended.map(({ uid }) => uid));
  const mendedKinds = new Set(mended.map(kindOf));
  const kept = named.filter((one) => !(one.isMaimed && mendedKinds.has(kindOf(one))));
  const isMended = mended.length > 0 || named.some((one, n) => one !== good[n]);
  return { events: [...kept, ...mended], isMended, mendedUids };
}

/** Whether some of it was lost, so that the last good calendar is asked. */
export const isBroken = ({ event, complaints }: VeventReading): boolean =>
  event ? event.isMaimed : complaints.some(({ weight }) => weight === 'lost');

const kindOf = ({ uid, replaces }: Vevent): string => JSON.stringify([uid, replaces?.atMs]);

/** What tells which event of a UID one is: an exception its start; of several events their start and hall. */
function partsOf(before: readonly Vevent[]): (one: Vevent) => string {
  const isOne = before.filter(({ replaces }) => !replaces).length === 1;
  return ({ replaces, start, words }) => {
    if (replaces) return JSON.stringify(['exception', replaces.atMs]);
    return isOne ? 'event' : JSON.stringify([start?.atMs, hallWords(words.location ?? '')]);
  };
}

function withUids(events: readonly Vevent[], known: readonly Vevent[]): Vevent[] {
  if (known.length === 0 || events.every(({ uid }) => uid !== '')) return [...events];
  const there = new Set(events.map(({ uid }) => uid));
  const likeness = ({ start, words, replaces }: Vevent): string =>
    JSON.stringify([start?.atMs, replaces?.atMs, words.title]);
  const lost = new Map(
    known.flatMap((one) => (one.uid !== '' && !there.has(one.uid) ? [[likeness(one), one.uid] as const] : [])),
  );
  return events.map((event) => {
    const uid = event.uid === '' ? lost.get(likeness(event)) : undefined;
    return uid === undefined ? event : { ...event, uid };
  });
}

/** The text of events, each in a calendar with its own head, so that it can be read again. */
export function textOf(events: readonly Vevent[]): string {
  const heads = Map.groupBy(events, ({ component }) => component.calendar);
  return [...heads].map(([head, own]) => calendarText(head, own)).join('');
}

function calendarText({ method, zone, zones }: CalendarHead, events: readonly Vevent[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...(method ? [`METHOD:${method}`] : []),
    ...(zone ? [`X-WR-TIMEZONE:${zone}`] : []),
    ...zones.flatMap((one) => one.lines),
    ...events.flatMap(linesOfEvent),
    'END:VCALENDAR',
    '',
  ];
  return lines.join('\r\n');
}

/** With the UID that it is known by. */
function linesOfEvent({ component, uid }: Vevent): string[] {
  const { lines } = component;
  const says = component.properties.some(({ name, value }) => name === 'UID' && value.trim() !== '');
  if (uid === '' || says) return lines;
  const escaped = uid.replaceAll(/[\\;,]/g, (letter) => `\\${letter}`);
  return [lines[0] ?? '', `UID:${escaped}`, ...lines.slice(1).filter((line) => !/^\s*UID\s*[;:]/i.test(line))];
}
