import type { InputSeen, RecordingSeen, StreamName, Wanted } from '#agent/device/state.ts';

/** A planned lecture, as far as a lectern shows it. */
export interface PlannedLecture {
  title: string;
  presenter: string;
  startsAtMs: number;
  endsAtMs: number;
}

/** The facts that a lectern shows. */
export interface LecternView {
  hall: string;
  /** IANA zone of the hall: times are shown in it, whatever zone the tablet has. */
  timeZone: string;
  nowMs: number;
  recording: {
    state: RecordingSeen['state'];
    elapsedMs: number;
    startedAtMs?: number | undefined;
    endsAtMs?: number | undefined;
    /** Whether the timetable started the recording. */
    booked: boolean;
  };
  title: string;
  presenter: string;
  /** What became of the last recording; absent while one runs, or long after. */
  last?:
    | { title: string; durationMs: number; became: 'finishing' | 'kept' | 'waiting' | 'sending' | 'sent' | 'failed' }
    | undefined;
  /** The next planned lecture. */
  next?: PlannedLecture | undefined;
  /** The stream of the live picture; in dual mode the one that the output shows. */
  output: StreamName;
  signal: Record<'A' | 'B', InputSeen['status']>;
  sound: { muted: boolean; leftDb: number; rightDb: number };
  layout: number;
  swapped: boolean;
  layouts: {
    number: number;
    name: string;
    windows: Pick<Wanted['layout']['windows'][number], 'channel' | 'rect' | 'z'>[];
  }[];
  troubles: { name: string; about: string; level: string }[];
  may: Record<'start' | 'stop' | 'pause' | 'resume' | 'mark' | 'extend', boolean>;
}
