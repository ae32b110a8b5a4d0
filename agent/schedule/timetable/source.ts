import type { Complaint } from '#lib/calendar/calendar.ts';
import type { Planned } from './timetable.ts';

/** A source of bookings. */
export interface Source {
  /** Name; bookings have it in `from`, perhaps followed by `/` and more. */
  readonly name: string;
  bookings(): readonly Planned[];
  status(): SourceStatus;
  /** Number of successful reads, whether something changed or not. */
  readonly polls: number;
  /** Reads it now. `byHand`: a person asked, who has seen what it is doubted for. Never rejects. */
  refresh(byHand?: boolean): Promise<void>;
  close(): void;
}

/** The state of a source. */
export interface SourceStatus {
  /** Place of the source: `https://opencast.example.org`, a file, or the box. */
  place: string;
  /** Time of the last successful read. */
  goodAtMs?: number;
  /** The reason why there was none since then. */
  error?: string;
  complaints: readonly Complaint[];
}

/** Called by a source when it has something new. */
export type OnChange = () => void;
