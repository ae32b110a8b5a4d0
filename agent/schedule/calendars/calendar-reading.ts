import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readCalendar } from '#lib/calendar/calendar-read.ts';
import type {
  CalendarEvent,
  CalendarReading,
  Complaint,
  KnownCalendar,
  SharedUids,
  Weight,
} from '#lib/calendar/calendar.ts';
import { isIn } from '#lib/calendar/hall-words.ts';
import { ianaZone, UTC } from '#lib/calendar/zones/zoned-time.ts';
import { EPISODE_FILE } from '#lib/opencast/calendars/attachments.ts';
import { bookingOf } from '#lib/opencast/calendars/booking.ts';
import { replaceFile } from '#lib/runtime/disk/replace-file.ts';
import { syncFolder, syncPath } from '#lib/runtime/files.ts';
import { openJsonFile, type JsonFile } from '#lib/runtime/json-file.ts';
import type { Planned } from '../timetable/timetable.ts';
import { memoryOf, type Reading, type ReadingTask } from './reading-task.ts';
import { doubtOf } from './sudden-emptiness.ts';

/**
 * Reads a calendar from disk. If an event of the new calendar has errors, its text in the last good one is used. A new
 * calendar that is suddenly empty is doubted: then the bookings are those of the one before. Rejects with a
 * CalendarError if the new calendar cannot be used; the last one stays then.
 */
export async function readCalendarFile(task: ReadingTask): Promise<Reading> {
  const troubles: string[] = [];
  const known = await knownIn(task.file, (trouble) => troubles.push(trouble));
  const reading = await readWith(known, task);
  return { ...reading, complaints: [...reading.complaints, ...troubles.map(damagedNote)] };
}

async function readWith(known: KnownCalendar | undefined, task: ReadingTask): Promise<Reading> {
  const { arrived, believes = false } = task;
  const bytes = await readFile(arrived ?? task.file);
  const read = await readCalendar(bytes, { ...windowOf(task), ...(known ? { known } : {}) });
  const reading = readingOf(read, task);
  if (arrived === undefined) return reading;
  const hasAhead = reading.bookings.some(({ endsAtMs }) => endsAtMs > task.nowMs);
  if (!believes && !hasAhead && known) {
    const before = readingOf(await readCalendar(known.bytes, { ...windowOf(task), known }), task);
    const doubt = doubtOf({ before: before.bookings, bookings: reading.bookings, read, nowMs: task.nowMs });
    if (doubt) return { ...before, doubt };
  }
  await takeOver(arrived, task.file);
  await remember(task.file, read);
  return reading;
}

const windowOf = ({ zone, fromMs, toMs }: ReadingTask) => ({ zone: ianaZone(zone) ?? UTC, fromMs, toMs });

const WEIGHTS: readonly Weight[] = ['lost', 'doubt', 'trifle'];

function readingOf({ occurrences, complaints }: CalendarReading, task: ReadingTask): Reading {
  const { location, isOwn = false } = task;
  const isHere = ({ location: place }: CalendarEvent): boolean =>
    location === undefined || (place === undefined ? isOwn : isIn(place, location));
  const taking = occurrences.filter(({ cancelled }) => !cancelled).map(({ event }) => event);
  const here = taking.filter(isHere);
  const elsewhere = taking.length > 0 && here.length === 0 ? [elsewhereNote(taking.length, location ?? '')] : [];
  return {
    bookings: here.map((event) => plannedOf(event, task)),
    complaints: [...complaints, ...elsewhere].toSorted(
      (one, other) => WEIGHTS.indexOf(one.weight) - WEIGHTS.indexOf(other.weight),
    ),
  };
}

const elsewhereNote = (count: number, location: string): Complaint => ({
  weight: 'trifle',
  text: `none of its ${count} events is in ${location}`,
});

function plannedOf(event: CalendarEvent, { source, from }: ReadingTask): Planned {
  const episodeXml = event.attachments.find(({ name }) => name === EPISODE_FILE)?.content;
  const booking = bookingOf(event);
  return { ...booking, id: plainId(booking.id), source, from, ...(episodeXml ? { episodeXml } : {}) };
}

/** An id that can be used in file names and requests; an unusual one is replaced by its hash. */
export const plainId = (id: string): string =>
  /^[\w\-.:;()@+]{1,160}$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 40);

interface Memory {
  /** Text of the calendar, in which events with errors are replaced by their last good text. */
  kept?: string;
  shared: SharedUids;
}

/**
 * Bytes of the file beside a calendar, which may contain the calendar's text: twice the largest calendar that settings
 * allow, with escapes. A larger file is not used.
 */
const MOST_MEMORY_BYTES = 2 * 1_000_000_000;

/** Opens the file beside a calendar with what is known of it; `tell` is called if the file cannot be used. */
const openKnown = (file: string, tell: (trouble: string) => void): JsonFile<Memory> =>
  openJsonFile<Memory>({
    path: memoryOf(file),
    check: memoryFrom,
    otherwise: { shared: [] },
    what: 'what was known of a calendar',
    mostBytes: MOST_MEMORY_BYTES,
    log: { error: (facts: object) => tell((facts as { error: string }).error) },
  });

function memoryFrom(given: unknown): Memory {
  const { kept, shared } = given as Partial<Memory>;
  if (!Array.isArray(shared) || (kept !== undefined && typeof kept !== 'string'))
    throw new Error('it is something else');
  return given as Memory;
}

async function knownIn(file: string, tell: (trouble: string) => void): Promise<KnownCalendar | undefined> {
  const { kept, shared } = await openKnown(file, tell).read();
  const bytes = kept === undefined ? await readFile(file).catch(() => undefined) : Buffer.from(kept);
  return bytes && { bytes, shared };
}

async function remember(file: string, { kept, shared }: CalendarReading): Promise<void> {
  const known = openKnown(file, () => undefined);
  if (kept === undefined && shared.length === 0) await known.remove();
  else await known.write({ ...(kept === undefined ? {} : { kept }), shared });
}

const damagedNote = (trouble: string): Complaint => ({
  weight: 'trifle',
  text: `what was known of it was damaged and was set aside: ${trouble}`,
});

async function takeOver(arrived: string, file: string): Promise<void> {
  await syncPath(arrived);
  await replaceFile(arrived, file);
  await syncFolder(dirname(file));
}
