import { open, readFile, rename, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { bookingOf } from '#lib/opencast/calendars/booking.ts';
import { EPISODE_FILE, type CalendarEvent, type Complaint } from '#lib/opencast/calendars/calendar.ts';
import { readCalendar } from '#lib/opencast/calendars/calendar-read.ts';
import { ianaZone, UTC } from '#lib/opencast/calendars/zoned-time.ts';
import { syncFolder, writeFileAtomically } from '#lib/runtime/files.ts';
import type { Planned, SourceKind } from '../timetable/timetable.ts';

/** A reading of a calendar. All of it can be sent to a worker. */
export interface ReadingTask {
  /** File of the last good calendar; `<file>.kept.json` has events of earlier ones that are broken in the last one. */
  file: string;
  /** A new calendar, which replaces the last good one if it can be read. */
  arrived?: string;
  zone: string;
  fromMs: number;
  toMs: number;
  source: SourceKind;
  from: string;
  /** Place; only its events are read. */
  location?: string;
}

/** The result of a reading. */
export interface Reading {
  bookings: Planned[];
  complaints: Complaint[];
}

/**
 * Reads a calendar from disk. For an event that is broken in the new calendar, that of the last good one counts.
 * Rejects with CalendarError if the new one is of no use; then the last good one stays.
 */
export async function readCalendarFile(task: ReadingTask): Promise<Reading> {
  const keptFile = `${task.file}.kept.json`;
  if (task.arrived === undefined) return withKept(await reading(task, task.file), await keptIn(keptFile), task);
  const arrived = await reading(task, task.arrived);
  const kept = arrived.complaints.length === 0 ? [] : await lastGood(task, arrived.complaints, keptFile);
  await takeOver(task.arrived, task.file);
  if (kept.length > 0) await writeFileAtomically(keptFile, JSON.stringify(kept));
  else await rm(keptFile, { force: true });
  return withKept(arrived, kept, task);
}

async function reading(task: ReadingTask, file: string): Promise<Reading> {
  const { zone, fromMs, toMs, location } = task;
  const text = await readFile(file, 'utf8');
  const { events, complaints } = readCalendar(text, { zone: ianaZone(zone) ?? UTC, fromMs, toMs });
  const here = events.filter((event) => location === undefined || sameWords(event.location ?? '', location));
  return { bookings: here.map((event) => plannedOf(event, task)), complaints };
}

function plannedOf(event: CalendarEvent, { source, from }: ReadingTask): Planned {
  const episodeXml = event.attachments.find(({ name }) => name === EPISODE_FILE)?.content;
  const booking = bookingOf(event);
  return { ...booking, id: plainId(booking.id), source, from, ...(episodeXml ? { episodeXml } : {}) };
}

const sameWords = (one: string, other: string): boolean =>
  one.trim().localeCompare(other.trim(), undefined, { sensitivity: 'base' }) === 0;

/** An id that can be used in file names and requests; an unusual one is replaced by its hash. */
export const plainId = (id: string): string =>
  /^[\w\-.:;()@+]{1,160}$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 40);

async function lastGood(task: ReadingTask, complaints: readonly Complaint[], keptFile: string): Promise<Planned[]> {
  const broken = new Set(complaints.map(({ uid }) => uid));
  const before = await reading(task, task.file).catch(() => undefined);
  const known = [...(before?.bookings ?? []), ...(await keptIn(keptFile))];
  return known.filter(({ uid }, index) => broken.has(uid) && known.findIndex((one) => one.uid === uid) === index);
}

function withKept({ bookings, complaints }: Reading, kept: readonly Planned[], task: ReadingTask): Reading {
  const inTime = kept.filter(({ startsAtMs, endsAtMs }) => endsAtMs > task.fromMs && startsAtMs < task.toMs);
  const missing = inTime.filter(({ id }) => !bookings.some((booking) => booking.id === id));
  return { bookings: [...bookings, ...missing], complaints };
}

async function keptIn(file: string): Promise<Planned[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Planned[];
  } catch {
    return [];
  }
}

async function takeOver(arrived: string, file: string): Promise<void> {
  const handle = await open(arrived, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(arrived, file);
  await syncFolder(dirname(file));
}
