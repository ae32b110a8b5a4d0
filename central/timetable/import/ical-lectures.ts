import type { Complaint } from '@amphi/lib/opencast/calendars/calendar.ts';
import { zonesOf } from '@amphi/lib/opencast/calendars/calendar-zones.ts';
import { readVevent, type Vevent } from '@amphi/lib/opencast/calendars/calendar-vevent.ts';
import { RecurrenceError } from '@amphi/lib/opencast/calendars/recurrence.ts';
import { UTC, type Zone } from '@amphi/lib/opencast/calendars/zoned-time.ts';
import { wallsOf } from '../repeated.ts';
import { peopleOf } from './csv-lectures.ts';
import { Wrong } from './csv-when.ts';
import { componentsOf } from './ical-text.ts';
import {
  dayOf,
  gathered,
  LONGEST_MS,
  type Lecture,
  type Mistake,
  type Reading,
  type ReadingOptions,
} from './lecture.ts';

/** An event and where it stands. */
interface Placed {
  line: number;
  event: Vevent;
}

/**
 * The lectures of a calendar as timetabling systems export it: LOCATION is the hall, rules are reckoned on its wall, exclusions
 * and moved occurrences respected. Every mistake has the line of its event.
 */
export function readIcalLectures(text: string, options: ReadingOptions): Reading {
  const { components, mistakes: formless } = componentsOf(text);
  const mistakes: Mistake[] = [...formless];
  const notes: string[] = [];
  const complaints: Complaint[] = [];
  const described = components.filter(({ name }) => name === 'VTIMEZONE').map((one) => one.text);
  const zoneOf = zonesOf(described, options.zone, complaints);
  const vevents = components.filter(({ name }) => name === 'VEVENT');
  const events = vevents.flatMap(({ line, text: words }): Placed[] => {
    const read = readVevent(words, zoneOf);
    notes.push(...complaints.splice(0).map((complaint) => `line ${line}: ${complaint.text}`));
    if ('text' in read) mistakes.push({ line, message: read.text });
    else if (read.kind === 'none') notes.push(`line ${line}: an event of whole days is left out`);
    return 'kind' in read && read.kind === 'event' ? [{ line, event: read.event }] : [];
  });
  const lectures = lecturesOf(events, options, mistakes);
  if (vevents.length === 0 && mistakes.length === 0) mistakes.push({ line: 1, message: 'there is no event in it' });
  return { lectures, mistakes, notes };
}

function lecturesOf(events: readonly Placed[], options: ReadingOptions, mistakes: Mistake[]): Lecture[] {
  const replaced = new Set(
    events.flatMap(({ event }) =>
      event.recurrenceMs === undefined ? [] : [keyAt(event, event.recurrenceMs, options)],
    ),
  );
  return gathered(events, mistakes, ({ line, event }) => {
    try {
      return spansOf(event, replaced, options).map((span) => ({ line, ...wordsOf(event, options), ...span }));
    } catch (error) {
      if (!(error instanceof Wrong || error instanceof RecurrenceError)) throw error;
      mistakes.push({ line, message: `"${event.title}": ${error.message}` });
      return [];
    }
  });
}

const LABEL =
  /^\s*(?:enseignante?s?|intervenante?s?|professeurs?|formateurs?|teachers?|lecturers?|staff|instructors?|speakers?)\s*:\s*(.+)$/i;
/** ADE and others end each description with when it was exported, so that it differs every time. */
const STAMP = /^\s*\(?(?:exporté|modifié|mis à jour|exported|updated|modified)\s*(?:le|on)?\s*:.*\)?\s*$/i;

/** People are in a line of the description with their label, or are the organizer. */
function wordsOf(event: Vevent, options: ReadingOptions): Omit<Lecture, 'line' | 'startsAtMs' | 'endsAtMs'> {
  const hall = event.location ?? options.hall;
  if (!event.title) throw new Wrong('SUMMARY, the title, is missing');
  if (!hall) throw new Wrong('LOCATION, the hall, is missing');
  const lines = (event.description ?? '').split('\n');
  const named = lines.flatMap((line) => peopleOf(LABEL.exec(line)?.[1] ?? ''));
  const presenters = named.length > 0 ? named : peopleOf(event.organizer ?? '');
  const kept = lines.filter((line) => !STAMP.test(line));
  const series = event.seriesId ?? options.series;
  const description = kept.join('\n').trim();
  return {
    hall,
    title: event.title,
    ...(presenters.length > 0 ? { presenters } : {}),
    ...(series ? { series } : {}),
    ...(description ? { description } : {}),
    ...(event.cancelled ? { cancelled: true } : {}),
  };
}

type Span = Pick<Lecture, 'key' | 'startsAtMs' | 'endsAtMs'>;

function spansOf(event: Vevent, replaced: ReadonlySet<string>, options: ReadingOptions): Span[] {
  const { startsAtMs, endsAtMs, uid } = event;
  const hours = (endsAtMs - startsAtMs) / 3_600_000;
  if (endsAtMs - startsAtMs > LONGEST_MS) throw new Wrong(`it lasts ${hours.toFixed(1)} hours: is its end right?`);
  if (event.recurrenceMs !== undefined)
    return [{ key: keyAt(event, event.recurrenceMs, options), startsAtMs, endsAtMs }];
  if (event.rules.length === 0 && event.extraMs.length === 0) return [{ key: uid, startsAtMs, endsAtMs }];
  const zone = zoneOfRules(event, options);
  return beginningsOf(event, zone)
    .map((atMs) => ({
      key: keyAt(event, atMs, options),
      startsAtMs: atMs,
      endsAtMs: zone.instantOf(zone.wallOf(atMs) + zone.wallOf(endsAtMs) - zone.wallOf(startsAtMs)),
    }))
    .filter(({ key }) => !replaced.has(key));
}

/** A beginning given in UTC is that of a lecture all the same: its rule is reckoned on the wall of the hall. */
const zoneOfRules = ({ zone }: Vevent, options: ReadingOptions): Zone => (zone === UTC ? options.zone : zone);

/** Names an occurrence by its day, so that another hour leaves it what it is. */
const keyAt = (event: Vevent, atMs: number, options: ReadingOptions): string =>
  `${event.uid}/${dayOf(zoneOfRules(event, options), atMs)}`;

function beginningsOf(event: Vevent, zone: Zone): number[] {
  const firstWallMs = zone.wallOf(event.startsAtMs);
  const ruled = event.rules.flatMap((rule) =>
    wallsOf({ rule, firstWallMs, zone }).map((wallMs) => zone.instantOf(wallMs)),
  );
  const all = new Set([...(event.rules.length > 0 ? ruled : [event.startsAtMs]), ...event.extraMs]);
  const days = new Set(event.excludedDays);
  const out = new Set(event.excludedMs);
  return [...all]
    .filter((atMs) => !out.has(atMs) && !days.has(Math.floor(zone.wallOf(atMs) / 86_400_000)))
    .toSorted((one, other) => one - other);
}
