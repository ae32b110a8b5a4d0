import type { Complaint } from '#lib/calendar/calendar.ts';
import type { Planned } from './timetable.ts';

/** A source of bookings. */
export interface Source {
  /** Name of the source; its bookings have it in `from`, perhaps followed by `/` and more. */
  readonly name: string;
  bookings(): readonly Planned[];
  status(): SourceStatus;
  /** Number of successful readings, whether something changed or not. */
  readonly polls: number;
  /** Reads the source now. `byHand`: a person asked for it, after the reason for a doubt was shown. Never rejects. */
  refresh(byHand?: boolean): Promise<void>;
  close(): void;
}

/** The state of a source. */
export interface SourceStatus {
  /** Place of the source: `https://opencast.example.org`, a file, or the box. */
  place: string;
  /** Time of the last successful read. */
  goodAtMs?: number;
  /** Reason why the last reading failed; undefined: it did not. */
  error?: string;
  complaints: readonly Complaint[];
}

/** Called by a source when it has something new. */
export type OnChange = () => void;
