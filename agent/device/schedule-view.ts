/** The schedule as the box shows it to its clients. */
export interface ScheduleView {
  sources: {
    name: string;
    place: string;
    goodAtMs?: number;
    error?: string;
    events: number;
    complaints: { uid?: string; text: string }[];
  }[];
  /** The Opencast server, if the box is one of its capture agents. */
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
   * Times in which the event is recorded, with lead-in and lead-out, without what other events need; undefined if it is
   * not recorded.
   */
  records?: { fromMs: number; toMs: number }[];
  state: 'upcoming' | 'recording' | 'stopped by hand' | 'over';
}

/** A hand-over of a recording to the server. */
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
