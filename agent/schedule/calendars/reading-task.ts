import { rm } from 'node:fs/promises';
import type { Complaint } from '#lib/calendar/calendar.ts';
import type { Planned, SourceKind } from '../timetable/timetable.ts';

/** What the core knows of the reading of calendars: what reads them is loaded by a thread alone (`calendar-file.ts`). */

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
  /** Whether the calendar is that of this hall alone: events that name no place are here. */
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

/** File of what a calendar does not say itself. */
export const memoryOf = (file: string): string => `${file}.known.json`;

/** Removes what is kept of a calendar. */
export async function forgetCalendar(file: string): Promise<void> {
  for (const one of [file, `${file}.part`, memoryOf(file)]) await rm(one, { force: true });
}
