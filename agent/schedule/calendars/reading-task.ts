import { rm } from 'node:fs/promises';
import type { Complaint } from '#lib/calendar/calendar.ts';
import type { Planned, SourceKind } from '../timetable/timetable.ts';

/**
 * Types of the reading of calendars for the main thread. The code that reads is loaded by a worker alone
 * (`calendar-file.ts`).
 */

/** What to read of a calendar. All fields can be sent to a worker. */
export interface ReadingTask {
  /** File of the last calendar that was accepted; `<file>.known.json` has what else is known of it. */
  file: string;
  /** File of a new calendar, which replaces `file` if it can be read and is not doubted. */
  arrived?: string;
  zone: string;
  fromMs: number;
  toMs: number;
  nowMs: number;
  source: SourceKind;
  from: string;
  /** Place of the hall; only events in this place are read. Undefined: all events. */
  location?: string;
  /** Whether the calendar is that of this hall alone, so that events without a place count too. */
  isOwn?: boolean;
  /** Whether the new calendar is accepted even if it is suddenly empty. */
  believes?: boolean;
}

/** The result of a reading. */
export interface Reading {
  bookings: Planned[];
  complaints: Complaint[];
  /**
   * Reason why the new calendar is doubted; then the bookings are those of the one before. Undefined: it is accepted.
   */
  doubt?: string;
}

/** File with what is known of a calendar and does not stand in it. */
export const memoryOf = (file: string): string => `${file}.known.json`;

/** Removes the files of a calendar. */
export async function forgetCalendar(file: string): Promise<void> {
  for (const one of [file, `${file}.part`, memoryOf(file)]) await rm(one, { force: true });
}
