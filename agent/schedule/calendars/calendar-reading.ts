import { createHash } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
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
import { syncFolder, syncPath, writeFileAtomically } from '#lib/runtime/files.ts';
import type { Planned, SourceKind } from '../timetable/timetable.ts';
import { doubtOf } from './sudden-emptiness.ts';

/** A reading of a calendar. All of it can be sent to a worker. */
export interface ReadingTask {
  /** File of the last calendar that was believed; `<file>.known.json` has what it does not say itself. */
  file: string;
  /** A new calendar, which replaces it if it can be read and is not doubted. */
  arrived?: string;
  zone: string;
  fromMs: number;
  toMs: number;
  nowMs: number;
  source: SourceKind;
  from: string;
  /** Place; only its events are read. */
  location?: string;
  /** It is the calendar of this hall alone: events that name no place are here. */
  isOwn?: boolean;
  /** Whether the new calendar is believed even if it is suddenly empty. */
  believes?: boolean;
}

/** The result of a reading. */
export interface Reading {
  bookings: Planned[];
  complaints: Complaint[];
  /** Why the new calendar is not believed: the bookings are those of the one before. */
  doubt?: string;
}

/**
 * Reads a calendar from disk. For an event that is broken in the new calendar, the text of the last good one counts, expanded
 * anew. A new calendar that is suddenly empty is doubted. Rejects with CalendarError if the new one is of no use; then the last one
 * stays.
 */
export async function readCalendarFile(task: ReadingTask): Promise<Reading> {
  const known = await knownIn(task.file);
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
  /** Text of the calendar with what was good before for what was broken in it. */
  kept?: string;
  shared: SharedUids;
}

const memoryOf = (file: string): string => `${file}.known.json`;

async function knownIn(file: string): Promise<KnownCalendar | undefined> {
  const { kept, shared } = await memoryIn(file);
  const bytes = kept === undefined ? await readFile(file).catch(() => undefined) : Buffer.from(kept);
  return bytes && { bytes, shared };
}

async function memoryIn(file: string): Promise<Memory> {
  try {
    const { kept, shared } = JSON.parse(await readFile(memoryOf(file), 'utf8')) as Partial<Memory>;
    return { ...(typeof kept === 'string' ? { kept } : {}), shared: Array.isArray(shared) ? shared : [] };
  } catch {
    return { shared: [] };
  }
}

async function remember(file: string, { kept, shared }: CalendarReading): Promise<void> {
  const memory: Memory = { ...(kept === undefined ? {} : { kept }), shared };
  if (kept === undefined && shared.length === 0) await rm(memoryOf(file), { force: true });
  else await writeFileAtomically(memoryOf(file), JSON.stringify(memory));
}

/** Removes what is kept of a calendar. */
export async function forgetCalendar(file: string): Promise<void> {
  for (const one of [file, `${file}.part`, memoryOf(file)]) await rm(one, { force: true });
}

async function takeOver(arrived: string, file: string): Promise<void> {
  await syncPath(arrived);
  await rename(arrived, file);
  await syncFolder(dirname(file));
}
