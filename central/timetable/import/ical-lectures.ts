import { readCalendar } from '@amphi/lib/calendar/calendar-read.ts';
import { CalendarError, type CalendarReading, type Identity, type Occurrence } from '@amphi/lib/calendar/calendar.ts';
import { peopleOf } from './csv-lectures.ts';
import { Wrong } from './csv-when.ts';
import { gathered, type Lecture, type Mistake, type Reading, type ReadingOptions } from './lecture.ts';

/**
 * Reads the lectures of a calendar as timetabling systems export it, in the same way as a box: LOCATION is the hall. An
 * event whose time is not certain is a mistake with its line; events that are left out or doubtful get a note.
 */
export async function readIcalLectures(bytes: Uint8Array, options: ReadingOptions): Promise<Reading> {
  const window = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  try {
    return lecturesOf(await readCalendar(bytes, { zone: options.zone, ...window }), options);
  } catch (error) {
    if (!(error instanceof CalendarError)) throw error;
    return { lectures: [], mistakes: [{ line: error.line, message: error.message }], notes: [] };
  }
}

function lecturesOf({ occurrences, complaints, events }: CalendarReading, options: ReadingOptions): Reading {
  const mistakes: Mistake[] = complaints.flatMap(({ weight, line = 1, text }) =>
    weight === 'lost' ? [{ line, message: text }] : [],
  );
  const notes = complaints.flatMap(({ weight, line = 1, text }) =>
    weight === 'lost' ? [] : [`line ${line}: ${text}`],
  );
  const inOrder = occurrences.toSorted((one, other) => one.line - other.line);
  const told = new Set<string>();
  const lectures = gathered(inOrder, mistakes, (occurrence) => {
    const { line, cancelled, event, identity } = occurrence;
    const words = attempt(
      () => wordsOf(occurrence, options),
      (message) => {
        // A mistake is told once for an event, however many occurrences it has: all have the same line.
        if (!told.has(`${line} ${message}`)) mistakes.push({ line, message });
        told.add(`${line} ${message}`);
      },
    );
    if (!words) return [];
    const { startsAtMs, endsAtMs } = event;
    const key = keyOf(identity);
    return [
      { line, ...(key ? { key } : {}), ...words, startsAtMs, endsAtMs, ...(cancelled ? { cancelled: true } : {}) },
    ];
  });
  if (events === 0 && mistakes.length === 0) mistakes.push({ line: 1, message: 'there is no event in it' });
  return { lectures, mistakes, notes };
}

function attempt<T>(read: () => T, wrong: (message: string) => void): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    wrong(error.message);
    return undefined;
  }
}

/**
 * The name of an occurrence: its UID, and for one of several the moment at which it was planned first:
 * `u1/2026-10-19T06:30Z`. Undefined for a lecture without a UID.
 */
function keyOf({ uid, atMs, hall }: Identity): string | undefined {
  if (uid === undefined) return undefined;
  const at = atMs === undefined ? '' : `/${new Date(atMs).toISOString().slice(0, 16)}Z`;
  return `${uid}${at}${hall === undefined ? '' : `@${hall}`}`;
}

const LABEL =
  /^\s*(?:enseignante?s?|intervenante?s?|professeurs?|formateurs?|teachers?|lecturers?|staff|instructors?|speakers?)\s*:\s*(.+)$/i;
/**
 * Line at the end of a description that says when it was exported, as ADE and others write it. It is removed, since it
 * changes with each export.
 */
const STAMP = /^\s*\(?(?:exporté|modifié|mis à jour|exported|updated|modified)\s*(?:le|on)?\s*:.*\)?\s*$/i;

/**
 * Texts of an occurrence. People come from a labelled line of the description, else from the organizer. A cancelled
 * occurrence needs neither hall nor title.
 */
function wordsOf(
  { event, cancelled }: Occurrence,
  options: ReadingOptions,
): Omit<Lecture, 'line' | 'startsAtMs' | 'endsAtMs'> {
  const hall = event.location ?? options.hall ?? '';
  if (!event.title && !cancelled) throw new Wrong('SUMMARY, the title, is missing');
  if (!hall && !cancelled) throw new Wrong(`"${event.title}": LOCATION, the hall, is missing`);
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
  };
}
