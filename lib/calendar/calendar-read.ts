import { openTurns, type Turns } from '#lib/runtime/turns.ts';
import {
  CalendarError,
  type CalendarReading,
  type Complaint,
  type KnownCalendar,
  type Occurrence,
  type SharedUids,
} from './calendar.ts';
import { MOST_EVENTS, openComponentReader, type CalendarHead, type Components } from './components.ts';
import type { Zones } from './event-moments.ts';
import { familiesOf, type Family } from './families.ts';
import { chosenEvents, isBroken, textOf } from './known-good.ts';
import { occurrencesOf, type Window } from './occurrences.ts';
import { RecurrenceError } from './rules/rule-text.ts';
import { linesOf } from './text-lines.ts';
import { readVevent, type Vevent, type VeventReading } from './vevent.ts';
import { zoneOfOffsets } from './zones/guessed-zone.ts';
import { isUtcName, zonesOf, type ZoneOf } from './zones/zone-names.ts';
import type { Zone } from './zones/zoned-time.ts';

/** Settings of a reading. */
export interface ReadingOptions {
  /** The hall's zone: times without a zone are in it. */
  zone: Zone;
  /**
   * The window [fromMs, toMs): an event is given if a part of it is inside. If the window has no end, each rule needs
   * an UNTIL or a COUNT.
   */
  fromMs: number;
  toMs: number;
  /** The last good reading of the same calendar. */
  known?: KnownCalendar;
}

/**
 * Reads any calendar: recurrence, zones, exceptions, in whatever form programs write them. An event whose time would be
 * a guess is lost, with a complaint, and the others are given; what the last good calendar said of the lost event
 * counts instead. Throws `CalendarError` if the bytes are no calendar, are cut off, or have too many events.
 */
export async function readCalendar(bytes: Uint8Array, options: ReadingOptions): Promise<CalendarReading> {
  const turns = openTurns();
  const { events: components, notes } = await componentsOf(bytes, turns);
  const readings = await readAll(components, options.zone, turns);
  const needsKnown = readings.some((one) => isBroken(one) || one.uid === '');
  const known = needsKnown ? await knownEvents(options, turns) : [];
  const { events, isMended, mendedUids } = chosenEvents(readings, known);
  const complaints = [...notes, ...readings.flatMap((one) => one.complaints.map((text) => mended(text, mendedUids)))];
  const families = familiesOf(events, await sharedUids(events, options, turns), (note) => complaints.push(note));
  const occurrences = await expanded(families, options, complaints, turns);
  return {
    occurrences: occurrences.toSorted((one, other) => one.event.startsAtMs - other.event.startsAtMs),
    complaints: complaints.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0)),
    events: components.length,
    ...(isMended ? { kept: textOf(events) } : {}),
    shared: families.flatMap(({ uid, isShared, plainMs }): SharedUids => (isShared ? [[uid, plainMs]] : [])),
  };
}

/** Whether a file is a calendar, by its first lines. */
export function isCalendar(bytes: Uint8Array): boolean {
  let looked = 0;
  for (const { text } of linesOf(bytes.subarray(0, BEGINNING))) {
    if (/BEGIN\s*:\s*VCALENDAR\s*$/i.test(text)) return true;
    if (++looked > 200) return false;
  }
  return false;
}

/** Number of complaints from which on only those about lost events are given; doubts and trifles are left out. */
const MOST_TOLD = 5000;
/** Bytes within which a calendar must begin; a file that begins later is taken for another kind. */
const BEGINNING = 64 << 10;

async function componentsOf(bytes: Uint8Array, turns: Turns): Promise<Components> {
  const packed = packedAs(bytes);
  if (packed) throw new CalendarError(`it is a packed file (${packed}), no calendar: unpack it first`);
  const reader = openComponentReader();
  const guesses: Complaint[] = [];
  const tell = (encoding: string) => guesses.push({ line: 1, weight: 'trifle', text: `it is read as ${encoding}` });
  for (const line of linesOf(bytes, tell)) {
    reader.take(line);
    await turns.over();
  }
  const { events, notes } = reader.end();
  return { events, notes: [...guesses, ...notes] };
}

/** Programs that pack files, by the first bytes of what they write. */
const PACKED: readonly [name: string, sign: readonly number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['ZIP', [0x50, 0x4b, 0x03, 0x04]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58]],
];

const packedAs = (bytes: Uint8Array): string | undefined =>
  PACKED.find(([, sign]) => sign.every((byte, n) => bytes[n] === byte))?.[0];

async function readAll(components: Components['events'], hall: Zone, turns: Turns): Promise<VeventReading[]> {
  const heads = new Map<CalendarHead, Zones>();
  const readings: VeventReading[] = [];
  for (const component of components) {
    const { calendar } = component;
    const zones = heads.get(calendar) ?? zonesIn(calendar, hall);
    heads.set(calendar, zones);
    readings.push(readVevent(component, zones));
    await turns.over();
  }
  return readings;
}

function zonesIn(calendar: CalendarHead, hall: Zone): Zones {
  const of = zonesOf(calendar.zones, hall);
  return { hall, floating: floatingZone(calendar, hall, of), of, told: new Set() };
}

/**
 * The zone of times that name none: X-WR-TIMEZONE, unless that is UTC, which programs write without meaning it, or
 * unknown; then that of TZ and DAYLIGHT (vCalendar 1.0), then the hall's zone.
 */
function floatingZone({ zone, offset, daylight }: CalendarHead, hall: Zone, of: ZoneOf): Zone {
  const named = zone === '' || isUtcName(zone) ? undefined : of(zone, Date.UTC(2026, 0));
  return named && named.guess === undefined ? named.zone : (zoneOfOffsets(offset, daylight, hall) ?? hall);
}

async function knownEvents({ known, zone }: ReadingOptions, turns: Turns): Promise<Vevent[]> {
  if (!known) return [];
  try {
    const { events } = await componentsOf(known.bytes, turns);
    const readings = await readAll(events, zone, turns);
    return readings.flatMap(({ event }) => event ?? []);
  } catch (error) {
    if (!(error instanceof CalendarError)) throw error;
    return [];
  }
}

const mended = (complaint: Complaint, uids: ReadonlySet<string>): Complaint =>
  complaint.weight !== 'trifle' && complaint.uid !== undefined && uids.has(complaint.uid)
    ? { ...complaint, text: `${complaint.text}; what the last good calendar said of it counts` }
    : complaint;

/**
 * The UIDs that were shared before; and of those that are shared now for the first time, the event that had the UID
 * alone before.
 */
async function sharedUids(events: readonly Vevent[], options: ReadingOptions, turns: Turns): Promise<SharedUids> {
  const before = options.known?.shared ?? [];
  if (!options.known) return before;
  const there = new Set(events.map(({ uid }) => uid));
  const remembered = before.filter(([uid]) => there.has(uid));
  const mastersOf = (all: readonly Vevent[]): Map<string, Vevent[]> =>
    Map.groupBy(
      all.filter(({ uid, replaces }) => uid !== '' && !replaces),
      ({ uid }) => uid,
    );
  const told = new Set(before.map(([uid]) => uid));
  const fresh = [...mastersOf(events)].filter(([uid, masters]) => masters.length > 1 && !told.has(uid));
  if (fresh.length === 0) return remembered;
  const known = mastersOf(await knownEvents(options, turns));
  return [...remembered, ...fresh.flatMap(([uid]): SharedUids => plainOf(uid, known.get(uid) ?? []))];
}

function plainOf(uid: string, masters: readonly Vevent[]): SharedUids {
  const [first] = masters;
  return masters.length === 1 && first?.start ? [[uid, first.start.atMs]] : [];
}

async function expanded(
  families: readonly Family[],
  window: Window,
  complaints: Complaint[],
  turns: Turns,
): Promise<Occurrence[]> {
  const found: Occurrence[] = [];
  for (const family of families) {
    const [first] = [...family.masters, ...family.exceptions];
    const base = { ...(family.isSaid ? { uid: family.uid } : {}), line: first?.component.line ?? 1 };
    const named = `"${first?.words.title || family.uid}"`;
    try {
      const steps = occurrencesOf(family, window, (weight, text, line = base.line) => {
        if (complaints.length < MOST_TOLD) complaints.push({ ...base, line, weight, text: `${named} ${text}` });
      });
      for (let step = steps.next(); ; step = steps.next()) {
        await turns.over();
        if (!step.done) continue;
        found.push(...step.value);
        break;
      }
    } catch (error) {
      if (!(error instanceof RecurrenceError)) throw error;
      complaints.push({ ...base, weight: 'lost', text: `${named}: ${error.message}` });
    }
    if (found.length > MOST_EVENTS) throw new CalendarError(`there are more than ${MOST_EVENTS} events`);
  }
  return found;
}
