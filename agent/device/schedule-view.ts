/** The schedule as the box shows it; the web's own type fits. */
export interface ScheduleView {
  sources: {
    name: string;
    place: string;
    goodAtMs?: number;
    error?: string;
    events: number;
    complaints: { uid?: string; text: string }[];
  }[];
  /** The server whose agent the box is. */
  server?: { url: string; agent: string; error?: string };
  events: EventView[];
  overlaps: { event: string; to: string; lostMs: number }[];
  handOvers: HandOverView[];
}

/** An event of the schedule. */
export interface EventView {
  id: string;
  source: 'box' | 'opencast' | 'ical';
  from?: string;
  title: string;
  presenters: string[];
  series?: string;
  startsAtMs: number;
  endsAtMs: number;
  /**
   * Times in which it is recorded, with lead-in and lead-out, without what other events take; undefined if it is not
   * recorded.
   */
  records?: { fromMs: number; toMs: number }[];
  state: 'upcoming' | 'recording' | 'stopped by hand' | 'over';
}

/** A hand-over. */
export interface HandOverView {
  recording: string;
  name: string;
  title: string;
  booking?: string;
  step: string;
  attempt: number;
  nextAtMs?: number;
  waitsFor?: string;
  error?: string;
  held: boolean;
  sentBytes?: number;
  totalBytes?: number;
  deliveredAtMs?: number;
}
