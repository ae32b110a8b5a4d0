import type { Complaint } from '#lib/opencast/calendars/calendar.ts';
import type { Planned } from './timetable.ts';

/** Somebody who says what is to be recorded. */
export interface Source {
  /** What it gives says so in `from`, perhaps with more after a `/`. */
  readonly name: string;
  bookings(): readonly Planned[];
  status(): SourceStatus;
  /** Goes up with each time it said what holds, changed or not. */
  readonly polls: number;
  /** Asks it now. Never rejects. */
  refresh(): Promise<void>;
  close(): void;
}

export interface SourceStatus {
  /** `https://opencast.example.org`, a file, or the box. */
  place: string;
  /** The last time that what it said could be used. */
  goodAtMs?: number;
  /** Why not since then. */
  error?: string;
  complaints: readonly Complaint[];
}

/** What a source is given to tell that something is new. */
export type OnChange = () => void;
