import { hallWords } from './hall-words.ts';
import type { CalendarHead } from './components.ts';
import type { Vevent, VeventReading } from './vevent.ts';

/** The events of a calendar; broken ones are replaced by those of the last good calendar. */
export interface Chosen {
  events: Vevent[];
  /** Whether some events are those of the last good calendar: then its text has to be kept. */
  isMended: boolean;
  /** UIDs of the events that were taken from the last good calendar. */
  mendedUids: Set<string>;
}

/**
 * Takes the events that could be read. In place of those that could not, it takes what the last good calendar said: of
 * each UID with an event that is lost or has a rule that cannot be followed, all known events that are not in the new
 * calendar. An event that has lost its UID gets the UID of the known event with the same start and title.
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
    const whole = (goodBy.get(uid) ?? []).filter(({ hasLostRule }) => !hasLostRule);
    const there = new Set(whole.map(partOf));
    return before.filter((one) => !one.hasLostRule && !there.has(partOf(one)));
  });
  const mendedUids = new Set(mended.map(({ uid }) => uid));
  const mendedKinds = new Set(mended.map(kindOf));
  const kept = named.filter((one) => !(one.hasLostRule && mendedKinds.has(kindOf(one))));
  const isMended = mended.length > 0 || named.some((one, n) => one !== good[n]);
  return { events: [...kept, ...mended], isMended, mendedUids };
}

/** Whether an event, or the rule of an event, was lost, so that the last good calendar is needed. */
export const isBroken = ({ event, complaints }: VeventReading): boolean =>
  event ? event.hasLostRule : complaints.some(({ weight }) => weight === 'lost');

const kindOf = ({ uid, replaces }: Vevent): string => JSON.stringify([uid, replaces?.atMs]);

/**
 * A key that distinguishes the events of one UID: for an exception its start; for several events, their start and hall.
 */
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

function calendarText({ method, zone, offset, daylight, zones }: CalendarHead, events: readonly Vevent[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    ...(method ? [`METHOD:${method}`] : []),
    ...(zone ? [`X-WR-TIMEZONE:${zone}`] : []),
    ...(offset ? [`TZ:${offset}`] : []),
    ...(daylight ? [`DAYLIGHT:${daylight}`] : []),
    ...zones.flatMap((one) => one.lines),
    ...events.flatMap(linesOfEvent),
    'END:VCALENDAR',
    '',
  ];
  return lines.join('\r\n');
}

/** The lines of an event, with the UID by which it is known. */
function linesOfEvent({ component, uid }: Vevent): string[] {
  const { lines } = component;
  const says = component.properties.some(({ name, value }) => name === 'UID' && value.trim() !== '');
  if (uid === '' || says) return lines;
  const escaped = uid.replaceAll(/[\\;,]/g, (letter) => `\\${letter}`);
  return [lines[0] ?? '', `UID:${escaped}`, ...lines.slice(1).filter((line) => !/^\s*UID\s*[;:]/i.test(line))];
}
